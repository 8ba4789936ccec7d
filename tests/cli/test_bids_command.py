"""``mimik bids``: a study leaves the laboratory only as far as people agreed to that."""

from __future__ import annotations

import json
from pathlib import Path

from mimik.study.study import Study


def test_simulated_people_need_no_consent(mimik, simulated: Path, tmp_path: Path) -> None:
    result = mimik("bids", simulated, tmp_path / "out")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("SYNTHETIC 6 participants, 6 sessions, ")
    assert len(list((tmp_path / "out").glob("sub-*"))) == 6


def test_of_real_people_who_did_not_agree_nothing_is_written(mimik, tmp_path: Path) -> None:
    mimik("new", tmp_path / "study")
    study = Study.open(tmp_path / "study")
    study.record_consent(study.add_participant().id, at=0.0, version="1")
    result = mimik("bids", tmp_path / "study", tmp_path / "out")

    assert result.exit_code == 1
    assert "expected a participant who agreed to 'sharing'" in result.stderr
    assert "mimik consent" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_refused(mimik, simulated: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    result = mimik("bids", simulated, tmp_path / "out")

    assert result.exit_code == 1
    assert "empty or new folder" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine"]


def test_new_pseudonyms_are_shown_once(mimik, simulated: Path, tmp_path: Path) -> None:
    result = mimik("bids", simulated, tmp_path / "out", "--fresh-pseudonyms")

    shown = dict(line.split() for line in result.stderr.splitlines() if line.startswith("  sub-"))
    assert set(shown) == {person.id for person in Study.open(simulated).participants}
    assert set(shown.values()) == {p.name for p in (tmp_path / "out").glob("sub-*")}


def test_columns_of_the_study_are_named(mimik, simulated: Path, tmp_path: Path) -> None:
    table = simulated / "participants.tsv"
    heading, *lines = table.read_text().splitlines()
    table.write_text("\n".join([f"{heading}\tsite", *(f"{line}\tBern" for line in lines)]) + "\n")
    result = mimik("bids", simulated, tmp_path / "out")

    assert "participants.tsv also tells: site. Could that name somebody?" in result.stderr


def test_who_is_left_out_is_told_with_the_reason(mimik, simulated: Path, tmp_path: Path) -> None:
    who = Study.open(simulated).add_participant().id
    result = mimik("bids", simulated, tmp_path / "out")

    assert f"Left out: {who}: no session." in result.stderr


def test_licence_and_authors_are_written(mimik, simulated: Path, tmp_path: Path) -> None:
    mimik("bids", simulated, tmp_path / "out", "--licence", "CC0", "--author", "N. N.", "--author", "M. M.")

    told = json.loads((tmp_path / "out" / "dataset_description.json").read_text())
    assert told["License"] == "CC0" and told["Authors"] == ["N. N.", "M. M."]


def test_what_was_written_as_json(mimik_json, simulated: Path, tmp_path: Path) -> None:
    told = mimik_json("bids", simulated, tmp_path / "out")

    assert (told["synthetic"], told["participants"], told["sessions"]) == (True, 6, 6)
    assert told["left_out"] == {} and told["fresh_pseudonyms"] is None


def test_frames_can_be_made_coarser(mimik, simulated: Path, tmp_path: Path) -> None:
    asked = ("--rate", "10", "--channels", "jawOpen, headYaw", "--without-rest")
    result = mimik("bids", simulated, tmp_path / "out", *asked)

    said = "at most 10 frames per second; only the channels jawOpen, headYaw; each person's resting face"
    assert said in result.stdout
    first = next((tmp_path / "out").rglob("*_channels.tsv")).read_text()
    assert [line.split("\t")[0] for line in first.splitlines()[6:]] == ["jawOpen", "headYaw"]


def test_the_options_mean_what_they_mean_in_a_release(mimik_json, simulated: Path, tmp_path: Path) -> None:
    asked = ("--rate", "5", "--channels", "eight", "--without-rest")
    bids = mimik_json("bids", simulated, tmp_path / "bids", *asked)
    release = mimik_json("release", simulated, tmp_path / "csv", "--to", "csv", *asked)

    for said in ("coarsened", "frames", "sessions", "participants"):
        assert bids[said] == release[said]


def test_the_release_it_is_noted_as_is_named(mimik, simulated: Path, tmp_path: Path) -> None:
    result = mimik("bids", simulated, tmp_path / "out")

    (noted,) = Study.open(simulated).releases
    assert f"Noted in the study as release {noted.id}." in result.stderr
    assert ", as recorded." in result.stdout
