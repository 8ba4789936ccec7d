"""The tidy table: every number once, readable without cleaning."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from tiny import tiny_people

from mimik.errors import DataError
from mimik.learn.evaluate import evaluate
from mimik.learn.evaluation import Evaluation
from mimik.learn.report import write_figures


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    data = tiny_people(8, shared=1.0, own=2.0, synthetic=True)
    return evaluate(data, LinearDiscriminantAnalysis(), folds=2, repeats=3, jobs=1)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_one_number_and_none_is_there_twice(evaluation: Evaluation, tmp_path: Path) -> None:
    rows = _read(write_figures(tmp_path / "new" / "f.csv", evaluation))
    keys = [(r["split"], r["unit"], r["part"], r["name"], r["figure"]) for r in rows]
    assert len(set(keys)) == len(keys)
    assert {r["part"] for r in rows} == {"all", "expression", "person", "fold", "repeat"}
    assert {r["synthetic"] for r in rows} == {"true"}
    assert all(np.isfinite(float(r["value"])) for r in rows if r["value"])


def test_numbers_are_those_of_the_evaluation(evaluation: Evaluation, tmp_path: Path) -> None:
    rows = _read(write_figures(tmp_path / "f.csv", evaluation))
    (row,) = (
        r
        for r in rows
        if (r["split"], r["unit"], r["part"], r["figure"])
        == ("participant", "trial", "all", "balanced_accuracy")
    )
    assert evaluation.result.trials is not None
    expected = evaluation.result.trials.figures["balanced_accuracy"]
    assert (float(row["value"]), float(row["low"]), float(row["high"])) == (
        expected.value,
        expected.low,
        expected.high,
    )
    assert row["trusted"] == "false"  # eight people
    repeats = [
        float(r["value"]) for r in rows if (r["part"], r["figure"], r["unit"]) == ("repeat", "auc", "frame")
    ]
    assert len(repeats) == 3
    assert repeats[0] == evaluation.result.frames.figures["auc"].value


def test_a_table_that_cannot_be_written_says_so(evaluation: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="could not be written"):
        write_figures(tmp_path / "file" / "f.csv", evaluation)
