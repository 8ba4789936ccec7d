"""The published tables: against scikit-learn, against scipy, and against the paper's own figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2 as chi2_distribution
from sklearn import metrics

from mimik.learn.tables import composition, confusion, scores

NAMES = ("disappointed", "stressed", "happy", "sad", "surprised")

PAPER_TRAINING = (95_402, 95_585, 95_734, 96_270, 95_750)
PAPER_TEST = (17_086, 16_876, 16_781, 16_972, 16_768)

PAPER_SCORES = [  # recall, precision, F1 in the order of NAMES: training, then test
    (0.80917, 0.81774, 0.81342859),
    (0.76911, 0.79520, 0.78193721),
    (0.88245, 0.83582, 0.85850169),
    (0.83006, 0.78487, 0.8068335),
    (0.81381, 0.87549, 0.84352166),
    (0.80118, 0.80986, 0.805495896),
    (0.74793, 0.78252, 0.764830637),
    (0.87605, 0.82697, 0.850801551),
    (0.82842, 0.77483, 0.800728971),
    (0.80439, 0.86868, 0.835299582),
]


def _codes(counts: tuple[int, ...]) -> np.ndarray:
    return np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(("counts", "published"), [(PAPER_TRAINING, 0.357537338), (PAPER_TEST, 0.372682717)])
def test_the_papers_chi_squared_follows_from_its_counts(counts: tuple[int, ...], published: float) -> None:
    table = composition("paper", _codes(counts), 5)
    assert table.counts == counts
    assert table.total == sum(counts)
    assert table.p == pytest.approx(published, abs=5e-10)


@pytest.mark.parametrize("negatives", [(383_339, 383_156, 383_007, 382_471, 382_991)])
def test_the_papers_negative_cases_follow_from_its_counts(negatives: tuple[int, ...]) -> None:
    y = _codes(PAPER_TRAINING)
    rows = scores(confusion(y, y, 5), NAMES).per_expression
    assert tuple(row.negatives for row in rows) == negatives


def _matrix_with(recall: float, precision: float) -> np.ndarray:
    positives = 10_000_000
    hits = round(recall * positives)
    false_alarms = round(hits / precision) - hits
    return np.array([[hits, positives - hits], [false_alarms, 5 * positives]])


@pytest.mark.parametrize(("recall", "precision", "f1"), PAPER_SCORES)
def test_the_papers_f1_follows_from_its_recall_and_precision(
    recall: float, precision: float, f1: float
) -> None:
    row = scores(_matrix_with(recall, precision), ("it", "other")).per_expression[0]
    assert row.recall == pytest.approx(recall, abs=1e-6)
    assert row.precision == pytest.approx(precision, abs=1e-6)
    assert row.f1 == pytest.approx(f1, abs=6e-6)  # the published shares are rounded to five places


def test_chi_squared_is_the_textbooks() -> None:
    y = np.random.default_rng(1).integers(0, 4, 500)
    table = composition("random", y, 4)
    counts = np.array(table.counts)
    statistic = ((counts - 125) ** 2 / 125).sum()
    assert table.chi2 == pytest.approx(statistic)
    assert table.p == pytest.approx(chi2_distribution.sf(statistic, df=3))


@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_scikit_learns_on_random_predictions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, 5, 400), rng.integers(0, 5, 400)
    found = scores(confusion(y_true, y_pred, 5), NAMES)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y_true, y_pred))
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(y_true, y_pred))
    np.testing.assert_array_equal(found.confusion, metrics.confusion_matrix(y_true, y_pred))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(y_true, y_pred)
    for i, row in enumerate(found.per_expression):
        assert (row.precision, row.recall, row.f1) == pytest.approx((precision[i], recall[i], f1[i]))
        assert row.positives == support[i]
        assert row.negatives == 400 - support[i]
        assert row.specificity == pytest.approx(metrics.recall_score(y_true != i, y_pred != i))


def test_chance_is_always_naming_the_most_frequent_expression() -> None:
    y = _codes((6, 3, 1))
    assert scores(confusion(y, y, 3), NAMES[:3]).chance == pytest.approx(0.6)


def test_what_has_no_value_is_none_and_never_zero() -> None:
    y_true, y_pred = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    found = scores(confusion(y_true, y_pred, 3), NAMES[:3])
    never = found.per_expression[2]
    assert (never.recall, never.precision, never.f1) == (None, None, None)
    assert never.specificity == 1.0
    assert found.balanced_accuracy == pytest.approx((2 / 3 + 1) / 2)


def test_an_expression_never_named_has_no_precision_but_an_f1_of_zero() -> None:
    row = scores(confusion(np.array([0, 1]), np.array([0, 0]), 2), NAMES[:2]).per_expression[1]
    assert (row.recall, row.precision, row.f1) == (0.0, None, 0.0)


def test_no_frames_give_no_numbers() -> None:
    nothing = np.array([], dtype=np.int64)
    found = scores(confusion(nothing, nothing, 2), NAMES[:2])
    assert (found.total, found.accuracy, found.balanced_accuracy, found.chance) == (0, None, None, None)
    assert composition("empty", nothing, 2).p is None
