"""``mimik takeout``: a participant's own copy."""

from __future__ import annotations

import zipfile
from pathlib import Path

from mimik.study.study import Study


def test_a_participants_own_copy_is_written_and_marked(mimik, simulated: Path, tmp_path: Path) -> None:
    who = Study.open(simulated).participants[0].id
    result = mimik("takeout", simulated, who.removeprefix("sub-"), tmp_path / "own.zip")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"SYNTHETIC {who}: 1 session, ")
    assert zipfile.is_zipfile(tmp_path / "own.zip")


def test_what_was_written_as_json(mimik_json, simulated: Path, tmp_path: Path) -> None:
    who = Study.open(simulated).participants[0].id
    told = mimik_json("takeout", simulated, who, tmp_path / "own.zip")

    assert (told["participant"], told["synthetic"], told["sessions"]) == (who, True, 1)


def test_nobody_and_what_is_there_already_are_refused(mimik, simulated: Path, tmp_path: Path) -> None:
    nobody = mimik("takeout", simulated, "sub-NOBODY", tmp_path / "own.zip")
    assert nobody.exit_code == 1 and "participants.tsv" in nobody.stderr
    (tmp_path / "own.zip").write_text("mine")
    there = mimik("takeout", simulated, Study.open(simulated).participants[0].id, tmp_path / "own.zip")
    assert there.exit_code == 1 and "expected no such file" in there.stderr.lower()
    assert (tmp_path / "own.zip").read_text() == "mine"
