"""Every change of a lasting file stands in the trail before it happens, whatever stops it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from damage import record, tiny_study

from mimik.errors import StudyError
from mimik.study import FolderStore, Study
from mimik.study.audit.reading import verify_trail
from mimik.study.audit.store import AuditedStore, noted_as_one
from mimik.study.integrity import check_files
from mimik.study.ledger import drop_participant

NORMAL = {"FILE011", "FILE012"}


@pytest.fixture(scope="module")
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_study(tmp_path_factory.mktemp("audited") / "study").folder


@pytest.fixture
def tiny(_tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_tiny, tmp_path / "study"))


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_bytes().splitlines()]


def said(folder: Path) -> list[tuple[str, str]]:
    """What each line says, and of which file, people's references left out."""
    return [(v["what"], v["file"].replace(v["of"], "REF") if v["of"] else v["file"]) for v in lines(folder)]


def codes(folder: Path) -> set[str]:
    return {each.code for each in check_files(folder).findings}


def test_every_lasting_file_is_noted_with_its_digest(tiny: Path) -> None:
    salts = {}
    for line in (tiny / "ledger.tsv").read_text().splitlines()[1:]:
        reference, name, salt = line.split("\t")
        salts[name] = (reference, bytes.fromhex(salt))
    noted = {values["file"]: values["digest"] for values in lines(tiny) if values["file"]}
    files = [path for path in tiny.rglob("*") if path.is_file() and path.suffix != ".journal"]
    files = [path for path in files if path.name not in ("audit.jsonl", "audit-head.json", "ledger.tsv")]
    for path in files:
        name = str(path.relative_to(tiny))
        who = next((person for person in ("sub-P0", "sub-P1") if person in name), "study")
        reference, salt = salts[who]
        digest = hashlib.sha256(salt + hashlib.sha256(path.read_bytes()).digest()).hexdigest()
        assert noted.pop(name.replace(who, reference)) == digest
    assert noted == {}


def test_no_pseudonym_stands_in_the_trail(tiny: Path) -> None:
    study = Study.open(tiny)
    study.audit.note("learned", of=study.reference("sub-P0"), facts={"people": 2})
    assert "sub-" not in (tiny / "audit.jsonl").read_text()


def test_a_line_stands_before_its_file_does(tiny: Path) -> None:
    store = AuditedStore(FolderStore(tiny))
    with contextlib.suppress(KeyError), contextlib.ExitStack() as stack:
        file = stack.enter_context(store.open_writer("devices.toml"))
        file.write(b"half")
        raise KeyError
    assert said(tiny)[-1] != ("wrote", "devices.toml")  # broken off before it was whole: nothing to note
    store.write("devices.toml", b"")
    assert said(tiny)[-1] == ("wrote", "devices.toml")


def test_an_edit_does_not_vanish_when_the_file_is_written_next(tiny: Path) -> None:
    table = tiny / "participants.tsv"
    table.write_text(table.read_text().replace("31", "41"))
    Study.open(tiny).add_participant("sub-P9")
    assert said(tiny)[-2:] == [("found-altered", "participants.tsv"), ("wrote", "participants.tsv")]
    assert "FILE015" not in codes(tiny)


def test_a_folder_that_is_removed_or_moved_takes_its_lines_along(tiny: Path) -> None:
    store = AuditedStore(FolderStore(tiny))
    store.rename("sub-P1/ses-01", "sub-P1/ses-07")
    names = ["events.tsv", "frames.parquet", "session.json"]
    expected = [("removed", f"REF/ses-01/{n}") for n in names] + [("wrote", f"REF/ses-07/{n}") for n in names]
    assert said(tiny)[-6:] == expected
    store.remove("sub-P1")
    assert said(tiny)[-3:] == [("removed", f"REF/ses-07/{n}") for n in names]
    assert codes(tiny) <= NORMAL


def test_who_is_forgotten_can_be_found_by_nobody(tiny: Path) -> None:
    study = Study.open(tiny)
    reference = study.reference("sub-P1")
    salt = (tiny / "ledger.tsv").read_text().splitlines()[1].split("\t")[2]
    study.store.remove("sub-P1")
    study.store.remove("consent/sub-P1.toml")
    table = "".join(
        line for line in (tiny / "participants.tsv").read_text().splitlines(True) if "P1" not in line
    )
    study.store.write("participants.tsv", table.encode())
    drop_participant(study.store, "sub-P1")
    ledger = (tiny / "ledger.tsv").read_text()
    assert not any(text in ledger for text in ("sub-P1", reference, salt))
    assert codes(tiny) <= NORMAL
    assert verify_trail(study.store).broken is None
    assert study.add_participant("sub-P1")
    assert study.reference("sub-P1") != reference


