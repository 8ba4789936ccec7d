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


def test_it_tells_of_the_releases_and_models_that_have_their_data(
    mimik, mimik_json, simulated: Path, tmp_path: Path
) -> None:
    inside = Study.open(simulated).participants[0].id
    mimik("train", simulated, "--preset", "fast", "--epochs", 1, "-o", tmp_path / "one.mimik")
    mimik("bids", simulated, tmp_path / "shared")
    mimik("simulate", simulated, "--participants", 1)
    study = Study.open(simulated)
    outside = study.participants[-1].id

    result = mimik("takeout", simulated, inside, tmp_path / "own.zip")
    assert "It lists 1 release and 1 model with their data." in " ".join(result.stderr.split())
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        text = archive.read("README.txt").decode("utf-8-sig")
        made = archive.read("uses.csv").decode("utf-8-sig")
    for reference in (study.releases[0].id, study.models[0].fingerprint):
        assert reference in text and reference in made
    told = mimik_json("takeout", simulated, outside, tmp_path / "other.zip")
    assert (told["releases"], told["models"]) == (0, 0)


def test_nobody_and_what_is_there_already_are_refused(mimik, simulated: Path, tmp_path: Path) -> None:
    nobody = mimik("takeout", simulated, "sub-NOBODY", tmp_path / "own.zip")
    assert nobody.exit_code == 1 and "participants.tsv" in nobody.stderr
    (tmp_path / "own.zip").write_text("mine")
    there = mimik("takeout", simulated, Study.open(simulated).participants[0].id, tmp_path / "own.zip")
    assert there.exit_code == 1 and "expected no such file" in there.stderr.lower()
    assert (tmp_path / "own.zip").read_text() == "mine"
