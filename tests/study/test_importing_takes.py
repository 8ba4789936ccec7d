"""Recordings made by others become sessions: every row as it was, all files or none, no names kept."""

from __future__ import annotations

import contextlib
import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import MimikError, StudyBusy, StudyError, TakeError
from mimik.frame import COLUMNS
from mimik.sources.video import Video
from mimik.study import FolderStore, Study
from mimik.study.importing import ImportPlan, ImportProgress, import_takes

BASIS = "collected elsewhere, consent held there"
HEADER = ["Timecode", "BlendShapeCount", *(name[0].upper() + name[1:] for name in BLEND_SHAPES)]


def write_take(
    path: Path, rows: int = 5, *, seed: int = 0, first: int = 0, no_face: Sequence[int] = ()
) -> Path:
    """Write a small take of 60 frames a second that begins ``first`` seconds after 10 o'clock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for i in range(rows):
            second, frame = divmod(first * 60 + i, 60)
            values = [f"{v:.9f}" for v in rng.random(52)]
            values = [""] * 52 if i in no_face else values
            time = f"10:{second // 60:02d}:{second % 60:02d}:{frame:02d}.000"
            writer.writerow([time, 0 if i in no_face else 61, *values])
    return path


def write_emotion_train(path: Path, expressions: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["time;expression;" + ";".join(BLEND_SHAPES)]
    lines += [
        f"{i / 60:.4f};{e};" + ";".join(f"{i / 100:.3f}" for _ in BLEND_SHAPES)
        for i, e in enumerate(expressions)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def contents(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "folder"
        for p in folder.rglob("*")
    }


def naive(path: Path) -> Iterator[dict[str, float]]:
    """A second reader: Python's own csv module, name by name."""
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            hours, minutes, seconds, frame = row["Timecode"].split(":")
            values = {k[0].lower() + k[1:]: float(v) for k, v in row.items() if k not in ("Timecode",) and v}
            yield values | {"time": int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(frame) / 60}


@pytest.mark.parametrize(
    "take", ["emotions-60fps/Angry/MySlate_164_iPhone_cal.csv", "rom-30fps/alex_rom_3.csv"]
)
def test_every_row_is_kept_exactly(study: Study, real_data: Path, take: str) -> None:
    path = real_data / "livelink-csv" / take
    plan = ImportPlan(basis=BASIS, participant="A", expression="shown")
    (info,) = import_takes(study, [path], plan).sessions
    block = study.read_session(info).block
    rows = list(naive(path))
    assert len(block) == len(rows)
    names = [name for name in COLUMNS if name in rows[0]]
    assert len(names) == 61
    expected = np.array([[row[name] for name in names] for row in rows], np.float32)
    np.testing.assert_array_equal(block.values[:, [COLUMNS.index(name) for name in names]], expected)
    assert np.isnan(block.values[:, [i for i, name in enumerate(COLUMNS) if name not in names]]).all()
    np.testing.assert_allclose(block.device_time, [row["time"] for row in rows], rtol=0, atol=1e-9)
    assert block.tracked.all()
    assert np.isnan(block.arrival_time).all()


def test_all_real_takes_become_sessions(study: Study, real_data: Path) -> None:
    takes = real_data / "livelink-csv"
    emotions = ImportPlan(basis=BASIS, participant="one", levels=["expression"])
    (session,) = import_takes(study, [takes / "emotions-60fps"], emotions).sessions
    motion = ImportPlan(basis=BASIS, participant="other", expression="range of motion")
    (other,) = import_takes(study, [takes / "rom-30fps"], motion).sessions
    counts = {
        e: sum(t.expression == e for t in session.trials) for e in ("Angry", "Fearful", "Neutral", "Sad")
    }
    assert counts == {"Angry": 3, "Fearful": 3, "Neutral": 1, "Sad": 3}
    assert (session.facts.rate, other.facts.rate) == (60.0, 30.0)
    assert [t.frames for t in other.trials] == [4030, 3809]
    assert {take["variant"] for take in session.facts.takes} == {"cal", ""}
    assert study.read_session(session).expressions == ("Angry", "Fearful", "Neutral", "Sad")
    assert min(t.onset for t in session.trials) == 0


def test_three_expressions_of_one_performer_form_a_study(study: Study, real_data: Path) -> None:
    folders = [real_data / "livelink-csv" / "emotions-60fps" / e for e in ("Angry", "Fearful", "Sad")]
    files = [file for folder in folders for file in sorted(folder.glob("*.csv"))]
    plan = ImportPlan(basis=BASIS, participant="one", levels=["expression"])
    result = import_takes(study, files, plan)
    assert (result.files, len(result.sessions)) == (9, 1)
    assert [t.expression for t in result.sessions[0].trials] == ["Angry"] * 3 + ["Fearful"] * 3 + ["Sad"] * 3


