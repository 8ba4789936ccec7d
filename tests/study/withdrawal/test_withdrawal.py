"""Withdrawal: nothing of the person is left anywhere in the folder, and nobody else is touched."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from mimik.errors import StudyBusy, StudyError
from mimik.protocol import load_protocol
from mimik.study import SessionFacts, Study
from mimik.study.audit.reading import read_lines
from mimik.study.bids import export_bids
from mimik.study.exchange.merge import merge_study
from mimik.study.integrity import check_files
from mimik.study.registers import is_withdrawn, read_tombstones
from mimik.study.withdrawal import search_outside, search_study

AT = 1.8e9


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of three simulated people, with all kinds of things computed from them."""
    from typer.testing import CliRunner

    from mimik.cli.main import app

    folder = tmp_path_factory.mktemp("recorded") / "study"
    study = Study.create(folder, title="T", protocol=load_protocol("hartmann2022"), synthetic=True)
    result = CliRunner().invoke(app, ["simulate", str(study.folder), "--participants", "3"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def study(recorded: Path, tmp_path: Path) -> Study:
    shutil.copytree(recorded, tmp_path / "study")
    return Study.open(tmp_path / "study")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def holders(folder: Path, word: str) -> list[str]:
    """Search names and raw bytes, and what is packed, by means of its own."""
    found = []
    for path in folder.rglob("*"):
        texts = [path.relative_to(folder).as_posix().encode()]
        if path.is_file():
            data = path.read_bytes()
            texts.append(data)
            if path.suffix == ".parquet":
                texts.append(repr(pq.read_table(path).to_pydict()).encode())
            with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as packed:
                texts += [packed.read(name) for name in packed.namelist()]
        words = [word.encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")]
        if any(each.lower() in text.lower() for each in words for text in texts):
            found.append(path.relative_to(folder).as_posix())
    return found


def test_nothing_of_them_is_left_and_nobody_else_is_touched(study: Study) -> None:
    gone, *others = (person.id for person in study.participants)
    study.record_consent(gone, at=AT, basis="made up")
    before = bytes_of(study.folder)
    rest = [(s.participant, s.frames_sha256) for s in study.sessions() if s.participant != gone]
    assert len(holders(study.folder, gone)) > 5  # the search of this test finds

    done = study.withdraw(gone, at=AT, why="asked to", by="nurse 2")

    assert holders(study.folder, gone) == []
    assert (done.searched.found, done.searched.unread) == ([], [])
    assert done.searched.files == len(bytes_of(study.folder))
    after = bytes_of(study.folder)
    for path, data in before.items():
        if any(path.startswith((f"{other}/", f"consent/{other}")) for other in others):
            assert after[path] == data
    again = Study.open(study.folder)
    assert [(s.participant, s.frames_sha256) for s in again.sessions()] == rest
    assert [person.id for person in again.participants] == others
    assert {f.severity for f in check_files(study.folder).findings} <= {"info"}


def test_a_tombstone_holds_nothing_of_them_and_keeps_them_from_coming_back(study: Study) -> None:
    gone = study.participants[0].id
    reference = study.reference(gone)
    study.withdraw(gone, at=AT, why="asked to")

    (stone,) = read_tombstones(study.store)
    assert (stone.reference, stone.on, stone.why) == (reference, "2027-01-15", "asked to")
    assert is_withdrawn(study.store, gone)
    assert not is_withdrawn(study.store, study.participants[0].id)
    with pytest.raises(StudyError, match="withdrew"):
        study.add_participant(gone)


def test_models_and_releases_are_marked_by_reference(study: Study, tmp_path: Path) -> None:
    gone, other, third = (person.id for person in study.participants)
    study.record_model("a" * 64, [gone, other], at=AT)
    study.record_model("b" * 64, [other, third], at=AT)
    export_bids(study, tmp_path / "bids")
    assert gone not in "".join(
        (study.folder / name).read_text() for name in ("models.tsv", "releases.tsv", "audit.jsonl")
    )

    done = study.withdraw(gone, at=AT)

    assert [model.fingerprint for model in done.plan.models] == ["a" * 64]
    assert [release.kind for release in done.plan.releases] == ["bids"]
    assert [(m.withdrew, len(m.people)) for m in study.models] == [(1, 1), (0, 2)]
    assert [(r.withdrew, len(r.people)) for r in study.releases] == [(1, 2)]


def test_what_was_computed_from_everybody_goes_and_models_stay(study: Study) -> None:
    gone = study.participants[0].id
    models = study.folder / "derivatives" / "models"
    models.mkdir(parents=True)
    (models / "m.mimik").write_bytes(b"weights")
    (models / "m.html").write_text(f"<p>{gone}: 81 %</p>")
    (models / "m.json").write_text("{}")
    folds = study.folder / "derivatives" / "evaluation"
    folds.mkdir()
    np.savez(folds / "fold.npz", facts=np.array(gone))
    (study.folder / f".new-{gone}-ses-02").mkdir()
    assert {"derivatives/evaluation/fold.npz", f".new-{gone}-ses-02"} <= set(holders(study.folder, gone))

    done = study.withdraw(gone, at=AT)

    assert holders(study.folder, gone) == []
    assert [p.name for p in (study.folder / "derivatives").rglob("*")] == ["models", "m.mimik"]
    assert set(done.plan.computed) == {
        "derivatives/evaluation",
        "derivatives/models/m.html",
        "derivatives/models/m.json",
    }


def test_it_waits_for_no_one_who_is_being_recorded(study: Study) -> None:
    gone = study.participants[0].id
    before = study.participants
    with study.start_session(gone, SessionFacts(started=AT)), pytest.raises(StudyBusy):
        study.withdraw(gone, at=AT)
    assert study.participants == before
    study.withdraw(gone, at=AT)  # now that it broke off
    assert holders(study.folder, gone) == []


def test_a_copy_does_not_bring_them_back(study: Study, tmp_path: Path) -> None:
    gone, *others = (person.id for person in study.participants)
    backup = tmp_path / "backup"
    shutil.copytree(study.folder, backup)
    for person in (gone, *others):
        study.withdraw(person, at=AT)
    result = merge_study(study, backup)
    assert set(result.left_out) == {gone, *others}
    assert study.participants == ()


def test_the_search_finds_what_is_hidden(study: Study, tmp_path: Path) -> None:
    gone = study.participants[0].id
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "utf16.txt").write_bytes(f"a {gone} b".encode("utf-16"))
    (outside / "upper.txt").write_text(gone.upper())
    with zipfile.ZipFile(outside / "packed.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("deep/report.html", f"<p>{gone}")
    shutil.copy(next(study.folder.glob(f"{gone}/*/frames.parquet")), outside / "harmless.parquet")
    (outside / "broken.zip").write_bytes((outside / "packed.zip").read_bytes()[:-30])
    searched = search_outside([outside], [gone])
    names = sorted(Path(path).name for path in searched.found)
    assert names == ["packed.zip", "upper.txt", "utf16.txt"]


def test_the_search_reads_what_is_encrypted(tmp_path: Path) -> None:
    study = Study.create(
        tmp_path / "s", title="T", protocol=load_protocol("hartmann2022"), key="a long passphrase"
    )
    gone = study.add_participant("sub-BCDFGH").id
    study.record_consent(gone, at=AT, version="1")
    assert "participants.tsv" in search_study(study.folder, study.store, [gone]).found
    done = study.withdraw(gone, at=AT)
    assert done.searched.found == []
    assert search_study(study.folder, study.store, [gone]).found == []


WITHDRAWING = """
import sys
from mimik.study import Study
study = Study.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
study.withdraw(sys.argv[2], at=1.8e9)
"""


class Killed(BaseException):
    """What no handler of errors knows."""


@pytest.mark.parametrize("step", range(1, 70, 4))
def test_wherever_it_is_broken_off_it_is_brought_to_its_end_once(
    study: Study, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, *others = (person.id for person in study.participants)
    study.record_model("a" * 64, [gone, *others], at=AT)
    with study.start_session(gone, SessionFacts(started=AT)):
        pass
    left, real = [step], {name: getattr(os, name) for name in ("fsync", "unlink", "rmdir", "replace")}

    def counted(name: str, *args: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0:  # from now on nothing reaches the disk
            raise Killed
        return real[name](*args, **options)

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        for name in real:
            patch.setattr(os, name, partial(counted, name))
        study.withdraw(gone, at=AT)

    again = Study.open(study.folder)
    there = [person.id for person in again.participants]
    assert there in ([gone, *others], others)
    told = [line for line in read_lines(again.store) if line["what"] == "withdrew"]
    if there == others:
        assert holders(study.folder, gone) == []
        assert [model.withdrew for model in again.models] == [1]
        assert len(told) == 1
    else:
        assert (study.folder / gone / "ses-01" / "frames.parquet").is_file()
        assert told == []
    assert not [p for p in study.folder.iterdir() if p.name.startswith(".withdrawing-")]
    assert {f.severity for f in check_files(study.folder).findings} <= {"info"}


def test_who_came_back_with_a_copy_is_found_by_the_check(study: Study, tmp_path: Path) -> None:
    gone = study.participants[0].id
    shutil.copytree(study.folder / gone, tmp_path / gone)
    table = (study.folder / "participants.tsv").read_bytes()
    study.withdraw(gone, at=AT)
    assert "FILE019" not in {f.code for f in check_files(study.folder).findings}

    shutil.copytree(tmp_path / gone, study.folder / gone)
    (study.folder / "participants.tsv").write_bytes(table)

    (back,) = [f for f in check_files(study.folder).findings if f.code == "FILE019"]
    assert (back.file, back.severity) == (gone, "serious")
    study = Study.open(study.folder)
    study.withdraw(gone, at=AT)  # as its remedy says
    assert holders(study.folder, gone) == []


def test_names_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", title="T", protocol=load_protocol("hartmann2022"), synthetic=True)
    for name in ("sub-1", "sub-10", "sub-12"):
        study.add_participant(name)
        study.record_consent(name, at=AT, basis="made up")
    for name in ("sub-1", "sub-10"):
        (study.folder / f".discarded-{name}-ses-01").mkdir()
        (study.folder / f".discarded-{name}-ses-01" / "kept").touch()

    done = study.withdraw("sub-1", at=AT)

    assert (done.searched.found, done.searched.unread) == ([], [])
    assert [person.id for person in study.participants] == ["sub-10", "sub-12"]
    assert [p.name for p in study.folder.glob(".discarded-*")] == [".discarded-sub-10-ses-01"]
    (study.folder / "mine.bin").write_bytes("sub-10sub-1sub-12".encode("utf-32-le"))  # as NumPy keeps texts
    assert search_study(study.folder, study.store, ["sub-1"], ["sub-10", "sub-12"]).found == ["mine.bin"]


def test_a_reason_must_not_name_them(study: Study) -> None:
    gone = study.participants[0].id
    for words in ({"why": f"{gone} asked to"}, {"by": gone.upper()}):
        with pytest.raises(StudyError, match="found the pseudonym"):
            study.withdraw(gone, at=AT, **words)
    assert gone in {person.id for person in study.participants}


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_withdrawal_is_brought_to_its_end(study: Study, seed: int) -> None:
    gone, *others = (person.id for person in study.participants)
    program = subprocess.Popen(
        [sys.executable, "-c", WITHDRAWING, str(study.folder), gone],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdout.readline()
    program.stdin.write(b"\n")
    program.stdin.flush()
    begun = time.monotonic()
    wait = random.Random(seed).uniform(0, 0.3)
    while time.monotonic() - begun < wait:  # a moment that no clock of the program knows
        pass
    program.send_signal(signal.SIGKILL)
    program.communicate()

    again = Study.open(study.folder)
    left = [person.id for person in again.participants]
    assert left in ([gone, *others], others)  # not begun, or all of it
    if left == others:
        assert holders(study.folder, gone) == []
        assert "withdrew" in (study.folder / "audit.jsonl").read_text()
    assert not [p for p in study.folder.iterdir() if p.name.startswith(".withdrawing-")]
    assert {f.severity for f in check_files(study.folder).findings} <= {"info"}


def test_the_digest_of_a_tombstone_is_of_salt_and_pseudonym(study: Study) -> None:
    import tomllib

    gone = study.participants[0].id
    salt = bytes.fromhex(tomllib.loads((study.folder / "study.toml").read_text())["device_salt"])
    study.withdraw(gone, at=AT)
    (stone,) = read_tombstones(study.store)
    assert stone.digest == hashlib.sha256(salt + gone.lower().encode()).hexdigest()
