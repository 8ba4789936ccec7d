"""``mimik clusters`` and ``mimik profiles`` as a user meets them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_clusters_print_tables_and_write_files(
    mimik: Callable[..., Any], simulated: Path, tmp_path: Path
) -> None:
    page, table = tmp_path / "c.html", tmp_path / "c.csv"
    result = mimik("clusters", simulated, "-k", 2, "--baseline", "none", "--report", page, "-o", table)

    assert result.exit_code == 0, result.stderr
    for words in ("SERIOUS Simulated people", "2 clusters, as asked for", "Trials of each expression"):
        assert words in result.stdout
    assert "No baseline was taken away" in result.stdout
    assert page.read_text("utf-8").startswith("<!doctype html>")
    found = rows(table)
    assert len(found) == 12
    assert {row["cluster"] for row in found} == {"A", "B"}
    assert {row["synthetic"] for row in found} == {"true"}


def test_clusters_as_json(mimik_json: Callable[..., Any], simulated: Path) -> None:
    found = mimik_json("clusters", simulated, "--clusters", 2)

    assert found["choice"]["given"] is True
    assert len(found["clusters"]) == 2
    assert len(found["trials"]) == 12


def test_profiles_print_tables_and_write_files(
    mimik: Callable[..., Any], simulated: Path, tmp_path: Path
) -> None:
    page, table = tmp_path / "p.html", tmp_path / "p.csv"
    arguments = ("--quick", "--folds", 2, "--by", "region", "--report", page, "-o", table)
    result = mimik("profiles", simulated, *arguments)

    assert result.exit_code == 0, result.stderr
    for words in ("happy: recall", "points lost", "LinearDiscriminantAnalysis", "share importance"):
        assert words in result.stdout
    assert "</html>" in page.read_text("utf-8")
    found = rows(table)
    assert len(found) == 2 * 7
    assert {row["group"] for row in found} == {"eyes", "jaw", "mouth", "brows", "cheeks", "nose", "tongue"}
    assert all(-1 <= float(row["importance"]) <= 1 for row in found)


def test_profiles_of_the_network_as_json(mimik_json: Callable[..., Any], simulated: Path) -> None:
    found = mimik_json("profiles", simulated, "--epochs", 1, "--folds", 2, "--by", "region")

    assert found["classifier"] == "Recognizer"
    assert [p["expression"] for p in found["profiles"]] == ["happy", "sad"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("clusters", "--clusters", "40"), "expected 2 to 11 clusters"),
        (("clusters", "--baseline", "mine"), "expected a baseline of resting, own, none"),
        (("profiles", "--quick", "--by", "side"), "expected channels grouped by pair"),
        (("profiles", "--quick", "--expressions", "happy"), "at least 2 expressions"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    mimik: Callable[..., Any], simulated: Path, arguments: tuple[str, ...], told: str
) -> None:
    command, *options = arguments
    result = mimik(command, simulated, *options)

    assert result.exit_code == 1
    assert told.lower() in result.stderr.lower()
    assert "Traceback" not in result.output
