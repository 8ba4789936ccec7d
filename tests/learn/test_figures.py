"""Figures of an evaluation equal those of scikit-learn and of naive readers, for all and for resamples."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from mimik.learn.figures import NOMINAL, ORDINAL, figures_of
from mimik.learn.metrics.intervals import FEW_PEOPLE, participant_intervals
from mimik.learn.resampling import RESAMPLES, resample_weights
from mimik.learn.tally import CALIBRATION_BINS, Tally

PEOPLE = 7


def _decisions(
    seed: int, n: int = 400, k: int = 4, skill: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random truth (n,), probabilities (n, k) and people (n,)."""
    rng = np.random.default_rng(seed)
    y = rng.integers(k, size=n)
    logits = rng.normal(size=(n, k)) + skill * np.eye(k)[y]
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return y, proba.astype(np.float32), rng.integers(PEOPLE, size=n)


def _tally(y: np.ndarray, proba: np.ndarray, person: np.ndarray, people: int = PEOPLE) -> Tally:
    return Tally.of(y, proba.argmax(axis=1), proba, person, people)


def _naive_ece(y: np.ndarray, proba: np.ndarray) -> float:
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y
    total = 0.0
    for i in range(CALIBRATION_BINS):
        inside = (confidence > i / CALIBRATION_BINS) & (confidence <= (i + 1) / CALIBRATION_BINS)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


def _naive_icc(a: np.ndarray, b: np.ndarray) -> float:
    """ICC(3,1) from the two-way analysis of variance."""
    table = np.stack([a, b], axis=1).astype(float)
    n, raters = table.shape
    rows, columns, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    between = raters * ((rows - mean) ** 2).sum() / (n - 1)
    residual = ((table - rows[:, None] - columns + mean) ** 2).sum() / ((n - 1) * (raters - 1))
    return float((between - residual) / (between + (raters - 1) * residual))


def _expected(y: np.ndarray, proba: np.ndarray) -> dict[str, float]:
    found = proba.argmax(axis=1)
    truth = np.eye(proba.shape[1])[y]
    return {
        "accuracy": metrics.accuracy_score(y, found),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, found),
        "macro_f1": metrics.f1_score(y, found, average="macro"),
        "matthews": metrics.matthews_corrcoef(y, found),
        "ece": _naive_ece(y, proba),
        "brier": float(np.mean(np.sum((proba - truth) ** 2, axis=1))),
        "weighted_kappa": metrics.cohen_kappa_score(y, found, weights="quadratic"),
        "icc": _naive_icc(y, found),
        "mae": metrics.mean_absolute_error(y, found),
    }


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), skill=st.sampled_from([0.0, 1.0, 3.0]), k=st.integers(2, 6))
def test_figures_are_those_of_other_libraries(seed: int, skill: float, k: int) -> None:
    y, proba, person = _decisions(seed, k=k, skill=skill)
    found = figures_of(_tally(y, proba, person).total(), ORDINAL)
    for name, value in _expected(y, proba).items():
        assert found[name] == pytest.approx(value, abs=1e-5), name
    labels = range(k)
    auc = metrics.roc_auc_score(np.eye(k)[y], proba, average="macro", labels=labels)
    assert found["auc"] == pytest.approx(auc, abs=1e-4)


def test_figures_of_a_resample_are_those_of_its_frames() -> None:
    y, proba, person = _decisions(1)
    tally = _tally(y, proba, person)
    weights = resample_weights(PEOPLE, seed=3)[:5]
    found = figures_of(tally.weighted(weights), ORDINAL)
    for i, times in enumerate(weights):
        rows = np.concatenate(
            [np.flatnonzero(person == p) for p in range(PEOPLE) for _ in range(int(times[p]))]
        )
        for name, value in _expected(y[rows], proba[rows]).items():
            assert found[name][i] == pytest.approx(value, abs=1e-5), name


def test_what_was_never_shown_and_never_named_counts_nowhere() -> None:
    y, proba, person = _decisions(2, k=4)
    keep = y != 3
    y, proba, person = y[keep], proba[keep], person[keep]
    proba[:, 3] = 0
    found = figures_of(_tally(y, proba, person).total(), NOMINAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recall = metrics.balanced_accuracy_score(y, proba.argmax(axis=1))
        f1 = metrics.f1_score(y, proba.argmax(axis=1), average="macro")
    assert found["balanced_accuracy"] == pytest.approx(recall)
    assert found["macro_f1"] == pytest.approx(f1)
    assert np.isfinite(found["auc"])


def test_labels_without_probabilities_have_no_figures_that_need_them() -> None:
    y, proba, person = _decisions(3)
    tally = Tally.of(y, proba.argmax(axis=1), proba, person, PEOPLE, graded=False)
    assert set(figures_of(tally.total(), NOMINAL)) == {
        "accuracy",
        "balanced_accuracy",
        "macro_f1",
        "matthews",
    }


def test_one_person_has_figures_and_no_interval() -> None:
    y, proba, _ = _decisions(4)
    found = participant_intervals(_tally(y, proba, np.zeros(len(y), dtype=int)), NOMINAL)
    assert found["accuracy"].value is not None
    assert found["accuracy"].low is None


def test_nobody_has_no_figures() -> None:
    nothing = Tally.of(
        *(np.zeros(0, dtype=int),) * 2, np.zeros((0, 3), np.float32), np.zeros(0, dtype=int), 4
    )
    assert all(estimate.value is None for estimate in participant_intervals(nothing, NOMINAL).values())


def test_intervals_come_from_people_and_hold_the_figure() -> None:
    y, proba, person = _decisions(5)
    estimate = participant_intervals(_tally(y, proba, person), NOMINAL)["accuracy"]
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low < estimate.value < estimate.high  # type: ignore[operator]
    assert not estimate.trusted  # seven people
    assert participant_intervals(_tally(y, proba, person), NOMINAL)["accuracy"] == estimate


def test_people_without_a_tested_frame_are_not_drawn() -> None:
    y, proba, person = _decisions(6)
    few = participant_intervals(_tally(y, proba, person), ("accuracy",))
    many = participant_intervals(_tally(y, proba, person, people=PEOPLE + 30), ("accuracy",))
    assert few == many


def _covered(people: int, studies: int, frames: int = 200) -> float:
    """Return how often intervals hold the accuracy of people in general, whose skill differs."""
    rng = np.random.default_rng(people)
    skills = 1 / (1 + np.exp(-rng.normal(0.8, 0.9, size=(studies, people))))
    truth = float((1 / (1 + np.exp(-rng.normal(0.8, 0.9, size=10**6)))).mean())
    held = 0
    for skill in skills:
        hits = rng.binomial(frames, skill).astype(float)
        confusion = np.zeros((people, 2, 2))
        confusion[:, 0, 0], confusion[:, 0, 1] = hits, frames - hits
        estimate = participant_intervals(Tally(confusion, None, None, None), ("accuracy",))["accuracy"]
        assert estimate.low is not None
        assert estimate.high is not None
        held += estimate.low <= truth <= estimate.high
    return held / studies


@pytest.mark.parametrize("people", [FEW_PEOPLE, 40, 100])
def test_intervals_hold_the_truth_about_95_times_in_100(people: int) -> None:
    assert 0.92 <= _covered(people, studies=600) <= 0.98


def test_resamples_draw_as_many_people_as_there_are() -> None:
    weights = resample_weights(11, seed=0)
    assert weights.shape == (RESAMPLES, 11)
    assert (weights.sum(axis=1) == 11).all()
