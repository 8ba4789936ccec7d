"""The page and the table of a comparison."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from planted import planted

from mimik.errors import DataError
from mimik.learn.comparison import Comparison, Recipe, compare, recipes_named
from mimik.learn.report.comparison import write_comparison_report, write_comparison_table

NOW = datetime(2022, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def found() -> Comparison:
    recipes = {**recipes_named(["nearest-mean", "lda"]), "trees": Recipe(None, not_run="needs <trees>")}
    return compare(planted(), recipes, reference="lda", jobs=1)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_holds_every_recipe_and_fetches_nothing(found: Comparison, tmp_path: Path) -> None:
    page = write_comparison_report(tmp_path / "new" / "c.html", found, now=NOW).read_text("utf-8")

    assert "Simulated people." in page
    assert "nearest-mean" in page and "Read this first" in page
    assert "needs &lt;trees&gt;" in page
    assert not re.search(r"<(script|link|img)|url\(http|src=", page)
    difference = found.of("nearest-mean").trial_difference
    assert f"{100 * difference.value:+.1f}<br><small>{100 * difference.low:+.1f} to" in page
    assert page == write_comparison_report(tmp_path / "again.html", found, now=NOW).read_text("utf-8")


def test_the_figure_tells_its_numbers_to_those_who_cannot_see_it(found: Comparison, tmp_path: Path) -> None:
    page = write_comparison_report(tmp_path / "c.html", found).read_text("utf-8")
    told = re.search(r"<desc[^>]*>(.*?)</desc>", page)

    share = found.of("lda").trials["balanced_accuracy"].value
    assert f"lda: {share:.0%} of trials" in told[1]


def test_the_table_holds_each_number_once(found: Comparison, tmp_path: Path) -> None:
    rows = rows_of(write_comparison_table(tmp_path / "c.csv", found))
    keys = [(row["recipe"], row["unit"], row["figure"]) for row in rows]

    assert len(set(keys)) == len(keys)
    by_key = dict(zip(keys, rows, strict=True))
    nearest = found.of("nearest-mean")
    one = by_key["nearest-mean", "trial", "balanced_accuracy"]
    assert float(one["value"]) == nearest.trials["balanced_accuracy"].value
    apart = by_key["nearest-mean", "trial", "balanced_accuracy_difference"]
    assert float(apart["high"]) == nearest.trial_difference.high
    assert apart["verdict"] == "worse"
    assert ("lda", "trial", "balanced_accuracy_difference") not in by_key
    assert by_key["trees", "", ""]["verdict"] == "not run: needs <trees>"
    assert {row["synthetic"] for row in rows} == {"true"}


def test_shuffled_frames_have_no_trials_to_draw(tmp_path: Path) -> None:
    found = compare(planted(people=8), recipes_named(["lda"]), reference="lda", split="frame", jobs=1)

    page = write_comparison_report(tmp_path / "c.html", found).read_text("utf-8")
    rows = rows_of(write_comparison_table(tmp_path / "c.csv", found))

    assert "about single frames" in page
    assert {row["unit"] for row in rows} == {"frame", ""}


def test_labels_alone_have_no_area_under_a_curve(found: Comparison, tmp_path: Path) -> None:
    rows = [
        replace(row, frames={name: e for name, e in row.frames.items() if name not in ("auc", "ece")})
        for row in found.rows
    ]

    page = write_comparison_report(tmp_path / "c.html", replace(found, rows=tuple(rows))).read_text("utf-8")

    assert 2 * "<td>\N{EN DASH}</td>" in page


def test_a_place_that_cannot_be_written_is_told(found: Comparison, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for write in (write_comparison_report, write_comparison_table):
        with pytest.raises(DataError, match="could not be written"):
            write(tmp_path / "file" / "c", found)
