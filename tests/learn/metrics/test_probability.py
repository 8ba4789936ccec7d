"""Scores of probabilities equal scikit-learn's; undefined ones are None."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.calibration import calibration_curve

from mimik.errors import DataError
from mimik.learn.metrics.probability import ProbabilityScores, calibration, log_loss, probability_scores
from mimik.learn.metrics.ranks import auc_per_class, rank_steps
from mimik.learn.plain import from_plain, to_plain
from mimik.learn.tally import CALIBRATION_BINS, Tally


def _rows(seed: int, n: int = 300, k: int = 4, sharpness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Random truth (n,) with every class, and probabilities (n, k), some of them tied."""
    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(k), rng.integers(k, size=n - k)])
    logits = sharpness * (rng.normal(size=(n, k)) + np.eye(k)[y]).round(1)
    proba = np.exp(logits - logits.max(axis=1, keepdims=True))
    return y, (proba / proba.sum(axis=1, keepdims=True)).astype(np.float32)


many_rows = given(
    seed=st.integers(0, 10**6), k=st.integers(2, 6), sharpness=st.sampled_from([0.0, 1.0, 4.0, 30.0])
)


@settings(max_examples=40)
@many_rows
def test_scores_are_those_of_another_library(seed: int, k: int, sharpness: float) -> None:
    y, proba = _rows(seed, k=k, sharpness=sharpness)
    found = probability_scores(y, proba)
    truth = np.eye(k)[y]
    areas = [metrics.roc_auc_score(truth[:, i], proba[:, i]) for i in range(k)]
    assert found.auc_per_class == pytest.approx(areas)
    assert found.auc == pytest.approx(metrics.roc_auc_score(truth, proba, average="macro"))
    exact = proba / proba.sum(axis=1, keepdims=True, dtype=float)
    brier = metrics.brier_score_loss(y, exact if k > 2 else exact[:, 1], labels=range(k), scale_by_half=False)
    assert found.brier == pytest.approx(brier, abs=1e-5)
    assert found.log_loss == pytest.approx(metrics.log_loss(y, proba), rel=1e-4)
    assert (found.rows, found.dropped) == (300, 0)


@settings(max_examples=40)
@many_rows
def test_the_reliability_curve_is_that_of_another_library(seed: int, k: int, sharpness: float) -> None:
    y, proba = _rows(seed, k=k, sharpness=sharpness)
    proba = proba + np.float32(1e-6)  # off the bins' edges, which belong to the upper bin there
    right, top = proba.argmax(axis=1) == y, np.minimum(proba.max(axis=1).astype(float), 1)
    share, confidence = calibration_curve(right, top, n_bins=CALIBRATION_BINS)
    found = probability_scores(y, proba).calibration
    assert [b.right for b in found.bins] == pytest.approx(share)
    assert [b.confidence for b in found.bins] == pytest.approx(confidence, abs=1e-5)
    assert sum(b.count for b in found.bins) == 300
    apart = sum(b.count / 300 * abs(b.right - b.confidence) for b in found.bins)
    assert found.error == pytest.approx(apart)


@many_rows
def test_counts_per_step_of_rank_give_the_same_area(seed: int, k: int, sharpness: float) -> None:
    """However sure a recognizer is of itself, which steps of equal width would not."""
    y, proba = _rows(seed, n=1000, k=k, sharpness=sharpness)
    steps = rank_steps(proba, 512)
    assert steps.min() >= 0
    assert steps.max() < 512
    assert auc_per_class(y, steps) == pytest.approx(auc_per_class(y, proba), abs=2e-4)  # type: ignore[arg-type]


def test_true_probabilities_are_calibrated_and_overconfident_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    proba = rng.dirichlet(np.ones(4), 40_000)
    y = (proba.cumsum(axis=1) < rng.random((40_000, 1))).sum(axis=1)
    sharp = proba**4 / (proba**4).sum(axis=1, keepdims=True)
    honest, boasting = (probability_scores(y, p).calibration.error for p in (proba, sharp))
    assert honest is not None
    assert boasting is not None
    assert honest < 0.01
    assert boasting > 0.2


def test_rows_never_predicted_are_dropped_and_counted() -> None:
    y, proba = _rows(1)
    holes = proba.copy()
    holes[::3] = np.nan
    kept = np.arange(len(y)) % 3 != 0
    found, expected = probability_scores(y, holes), probability_scores(y[kept], proba[kept])
    assert (found.rows, found.dropped) == (200, 100)
    assert (found.auc, found.calibration) == (expected.auc, expected.calibration)


def test_a_class_that_never_occurs_or_fills_everything_has_no_area() -> None:
    y, proba = _rows(2, k=3)
    some = y != 2
    found = probability_scores(y[some], proba[some])
    assert found.auc_per_class[2] is None
    assert found.auc == pytest.approx(np.mean(found.auc_per_class[:2]))  # type: ignore[arg-type]
    only = probability_scores(y[y == 1], proba[y == 1])
    assert only.auc_per_class == (None, None, None)
    assert only.auc is None
    assert only.log_loss is not None


def test_no_rows_have_no_scores() -> None:
    found = probability_scores(np.zeros(0, dtype=int), np.zeros((0, 3)))
    assert (found.rows, found.auc, found.brier, found.log_loss) == (0, None, None, None)
    assert found.calibration.error is None
    assert found.calibration.bins == ()
    assert rank_steps(np.zeros((0, 3)), 4).shape == (0, 3)


def test_a_probability_of_zero_costs_much_and_not_everything() -> None:
    loss = log_loss(np.array([0]), np.array([[0, 1]], dtype=np.float32))
    assert loss == pytest.approx(15.94, abs=0.01)  # -log(2**-23)


def test_all_can_be_written_down_and_read_back() -> None:
    y, proba = _rows(3, k=3)
    found = probability_scores(y[y != 2], proba[y != 2])
    assert from_plain(ProbabilityScores, to_plain(found), where="here") == found


def test_bad_input_says_what_was_expected() -> None:
    y, proba = _rows(4)
    with pytest.raises(DataError, match="expected y"):
        probability_scores(y[1:], proba)
    with pytest.raises(DataError, match="codes 0 to 3, found 0 to 4"):
        probability_scores(np.where(y == 3, 4, y), proba)
    with pytest.raises(DataError, match="sum to 1"):
        probability_scores(y, proba * 2)
    labels = Tally.of(y, proba.argmax(axis=1), proba, np.zeros(len(y), dtype=int), 1, graded=False)
    with pytest.raises(DataError, match="labels alone"):
        calibration(labels.total())
