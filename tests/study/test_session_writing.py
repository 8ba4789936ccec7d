"""A session is recorded, broken off, resumed, finished; no crash in between loses or doubles a frame."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

import mimik.study.journal
from mimik.errors import ConsentMissing, StudyBusy, StudyDamaged, StudyError
from mimik.frame import COLUMNS, Frame
from mimik.study import FolderStore, SessionFacts, SessionInfo, SessionWriter, Study, read_sessions
from mimik.study.frames import read_frames
from mimik.study.store import Appender

START = 1_700_000_000.0

Begin = Callable[[], SessionWriter]
MakeFrame = Callable[..., Frame]


def record(writer: SessionWriter, frame: MakeFrame, trials: int = 2, each: int = 20) -> None:
    for trial in range(trials):
        writer.open_trial(trial, f"expression {trial}", START + trial)
        for i in range(trial * each, (trial + 1) * each):
            writer.frame(trial, frame(i, tracked=i % 5 > 0))
        writer.close_trial(trial, "complete", START + trial + 0.5)


def test_no_frame_before_consent(study: Study) -> None:
    who = study.add_participant().id
    with pytest.raises(ConsentMissing) as caught:
        study.start_session(who, SessionFacts(started=START))
    assert caught.value.hint
    assert not (study.folder / who).exists()


def test_the_basis_of_imported_data_does_not_cover_a_recording(study: Study) -> None:
    who = study.add_participant().id
    study.record_consent(who, basis="collected elsewhere", at=START)
    with pytest.raises(ConsentMissing):
        study.start_session(who, SessionFacts(started=START))


def test_an_unknown_participant_cannot_be_recorded(study: Study) -> None:
    with pytest.raises(StudyError, match="sub-NOBODY"):
        study.start_session("sub-NOBODY", SessionFacts(started=START))
    with pytest.raises(StudyError, match="expected 'sub-'"):
        study.start_session("../elsewhere", SessionFacts(started=START))


@pytest.mark.parametrize("at_hand", [True, False])
def test_a_finished_session_gives_back_every_frame(
    study: Study, begin: Begin, frame: MakeFrame, at_hand: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether its journal is still at hand or is read back, as that of a long session is."""
    if not at_hand:
        monkeypatch.setattr(mimik.study.journal, "_AT_HAND", 0)
    writer = begin()
    record(writer, frame)
    info = writer.finish(START + 2)
    frames = study.read_session(info)
    assert frames.columns == COLUMNS
    assert frames.expressions == ("expression 0", "expression 1")
    np.testing.assert_array_equal(frames.trial, np.repeat([0, 1], 20))
    np.testing.assert_array_equal(frames.expression, np.repeat([0, 1], 20))
    for i, stored in enumerate(frames.block.frames()):
        sent = frame(i, tracked=i % 5 > 0)
        np.testing.assert_array_equal(stored.values, sent.values)
        assert (stored.number, stored.device_time, stored.arrival_time) == (
            i,
            sent.device_time,
            sent.arrival_time,
        )
        assert stored.tracked == sent.tracked


