"""``mimik compare``, as users meet it."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

import mimik.learn.comparison  # noqa: F401  # its modules are patched by name

SMALL = ("--recipes", "nearest-mean,lda", "--reference", "lda", "--jobs", 1)

AT_THE_END = "mimik.learn.comparison.compare"  # where results are drawn from all finished folds


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_compare_shows_who_is_better_and_what_cannot_be_told(mimik, simulated: Path) -> None:
    result = mimik("compare", simulated, *SMALL)

    assert result.exit_code == 0
    assert result.stdout.startswith("SERIOUS Simulated people")
    assert "six people: 6 participants, 12 recordings, 5 folds" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines() if line.startswith(("lda ", "nearest-mean "))]
    assert len(rows) == 4  # each recipe by itself, and against the reference
    assert "WARNING Only 6 people: with fewer than 20, no difference of recipes can be told" in result.stdout
    assert "can't be told" in result.stdout.partition("Against lda")[2]
    assert not (simulated / "derivatives" / "comparison").exists()


def test_compare_as_json_comes_back(mimik_json, simulated: Path) -> None:
    from mimik.learn.comparison import Comparison

    plain = mimik_json("compare", simulated, *SMALL)
    found = Comparison.from_dict(plain)

    assert plain["synthetic"] is True
    assert found.reference == "lda"
    assert {row.name for row in found.rows} == {"lda", "nearest-mean"}


def test_compare_writes_a_page_and_a_table_that_name_nobody(mimik, simulated: Path, tmp_path: Path) -> None:
    page, table = tmp_path / "c.html", tmp_path / "c.csv"

    result = mimik("compare", simulated, *SMALL, "--report", page, "--csv", table)

    assert result.exit_code == 0
    assert "c.html" in result.stderr and "c.csv" in result.stderr
    assert "Simulated people." in page.read_text("utf-8")
    assert "sub-" not in page.read_text("utf-8") + table.read_text("utf-8")
    with table.open(encoding="utf-8", newline="") as file:
        assert {row["recipe"] for row in csv.DictReader(file)} == {"lda", "nearest-mean"}


def test_compare_says_what_it_leaves_out(mimik, simulated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mimik.learn.comparison.QUICK", ("nearest-mean",))

    result = mimik("compare", simulated, "--reference", "lda", "--jobs", 1)

    assert "Left out: lda+rest, logistic," in result.stderr
    assert "--recipes all" in result.stderr
    assert "nearest-mean" in result.stdout


def test_the_reference_is_always_compared(mimik_json, simulated: Path) -> None:
    found = mimik_json("compare", simulated, "--recipes", "nearest-mean", "--reference", "lda", "--jobs", 1)

    assert {row["name"] for row in found["rows"]} == {"lda", "nearest-mean"}


def test_compare_goes_on_where_it_was_interrupted(
    mimik, simulated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = simulated / "derivatives" / "comparison"

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules[AT_THE_END], "standings", stop)
        assert mimik("compare", simulated, *SMALL).exit_code == 130
    assert len(list(kept.iterdir())) == 10  # two recipes, five folds
    monkeypatch.setattr("mimik.learn.comparison.prepared.Prepared.fit", None)  # nothing is left to train

    result = mimik("compare", simulated, *SMALL)

    assert result.exit_code == 0
    assert "an interrupted comparison finished" in result.stderr
    assert not kept.exists()


def test_compare_can_leave_nothing_behind(mimik, simulated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[AT_THE_END], "standings", stop)

    assert mimik("compare", simulated, *SMALL, "--no-resume").exit_code == 130
    assert not (simulated / "derivatives").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--recipes", "lda,svm"), "nearest-mean"),
        (("--recipes", "lda", "--reference", "svm"), "nearest-mean"),
        (("--recipes", "lda", "--reference", "lda", "--folds", "1"), "--folds"),
        (("--recipes", "lda", "--reference", "lda", "--expressions", "happy"), "2 expressions"),
    ],
)
def test_mistakes_end_in_a_message(mimik, simulated: Path, arguments: tuple[str, ...], told: str) -> None:
    result = mimik("compare", simulated, *arguments)

    assert result.exit_code in (1, 2)
    assert told in result.stderr
    assert "Traceback" not in result.stderr
