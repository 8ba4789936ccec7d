"""``mimik release``: a study leaves the laboratory as files for other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.study.study import Study


@pytest.mark.parametrize("kind", ["csv", "parquet", "xdf"])
def test_simulated_people_need_no_consent(mimik, simulated: Path, tmp_path: Path, kind: str) -> None:
    result = mimik("release", simulated, tmp_path / "out", "--to", kind)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("SYNTHETIC 6 participants, 6 sessions, ")
    assert (tmp_path / "out/README.txt").read_text().startswith("SYNTHETIC")


def test_what_was_written_as_json(mimik_json, simulated: Path, tmp_path: Path) -> None:
    done = mimik_json("release", simulated, tmp_path / "out", "--to", "parquet", "--rate", "5")

    assert (done["kind"], done["participants"], done["sessions"]) == ("parquet", 6, 6)
    assert done["coarsened"] == "at most 5 frames per second"
    assert len(done["sha256"]) == 64


def test_who_is_left_out_is_told_with_the_reason(mimik, simulated: Path, tmp_path: Path) -> None:
    who = Study.open(simulated).add_participant().id
    result = mimik("release", simulated, tmp_path / "out", "--to", "csv")

    assert f"Left out: {who}: no finished session." in result.stderr


def test_columns_are_told_only_where_named(mimik, simulated: Path, tmp_path: Path) -> None:
    Study.open(simulated).add_participant(age="31", site="Bern")
    table = simulated / "participants.tsv"
    table.write_text(table.read_text().replace("n/a", "30"))
    first = mimik("release", simulated, tmp_path / "out", "--to", "csv", "--columns", "age")

    assert "The table of participants tells: age. Could that name somebody?" in first.stderr
    assert "left out: site (--columns)" in first.stderr


def test_new_pseudonyms_are_shown_once(mimik, simulated: Path, tmp_path: Path) -> None:
    result = mimik("release", simulated, tmp_path / "out", "--to", "xdf", "--fresh-pseudonyms")

    shown = dict(line.split() for line in result.stderr.splitlines() if line.startswith("  sub-"))
    assert set(shown) == {person.id for person in Study.open(simulated).participants}
    assert {f"{new}_ses-01.xdf" for new in shown.values()} == {
        path.name for path in (tmp_path / "out").glob("*.xdf")
    }


def test_an_unknown_channel_is_told_before_anything_is_written(
    mimik, simulated: Path, tmp_path: Path
) -> None:
    result = mimik("release", simulated, tmp_path / "out", "--to", "csv", "--channels", "smile")

    assert result.exit_code == 1
    assert "found 'smile'" in result.stderr
    assert not (tmp_path / "out").exists()
