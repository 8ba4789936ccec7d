"""``mimik reidentify`` as a user meets it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_it_prints_figures_and_what_they_are_not(
    mimik: Callable[..., Any], simulated: Path, tmp_path: Path
) -> None:
    curve, table = tmp_path / "curve.svg", tmp_path / "rows.csv"
    result = mimik("reidentify", simulated, "--quick", "--jobs", 1, "--plot", curve, "--csv", table)

    assert result.exit_code == 0, result.stderr
    for words in (
        "SERIOUS Simulated people",
        "6 people, 6 known recordings, 6 recordings to name, of the same sitting",
        "guessing names 16.7 %",
        "no rest",
        "Nothing tried is better in both than",
        "a low one is no anonymity",
    ):
        assert words in result.stdout
    assert "<svg" in curve.read_text("utf-8")
    assert table.read_text("utf-8").startswith("study,synthetic,coarsening")
    assert "sub-" not in result.stdout + table.read_text("utf-8") + curve.read_text("utf-8")


def test_as_json(mimik_json: Callable[..., Any], simulated: Path) -> None:
    found = mimik_json("reidentify", simulated, "--quick", "--jobs", 1)

    assert found["synthetic"] is True
    assert found["rows"][0]["name"] == "as recorded"
    assert {one["name"] for one in found["rows"][0]["identification"]["attacks"]} == {
        "discriminant",
        "nearest",
    }
    assert "no anonymity" in found["use"]


def test_one_person_cannot_be_told_apart(mimik: Callable[..., Any], tmp_path: Path) -> None:
    study = tmp_path / "alone"
    mimik("new", study, "--synthetic", "--protocol", "hartmann2022")
    mimik("simulate", study, "--participants", 1)
    result = mimik("reidentify", study, "--quick")

    assert result.exit_code == 1
    assert "at least 2 people" in result.stderr


def test_a_picture_has_a_known_ending(mimik: Callable[..., Any], simulated: Path) -> None:
    result = mimik("reidentify", simulated, "--plot", "curve.pdf")
    assert result.exit_code == 2
    assert ".svg" in result.output