def test_folder_levels_say_whose_recording_it_is(study: Study, tmp_path: Path) -> None:
    for i, name in enumerate(["anna/may/x/joy", "anna/may/x/fear", "anna/june/x/joy", "bert/may/x/joy"]):
        write_take(tmp_path / "takes" / name / "a_1_phone.csv", seed=i)
    plan = ImportPlan(basis=BASIS, levels=["participant", "session", "-", "expression"])
    result = import_takes(study, [tmp_path / "takes"], plan)
    assert set(result.key) == {"anna", "bert"}
    assert [(s.participant, s.session, [t.expression for t in s.trials]) for s in result.sessions] == [
        (result.key["anna"], "ses-01", ["joy"]),
        (result.key["anna"], "ses-02", ["fear", "joy"]),
        (result.key["bert"], "ses-01", ["joy"]),
    ]
    stored = {(s.participant, s.session): (len(s.trials), s.frames_sha256) for s in study.sessions()}
    assert stored == {(s.participant, s.session): (len(s.trials), s.frames_sha256) for s in result.sessions}


def test_no_name_is_kept_anywhere(study: Study, tmp_path: Path) -> None:
    path = write_take(tmp_path / "Annabell" / "Annabell_1_AnnabellsPhone_cal.csv")
    (path.parent / "take.json").write_text('{"deviceName": "Annabells Phone", "deviceModel": "iPhone14,2"}')
    plan = ImportPlan(basis=BASIS, levels=["participant"], expression="joy")
    (info,) = import_takes(study, [path.parent.parent], plan).sessions
    assert info.facts.takes[0]["device_model"] == "iPhone14,2"
    for file in study.folder.rglob("*"):
        assert "annabell" not in str(file.relative_to(study.folder)).lower()
        assert not file.is_file() or b"annabell" not in file.read_bytes().lower()


def test_a_key_finds_the_same_people_again(study: Study, tmp_path: Path) -> None:
    plan = ImportPlan(basis=BASIS, levels=["participant"], expression="joy")
    write_take(tmp_path / "one" / "anna" / "a.csv")
    first = import_takes(study, [tmp_path / "one"], plan)
    write_take(tmp_path / "two" / "anna" / "b.csv", seed=1)
    again = ImportPlan(basis=BASIS, levels=["participant"], expression="joy", key=first.key)
    second = import_takes(study, [tmp_path / "two"], again)
    assert second.key == first.key
    assert [s.session for s in study.sessions()] == ["ses-01", "ses-02"]


def test_names_that_are_labels_can_be_kept(study: Study, tmp_path: Path) -> None:
    write_take(tmp_path / "takes" / "P07" / "pre" / "a.csv")
    plan = ImportPlan(basis=BASIS, levels=["participant", "session"], expression="joy", keep_names=True)
    (info,) = import_takes(study, [tmp_path / "takes"], plan).sessions
    assert (info.participant, info.session) == ("sub-P07", "ses-pre")
    write_take(tmp_path / "more" / "P 8" / "pre" / "a.csv", seed=1)
    with pytest.raises(StudyError, match="'P 8'"):
        import_takes(study, [tmp_path / "more"], plan)


def test_the_basis_is_recorded_for_everyone(study: Study, tmp_path: Path) -> None:
    write_take(tmp_path / "a.csv")
    with pytest.raises(StudyError, match="basis"):
        import_takes(study, [tmp_path / "a.csv"], ImportPlan(basis=" ", participant="A", expression="joy"))
    plan = ImportPlan(basis=BASIS, participant="A", expression="joy")
    (info,) = import_takes(study, [tmp_path / "a.csv"], plan).sessions
    (who,) = study.participants
    assert who.consent is not None
    assert (who.consent.basis, info.consent, info.status) == (BASIS, {"basis": BASIS}, "imported")


def test_rows_without_a_face_stay_as_rows(study: Study, tmp_path: Path) -> None:
    path = write_take(tmp_path / "a.csv", rows=6, no_face=[1, 4])
    (info,) = import_takes(study, [path], ImportPlan(basis=BASIS, participant="A", expression="joy")).sessions
    block = study.read_session(info).block
    assert block.tracked.tolist() == [True, False, True, True, False, True]
    assert np.isnan(block.values[[1, 4]]).all()


def test_recordings_of_a_session_are_placed_on_the_clock_of_the_device(study: Study, tmp_path: Path) -> None:
    late = write_take(tmp_path / "take_2_a.csv", rows=61, first=100)
    early = write_take(tmp_path / "take_10_a.csv", rows=31, first=40)
    plan = ImportPlan(basis=BASIS, participant="A", expression="joy")
    (info,) = import_takes(study, [early, late], plan).sessions
    assert [(t.trial, t.onset, t.duration) for t in info.trials] == [(1, 60.0, 1.0), (2, 0.0, 0.5)]