def test_columns_can_be_chosen(study: Study, begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    record(writer, frame)
    info = writer.finish(START + 2)
    chosen = study.read_session(info, ["headYaw", "jawOpen"])
    every = study.read_session(info)
    places = [COLUMNS.index("headYaw"), COLUMNS.index("jawOpen")]
    np.testing.assert_array_equal(chosen.block.values, every.block.values[:, places])
    with pytest.raises(StudyError, match="smile"):
        study.read_session(info, ["smile"])


def test_many_sessions_are_read_in_order(study: Study, begin: Begin, frame: MakeFrame) -> None:
    for n in range(7):
        writer = begin()
        record(writer, frame, trials=1, each=n)
        writer.finish(START + 2)
    assert [len(f) for f in read_sessions(study, study.sessions())] == list(range(7))
    (study.sessions()[3].path / "frames.parquet").write_bytes(b"")
    reading = read_sessions(study, study.sessions(), ["jawOpen"])
    assert [len(next(reading)) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(StudyDamaged):
        next(reading)


def test_what_happened_stands_in_the_session(study: Study, begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    record(writer, frame, trials=1)
    writer.event("face-lost", START + 3, trial=1, duration=0.75)
    done = writer.finish(START + 4)
    (info,) = study.sessions(writer.participant)
    assert info == done
    assert (info.status, info.frames, info.facts.protocol) == ("complete", 20, "hartmann2022")
    (trial,) = info.trials
    assert (trial.trial, trial.expression, trial.outcome, trial.frames) == (0, "expression 0", "complete", 20)
    assert (trial.onset, trial.duration) == (0.0, 0.5)
    assert (info.path / "events.tsv").read_text().splitlines()[
        -1
    ] == "3.000000\t0.750000\tface-lost\t1\tn/a\tn/a\tn/a"
    assert sorted(p.name for p in info.path.iterdir()) == ["events.tsv", "frames.parquet", "session.json"]


def test_sessions_are_numbered_on(begin: Begin) -> None:
    for name in ("ses-01", "ses-02"):
        writer = begin()
        assert writer.session == name
        writer.leave()


def test_an_interrupted_session_is_offered_and_resumed(study: Study, begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    record(writer, frame)
    writer.open_trial(2, "late", START + 3)
    writer.frame(2, frame(100))
    writer.leave()
    again = Study.open(study.folder)
    (info,) = again.sessions()
    assert (info.status, info.frames, [t.outcome for t in info.trials]) == (
        "interrupted",
        41,
        ["complete", "complete", "incomplete"],
    )
    with pytest.raises(StudyError, match="interrupted"):
        again.read_session(info)
    writer = again.resume_session(info)
    assert writer.done == {0, 1}
    writer.open_trial(2, "late", START + 13)
    writer.frame(2, frame(101))
    writer.close_trial(2, "complete", START + 14)
    done = writer.finish(START + 15)
    assert [(t.trial, t.outcome, t.frames) for t in done.trials][2:] == [(2, "redone", 1), (2, "complete", 1)]
    assert again.read_session(done).block.number.tolist() == [*range(40), 101]


def test_frames_of_attempts_done_again_are_kept_but_not_given(
    study: Study, begin: Begin, frame: MakeFrame
) -> None:
    writer = begin()
    for attempt in range(3):
        writer.open_trial(0, "smile", START + attempt)
        writer.frame(0, frame(attempt))
        writer.close_trial(0, "redone" if attempt < 2 else "complete", START + attempt + 0.5)
    info = writer.finish(START + 4)
    assert study.read_session(info).block.number.tolist() == [2]
    everything = read_frames((info.path / "frames.parquet").read_bytes(), where="", redone=True)
    assert everything.trial.tolist() == [-1, -1, 0]
    assert everything.block.number.tolist() == [0, 1, 2]
    assert info.frames == 3


@pytest.mark.parametrize("cut", [1, 150, 292, 300])
def test_the_torn_end_of_a_recording_is_cut_off(
    study: Study, begin: Begin, frame: MakeFrame, cut: int
) -> None:
    writer = begin()
    record(writer, frame, trials=1)
    writer.leave()
    (info,) = study.sessions()
    journal = info.path / "recording.journal"
    journal.write_bytes(journal.read_bytes()[:-cut])
    (info,) = study.sessions()
    with study.resume_session(info) as writer:
        writer.open_trial(0, "expression 0", START + 9)
        writer.frame(0, frame(50))
        done = writer.finish(START + 10)
    assert study.read_session(done).block.number.tolist() == [50]
    assert done.frames == info.frames + 1


def test_a_recording_damaged_in_the_middle_is_told_and_nothing_else_suffers(
    study: Study, begin: Begin, frame: MakeFrame
) -> None:
    writer = begin()
    record(writer, frame)
    writer.leave()
    other = begin()
    record(other, frame)
    other.finish(START + 9)
    journal = study.folder / writer.participant / "ses-01" / "recording.journal"
    data = bytearray(journal.read_bytes())
    data[3000] ^= 1
    journal.write_bytes(data)
    broken, good = Study.open(study.folder).sessions()
    assert "found damage" in broken.problem
    assert good.frames == 40
    with pytest.raises(StudyDamaged, match="found damage"):
        study.resume_session(broken)
    study.discard_session(broken)
    assert [s.session for s in study.sessions()] == ["ses-02"]


def test_an_interrupted_session_can_be_kept_as_it_is(study: Study, begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    record(writer, frame, trials=1)
    writer.leave()
    (info,) = study.sessions()
    done = study.finish_session(info, at=START + 99)
    assert (done.status, len(study.read_session(done))) == ("partial", 20)
    with pytest.raises(StudyError, match="expected an interrupted session"):
        study.discard_session(done)
    with pytest.raises(StudyError, match="expected an interrupted session"):
        study.resume_session(info)


def test_a_session_being_recorded_is_left_alone(study: Study, begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    record(writer, frame)
    other = Study.open(study.folder)
    (info,) = other.sessions()
    for meddle in (other.resume_session, other.finish_session, other.discard_session):
        with pytest.raises(StudyBusy):
            meddle(info)
    assert writer.finish(START + 9).frames == 40


def test_a_journal_that_vanished_is_damage(study: Study, begin: Begin) -> None:
    begin().leave()
    (info,) = study.sessions()
    (info.path / "recording.journal").unlink()
    (info,) = study.sessions()
    assert "expected this file" in info.problem


def test_frames_only_come_into_open_trials(begin: Begin, frame: MakeFrame) -> None:
    writer = begin()
    with pytest.raises(StudyError, match="not open"):
        writer.frame(0, frame(0))
    writer.open_trial(0, "smile", START)
    with pytest.raises(StudyError, match="expected an open trial"):
        writer.close_trial(0, "great", START)
    writer.close_trial(0, "complete", START)
    with pytest.raises(StudyError, match="not open"):
        writer.frame(0, frame(0))
    with pytest.raises(StudyError, match="one line"):
        writer.open_trial(1, "a\tb", START)
    with pytest.raises(StudyError, match="0 to 32767"):
        writer.open_trial(1 << 15, "smile", START)
    with pytest.raises(StudyError, match="other than 'trial'"):
        writer.event("trial", START)
    writer.leave()
    with pytest.raises(StudyError, match="ended"):
        writer.open_trial(1, "smile", START)


class Crash(BaseException):
    """The computer stops."""


class MortalStore:
    """A store of a computer that stops before its n-th change, or in the middle of it."""

    def __init__(self, folder: Path, changes: int) -> None:
        self._store = FolderStore(folder)
        self._left = changes
        self._open: list[Appender] = []

    def _change(self) -> None:
        self._left -= 1
        if self._left < 0:
            for file in self._open:
                file.close()  # as the system does for a dead program
            raise Crash

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def write(self, path: str, data: bytes) -> None:
        with self.open_writer(path) as file:
            file.write(data)

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        self._change()
        folder, _, name = path.rpartition("/")
        with self._store.open_writer(path) as file:
            yield file
            file.flush()
            [part] = (self._store.folder / folder).glob(f".{name}.????????.part")
            half = part.read_bytes()[: part.stat().st_size // 2]
            if self._left == 0:
                part.with_name(f".{name}.left.part").write_bytes(half)
            self._change()

    def append(self, path: str) -> MortalAppender:
        self._change()
        self._open.append(self._store.append(path))
        return MortalAppender(self, self._open[-1])

    def remove(self, path: str) -> None:
        self._change()
        self._store.remove(path)

    def rename(self, old: str, new: str) -> None:
        self._change()
        self._store.rename(old, new)


class MortalAppender:
    def __init__(self, store: MortalStore, file: Appender) -> None:
        self._store = store
        self._file = file

    def write(self, data: bytes) -> None:
        if self._store._left == 0:
            self._file.write(data[: len(data) // 2])
        self._store._change()
        self._file.write(data)

    def sync(self) -> None:
        self._store._change()
        self._file.sync()

    def cut(self, size: int) -> None:
        self._store._change()
        self._file.cut(size)

    def close(self) -> None:
        self._file.close()


def a_life(study: Study, person: str, frame: MakeFrame, life: list[str]) -> None:
    """Record and finish one session, noting in ``life`` how far it came."""
    writer = study.start_session(person, SessionFacts(started=START))
    life.append("started")
    record(writer, frame)
    writer.flush(START)
    writer.flush(START + 2)
    life.append("written")
    writer.finish(START + 2)
    life.append("finished")


def after_a_crash(folder: Path, life: list[str]) -> SessionInfo | None:
    """Open the study as the next program would and hold what must be true of it."""
    study = Study.open(folder)
    sessions = study.sessions()
    assert len(sessions) == 1 or (not sessions and "started" not in life)
    for info in sessions:
        assert not info.problem
        if info.status == "interrupted":
            assert "finished" not in life
            assert info.frames == 40 if "written" in life else info.frames <= 40
            info = study.finish_session(info, at=START + 2)
        numbers = study.read_session(info).block.number.tolist()
        assert numbers == list(range(info.frames))
        assert sorted(p.name for p in info.path.iterdir() if not p.name.startswith(".")) == [
            "events.tsv",
            "frames.parquet",
            "session.json",
        ]
        return info
    return None


def test_every_crash_while_recording_and_finishing_is_recovered_from(
    study: Study, person: str, frame: MakeFrame
) -> None:
    statuses = []
    for changes in range(100):
        life: list[str] = []
        mortal = Study.open(study.folder, store=MortalStore(study.folder, changes))
        with contextlib.suppress(Crash):
            a_life(mortal, person, frame, life)
        info = after_a_crash(study.folder, life)
        statuses.append(info.status if info else "none")
        if info:
            FolderStore(study.folder).remove(f"{person}/{info.session}")
        if "finished" in life:
            break
    assert statuses[0] == "none"
    assert "partial" in statuses
    assert (
        statuses[-5:] == ["complete"] * 5
    )  # once the end is in the journal, it is finished by the next program


def test_every_crash_while_recovering_is_recovered_from(study: Study, person: str, frame: MakeFrame) -> None:
    study.start_session(person, SessionFacts(started=START)).leave()
    (info,) = study.sessions()
    writer = study.resume_session(info)
    record(writer, frame)
    writer._note({"event": "finish", "status": "complete", "at": START + 2})
    writer.leave()  # as if it had stopped just before the first lasting file
    for changes in range(20):
        try:
            Study.open(study.folder, store=MortalStore(study.folder, changes))
        except Crash:
            continue
        break
    (info,) = Study.open(study.folder).sessions()
    assert changes > 5
    assert (info.status, info.frames) == ("complete", 40)


def test_a_crash_while_discarding_leaves_the_session_or_nothing(
    study: Study, begin: Begin, frame: MakeFrame
) -> None:
    for changes in range(6):
        writer = begin()
        record(writer, frame)
        writer.leave()
        (info,) = study.sessions()
        with contextlib.suppress(Crash):
            Study.open(study.folder, store=MortalStore(study.folder, changes)).discard_session(info)
        left = Study.open(study.folder).sessions()
        assert [s.frames for s in left] in ([], [40])
        for info in left:
            study.discard_session(info)
    assert [p.name for p in study.folder.iterdir() if p.name.startswith(".")] == []


def test_the_journal_alone_tells_what_the_session_is(study: Study, begin: Begin) -> None:
    begin().leave()
    (info,) = study.sessions()
    header = (info.path / "recording.journal").read_bytes()[9:-4]
    assert json.loads(header) == json.loads((info.path / "session.json").read_text())


def test_a_session_under_another_name_is_refused(study: Study, begin: Begin) -> None:
    begin().leave()
    (info,) = study.sessions()
    info.path.rename(info.path.with_name("ses-77"))
    with pytest.raises(StudyDamaged, match="ses-01"):
        study.sessions()


def test_the_fingerprint_is_of_the_frames_alone(
    study: Study, person: str, frame: MakeFrame, tmp_path: Path
) -> None:
    twin = Study.create(tmp_path / "twin", title="Other", protocol=study.protocol)
    other = twin.add_participant().id
    twin.record_consent(other, version="1", at=START)
    empty = study.fingerprint()
    for where, who in ((study, person), (twin, other)):
        writer = where.start_session(who, SessionFacts(started=START))
        record(writer, frame)
        writer.finish(START + 2)
    assert study.fingerprint() == twin.fingerprint() == Study.open(study.folder).fingerprint() != empty
    again = twin.start_session(other, SessionFacts(started=START))
    again.open_trial(0, "expression 0", START)
    again.frame(0, replace(frame(0), number=-1))
    again.finish(START + 1)
    assert study.fingerprint() != twin.fingerprint()


def test_a_session_that_was_removed_meanwhile_stays_removed(
    study: Study, begin: Begin, frame: MakeFrame
) -> None:
    writer = begin()
    record(writer, frame)
    folder = study.folder / writer.participant / writer.session
    shutil.rmtree(folder)
    with pytest.raises(StudyDamaged, match="found none"):
        writer.finish(START + 2)
    assert not folder.exists()