def test_two_programs_make_one_chain(tiny: Path) -> None:
    program = (
        "import sys; from mimik.study import Study; s = Study.open(sys.argv[1])\n"
        "for i in range(15): s.audit.note('learned', facts={sys.argv[2]: i}); "
        "s.device_number(sys.argv[2] + str(i))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(tiny), name]) for name in "ab"]
    assert [each.wait(timeout=60) for each in running] == [0, 0]
    assert verify_trail(FolderStore(tiny)).broken is None
    for name in "ab":
        facts = [v["facts"][name] for v in lines(tiny) if name in v["facts"]]
        assert facts == list(range(15))
    assert codes(tiny) <= NORMAL


def test_changes_noted_as_one_hold_the_trail_and_write_its_anchor_once(tiny: Path) -> None:
    store = AuditedStore(FolderStore(tiny))
    anchor = (tiny / "audit-head.json").read_bytes()
    with noted_as_one(store):
        for i in range(3):
            store.write("devices.toml", b"x" * i)
            assert said(tiny)[-1] == ("wrote", "devices.toml")
            assert (tiny / "audit-head.json").read_bytes() == anchor
    assert said(tiny)[-3:] == [("wrote", "devices.toml")] * 3
    assert verify_trail(store).broken is None
    assert store.audit.is_settled()


@pytest.mark.parametrize("noticed", [True, False])
def test_a_change_that_broke_off_among_those_noted_as_one_is_settled(tiny: Path, noticed: bool) -> None:
    """Whether or not somebody goes on after the error, what did not happen is told as undone."""
    store = AuditedStore(FolderStore(tiny))
    store.write("devices.toml", b"before")

    def fails(old: str, new: str) -> None:
        raise StudyError("the disk is full.")

    store.inner.rename = fails  # type: ignore[method-assign]
    with contextlib.suppress(StudyError), noted_as_one(store):
        store.write("notes.tsv", b"kept")
        with contextlib.suppress(StudyError) if noticed else contextlib.nullcontext():
            store.rename("devices.toml", "other.toml")
    AuditedStore(FolderStore(tiny)).settle()

    assert said(tiny)[-2:] == [("undone", "devices.toml"), ("undone", "other.toml")]
    assert (tiny / "devices.toml").read_bytes() == b"before"
    assert verify_trail(FolderStore(tiny)).broken is None
    assert "FILE015" not in codes(tiny)


class Crash(BaseException):
    """The computer stops."""


class MortalStore:
    """A store of a computer that stops before its n-th change."""

    def __init__(self, folder: Path, changes: int) -> None:
        self._store = FolderStore(folder)
        self._left = changes

    def _change(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Crash

    def __getattr__(self, name: str) -> object:
        if name in ("write", "remove", "rename", "append"):
            self._change()
        return getattr(self._store, name)

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[object]:
        self._change()
        with self._store.open_writer(path) as file:
            yield file
            self._change()


def work(study: Study) -> None:
    """Some of every kind of change."""
    study.add_participant("sub-P7")
    record(study, "sub-P1", 3000, 4).finish(1_700_000_100.0)
    study.discard_session(next(s for s in study.sessions() if s.status == "interrupted"))
    study.exclude_trial(study.sessions("sub-P1")[0], 1, "talked", at=1_700_000_200.0)


def test_after_a_crash_at_any_step_the_trail_is_whole_and_true(tiny: Path, tmp_path: Path) -> None:
    for changes in range(200):
        folder = Path(shutil.copytree(tiny, tmp_path / f"crash-{changes}"))
        done = False
        with contextlib.suppress(Crash):
            work(Study.open(folder, store=AuditedStore(MortalStore(folder, changes))))  # type: ignore[arg-type]
            done = True
        before = check_files(folder)
        assert not before.serious, before.findings
        Study.open(folder)
        after = check_files(folder)
        assert {each.code for each in after.findings} <= NORMAL | {"FILE010"}, (changes, after.findings)
        assert verify_trail(FolderStore(folder)).broken is None
        shutil.rmtree(folder)
        if done:
            break
    assert done
    assert changes > 25


def test_a_torn_last_line_is_cut_off_only_where_nobody_counts_on_it(tiny: Path) -> None:
    trail = tiny / "audit.jsonl"
    whole = trail.read_bytes()
    trail.write_bytes(whole + b'{"n":999,"at')
    Study.open(tiny)
    assert trail.read_bytes() == whole
    trail.write_bytes(whole[:-40])  # the anchor knows of this line
    Study.open(tiny).add_participant("sub-P8")
    assert ("found-broken", "") in said_raw(trail)
    assert "FILE018" in codes(tiny)


def said_raw(trail: Path) -> list[tuple[str, str]]:
    found = []
    for line in trail.read_bytes().splitlines():
        with contextlib.suppress(ValueError):
            found.append((json.loads(line)["what"], json.loads(line)["file"]))
    return found


def test_a_cut_end_stays_told_of_when_work_goes_on(tiny: Path) -> None:
    trail = tiny / "audit.jsonl"
    trail.write_bytes(b"".join(trail.read_bytes().splitlines(True)[:-3]))
    for name in ("sub-P8", "sub-P9"):
        Study.open(tiny).add_participant(name)
        assert "FILE018" in codes(tiny)
    broken = verify_trail(FolderStore(tiny)).broken
    assert broken is not None
    assert "cut off" in broken.found


def test_a_study_that_can_only_be_read_is_read(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StudyError("read-only")

    for name in ("append", "write", "open_writer", "remove", "rename"):
        monkeypatch.setattr(FolderStore, name, refuse)
    study = Study.open(tiny)
    assert study.fingerprint()
    assert len(study.participants) == 2
    assert codes(tiny) <= NORMAL
    assert verify_trail(study.store).broken is None


def test_who_operates_is_noted(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIMIK_OPERATOR", "lab  2")
    study = Study.open(tiny)
    study.audit.note("learned")
    study.audit.note("learned", by="lab 3", why="asked\nfor")
    assert [(v["by"], v["why"]) for v in lines(tiny)[-2:]] == [("lab 2", ""), ("lab 3", "asked / for")]