def test_an_emotion_train_file_gives_one_recording_a_run(study: Study, tmp_path: Path) -> None:
    path = write_emotion_train(tmp_path / "EmotionTrain.txt", ["joy"] * 3 + ["fear"] * 2 + ["joy"] * 4)
    (info,) = import_takes(study, [path], ImportPlan(basis=BASIS, participant="A")).sessions
    assert [(t.expression, t.frames) for t in info.trials] == [("joy", 3), ("fear", 2), ("joy", 4)]
    frames = study.read_session(info)
    np.testing.assert_array_equal(frames.trial, np.repeat([1, 2, 3], [3, 2, 4]))
    np.testing.assert_allclose(frames.block.values[:, 0], np.arange(9) / 100, atol=1e-7)


def test_a_long_take_is_read_piece_by_piece_and_told(study: Study, tmp_path: Path) -> None:
    files = [write_take(tmp_path / f"{name}.csv", rows=40, seed=i) for i, name in enumerate("ab")]
    heard: list[ImportProgress] = []
    import_takes(study, files, ImportPlan(basis=BASIS, participant="A", expression="joy"), heard.append)
    assert [(p.path, p.file, p.files, p.frames) for p in heard] == [
        (files[0], 1, 2, 40),
        (files[1], 2, 2, 80),
    ]


WRONG = [
    (ImportPlan(basis=BASIS, participant="A", levels=["emotion"]), "levels: expected names among"),
    (ImportPlan(basis=BASIS, participant="A", levels=["session", "session"]), "once, found it 2 times"),
    (ImportPlan(basis=BASIS, participant="A", levels=["participant"]), "found both"),
    (ImportPlan(basis=BASIS, expression="joy"), "participant: expected"),
    (ImportPlan(basis=BASIS, participant="A"), "expression shown"),
    (ImportPlan(basis=BASIS, participant="A", levels=["-", "expression"]), "2 folder levels"),
]


@pytest.mark.parametrize(("plan", "message"), WRONG, ids=lambda v: v if isinstance(v, str) else "")
def test_an_unclear_plan_is_refused(study: Study, tmp_path: Path, plan: ImportPlan, message: str) -> None:
    write_take(tmp_path / "takes" / "a.csv")
    before = contents(study.folder)
    with pytest.raises(StudyError, match=message):
        import_takes(study, [tmp_path / "takes"], plan)
    assert contents(study.folder) == before


def test_variants_of_one_take_are_not_imported_twice(study: Study, tmp_path: Path) -> None:
    for i, variant in enumerate(["cal", "raw"]):
        write_take(tmp_path / "t" / f"a_1_x_{variant}.csv", seed=i)
    write_take(tmp_path / "t" / "frame_log.csv", seed=5)
    with pytest.raises(StudyError, match="one variant of a take, found 2"):
        import_takes(study, [tmp_path / "t"], ImportPlan(basis=BASIS, participant="A", expression="joy"))
    plan = ImportPlan(basis=BASIS, participant="A", expression="joy", variant="raw")
    (info,) = import_takes(study, [tmp_path / "t"], plan).sessions
    assert [take["variant"] for take in info.facts.takes] == ["raw"]


def test_the_same_file_twice_is_refused_by_name(study: Study, tmp_path: Path) -> None:
    plan = ImportPlan(basis=BASIS, participant="A", expression="joy")
    first = write_take(tmp_path / "a.csv")
    import_takes(study, [first], plan)
    with pytest.raises(StudyError, match=r"a\.csv: expected a new take, found the same bytes in sub-"):
        import_takes(study, [first], plan)
    other = write_take(tmp_path / "b.csv", seed=1)
    copy = tmp_path / "c.csv"
    copy.write_bytes(other.read_bytes())
    with pytest.raises(StudyError, match=r"c\.csv: expected a new take, found the same bytes in .*b\.csv"):
        import_takes(study, [other, copy], plan)


def broken_last(tmp_path: Path) -> Path:
    for i, name in enumerate(["anna/joy/a.csv", "bert/joy/a.csv", "carl/joy/a.csv"]):
        write_take(tmp_path / "takes" / name, seed=i)
    last = tmp_path / "takes" / "carl" / "joy" / "a.csv"
    last.write_text(last.read_text()[:-300] + "rubbish\n")
    return tmp_path / "takes"


BY_FOLDER = ImportPlan(basis=BASIS, levels=["participant", "expression"])


def test_an_error_in_any_file_leaves_the_study_as_it_was(study: Study, tmp_path: Path) -> None:
    before = contents(study.folder)
    with pytest.raises(TakeError, match="carl"):
        import_takes(study, [broken_last(tmp_path)], BY_FOLDER)
    assert contents(study.folder) == before


