"""What predictions say of labels and of shuffling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.learn.checks import check_dataset, check_predictions
from mimik.learn.checks.finding import Finding
from mimik.learn.dataset import Dataset
from mimik.learn.labels.outside import outside_proba
from mimik.learn.predictions import Predictions
from mimik.learn.splits import Split, choose_split, frame_split


def swapped(dataset: Dataset, person: int) -> Dataset:
    """Two of a person's recordings with each other's labels."""
    y = dataset.y.copy()
    a, b = (np.flatnonzero((dataset.participant == person) & (dataset.y == e)) for e in (0, 2))
    y[a], y[b] = 2, 0
    return replace(dataset, y=y)


def judged(dataset: Dataset) -> Predictions:
    proba = outside_proba(dataset.X, dataset.y, dataset.context)
    return Predictions(choose_split(dataset, folds=5), proba, True, ())


def right_in(dataset: Dataset, split: Split, share: float) -> Predictions:
    """Predictions that are right for a share of the frames."""
    right = np.arange(len(dataset)) % 100 < 100 * share
    said = np.where(right, dataset.y, (dataset.y + 1) % len(dataset.expressions))
    proba = np.eye(len(dataset.expressions), dtype=np.float32)[said]
    return Predictions(split, proba, True, ())


def labels_of(dataset: Dataset, predictions: Predictions) -> Finding:
    return check_predictions(dataset, predictions)["EVAL009"]


def test_swapped_labels(clean: Dataset) -> None:
    broken = swapped(clean, person=7)

    assert labels_of(clean, judged(clean)).status == "passed"
    finding = labels_of(broken, judged(broken))
    assert finding.status == "found"
    assert finding.value == 2
    assert {line.split("/")[0] for line in finding.details} == {"sub-07"}
    assert any("looks like happy" in line for line in finding.details)


def test_swapped_labels_by_a_quick_model_of_the_data_alone(clean: Dataset) -> None:
    report = check_dataset(swapped(clean, person=7), model=True)

    assert {finding.code for finding in report.found} == {"EVAL009"}


def test_a_recognizer_that_errs_much_is_no_judge(clean: Dataset) -> None:
    guessing = np.random.default_rng(0).dirichlet(np.ones(5), len(clean)).astype(np.float32)

    finding = labels_of(clean, Predictions(choose_split(clean), guessing, True, ()))

    assert finding.status == "not applicable"
    assert "no judge" in finding.text


def test_a_classifier_without_probabilities_is_no_judge(clean: Dataset) -> None:
    certain = replace(judged(clean), graded=False)

    assert labels_of(clean, certain).status == "not applicable"


def test_who_has_seen_the_labels_is_no_judge(clean: Dataset) -> None:
    shuffled = replace(judged(clean), split=frame_split(len(clean)))

    assert labels_of(clean, shuffled).status == "not applicable"


def test_frames_that_were_never_tested_do_not_count(clean: Dataset) -> None:
    predictions = judged(swapped(clean, person=7))
    proba = predictions.proba.copy()
    proba[clean.participant == 7] = np.nan

    assert labels_of(swapped(clean, person=7), replace(predictions, proba=proba)).status == "passed"


def test_by_how_much_shuffling_flatters(clean: Dataset) -> None:
    honest = right_in(clean, choose_split(clean), 0.6)
    leaking = right_in(clean, frame_split(len(clean)), 0.95)

    finding = check_predictions(clean, honest, leaking)["EVAL011"]

    assert finding.status == "found"
    assert finding.value == pytest.approx(0.35)
    assert "by 35.0 points, from 60.0 % to 95.0 %" in finding.text


def test_shuffling_that_adds_nothing(clean: Dataset) -> None:
    honest = right_in(clean, choose_split(clean), 0.9)
    leaking = right_in(clean, frame_split(len(clean)), 0.9)

    assert check_predictions(clean, honest, leaking).found == ()


def test_without_the_leaking_split_nothing_can_be_said(clean: Dataset) -> None:
    honest = right_in(clean, choose_split(clean), 0.9)
    shuffled = right_in(clean, frame_split(len(clean)), 0.9)

    assert check_predictions(clean, honest)["EVAL011"].status == "not applicable"
    assert check_predictions(clean, shuffled, shuffled)["EVAL011"].status == "not applicable"