def test_giving_up_leaves_the_study_as_it_was(study: Study, tmp_path: Path) -> None:
    def give_up(progress: ImportProgress) -> None:
        raise KeyboardInterrupt

    before = contents(study.folder)
    with pytest.raises(KeyboardInterrupt):
        import_takes(
            study,
            [write_take(tmp_path / "a.csv")],
            ImportPlan(basis=BASIS, participant="A", expression="joy"),
            give_up,
        )
    assert contents(study.folder) == before


def test_one_import_at_a_time(study: Study, tmp_path: Path) -> None:
    plan = ImportPlan(basis=BASIS, participant="A", expression="joy")
    with study.store.lock(), pytest.raises(StudyBusy):
        import_takes(study, [write_take(tmp_path / "a.csv")], plan)


class Crash(BaseException):
    """The computer stops."""


class MortalStore:
    """A store of a computer that stops before its n-th change."""

    def __init__(self, folder: Path, changes: int) -> None:
        self._store = FolderStore(folder)
        self._left = changes

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._store, name)
        if name in ("write", "open_writer", "remove", "rename"):
            self._left -= 1
            if self._left < 0:
                raise Crash
        return method


def test_after_a_crash_at_any_step_all_or_nothing_is_there(study: Study, tmp_path: Path) -> None:
    for i, name in enumerate(["anna/joy/a.csv", "bert/joy/a.csv", "bert/fear/a.csv"]):
        write_take(tmp_path / "takes" / name, seed=i)
    before = contents(study.folder)
    seen = []
    for changes in range(60):
        mortal = Study.open(study.folder, store=MortalStore(study.folder, changes))
        done = False
        with contextlib.suppress(Crash):
            import_takes(mortal, [tmp_path / "takes"], BY_FOLDER)
            done = True
        after = Study.open(study.folder)
        frames = [s.frames for s in after.sessions()]
        seen.append(len(frames))
        if not frames:
            assert contents(study.folder) == before
            continue
        assert sorted(frames) == [5, 10]
        assert len(after.participants) == 2
        assert all(p.consent for p in after.participants)
        assert not [p for p in study.folder.iterdir() if p.name.startswith(".")]
        if done:
            break
        for path in [*study.folder.glob("sub-*"), study.folder / "consent"]:
            FolderStore(study.folder).remove(path.name)
        FolderStore(study.folder).write("participants.tsv", b"participant_id\n")
        Study.add_consent_text(after, "1", "text")
        before = contents(study.folder)
    assert set(seen) == {0, 2}
    assert seen.count(2) > 3  # it also stopped between the commit and its end


@pytest.mark.parametrize("name", ["missing.csv", "notes.pdf"])
def test_what_is_no_take_is_told(study: Study, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"")
    with pytest.raises(MimikError, match=name):
        import_takes(study, [tmp_path / name], ImportPlan(basis=BASIS, participant="A", expression="joy"))


def test_a_video_beside_a_take_is_passed_over_in_a_folder(study: Study, tmp_path: Path) -> None:
    write_take(tmp_path / "takes" / "MySlate_1_phone.csv")
    (tmp_path / "takes" / "MySlate_1_phone.mov").write_bytes(b"the same frames once more")
    (tmp_path / "takes" / "notes.txt").write_text("no recording")
    plan = ImportPlan(basis=BASIS, participant="A", expression="happy")
    assert import_takes(study, [tmp_path / "takes"], plan).files == 1


def test_a_video_that_cannot_be_read_leaves_the_study_as_it_was(study: Study, tmp_path: Path) -> None:
    pytest.importorskip("cv2")
    good = write_take(tmp_path / "a.csv")
    (tmp_path / "b.mp4").write_bytes(b"\0no video")
    before = contents(study.folder)
    plan = ImportPlan(basis=BASIS, participant="A", expression="happy", open_video=Video)
    with pytest.raises(TakeError, match="nothing that can be played"):
        import_takes(study, [good, tmp_path / "b.mp4"], plan)
    assert contents(study.folder) == before


def test_recordings_of_face_cap_are_found_by_their_first_line(study: Study, tmp_path: Path) -> None:
    frames = "".join(",".join(["k", str(ms), *["0"] * 10, *["0.5"] * 52]) + "\n" for ms in (0, 17, 33))
    folder = tmp_path / "face-cap"
    folder.mkdir()
    (folder / "FC_1.txt").write_text(f"info,x\nbs,{','.join(BLEND_SHAPES)}\n{frames}")
    plan = ImportPlan(basis=BASIS, participant="A", expression="happy")
    (info,) = import_takes(study, [folder], plan).sessions
    assert (info.facts.app, info.facts.rate, info.frames) == ("Face Cap", 60.0, 3)
    assert info.facts.takes[0]["not_delivered"] == []
