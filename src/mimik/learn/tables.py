"""The published tables: how evenly the sets are filled, and how well each expression is recognised.

Definitions are the paper's; what has no value (the recall of an expression that never occurs) is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.stats import chisquare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Composition", "ExpressionScore", "Scores", "composition", "confusion", "scores"]


@dataclass(frozen=True, slots=True)
class Composition:
    """How many frames of each expression a set holds, and whether they fill it evenly.

    Attributes:
        name: which set, such as ``"training"``.
        counts: frames of each expression, in the data set's order.
        total: frames in all.
        chi2: chi-squared of the counts against equal counts; None without frames.
        p: its probability if the filling were even. Frames of one recording depend on each other, so a small
            p says less than it seems to.
    """

    name: str
    counts: tuple[int, ...]
    total: int
    chi2: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class ExpressionScore:
    """How well one expression is told from all others; shares are 0..1, None where undefined.

    Attributes:
        expression: its name.
        positives: frames that show it.
        negatives: frames that show another, the paper's "negative cases".
        predicted: frames taken for it.
        recall: of the frames that show it, the share recognised.
        precision: of the frames taken for it, the share that shows it.
        f1: harmonic mean of the two.
        specificity: of the negatives, the share not taken for it.
    """

    expression: str
    positives: int
    negatives: int
    predicted: int
    recall: float | None
    precision: float | None
    f1: float | None
    specificity: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a set of frames is recognised.

    Attributes:
        expressions: names, the order of everything below.
        confusion: ``confusion[i][j]`` frames show expression i and were taken for j.
        total: number of frames.
        accuracy: share of frames recognised, 0..1; None without frames.
        balanced_accuracy: mean recall of the expressions that occur, 0..1; None without frames.
        chance: what always naming the most frequent expression would reach, 0..1; None without frames.
        per_expression: one row each.
    """

    expressions: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    total: int
    accuracy: float | None
    balanced_accuracy: float | None
    chance: float | None
    per_expression: tuple[ExpressionScore, ...]


def composition(name: str, y: NDArray[np.integer], n_expressions: int) -> Composition:
    """Count the frames of each expression and test them against even filling.

    Args:
        name: of the set.
        y: (n,) codes of the expressions, 0 to ``n_expressions - 1``.
        n_expressions: how many there are, occurring or not.
    """
    counts = np.bincount(y, minlength=n_expressions)
    total = int(counts.sum())
    chi2 = p = None
    if total:
        test = chisquare(counts)
        chi2, p = float(test.statistic), float(test.pvalue)
    return Composition(name, tuple(counts.tolist()), total, chi2, p)


def confusion(
    y_true: NDArray[np.integer], y_pred: NDArray[np.integer], n_expressions: int
) -> NDArray[np.int64]:
    """Count frames by shown (rows) and recognised (columns) expression, both as codes (n,); (k, k)."""
    cells = y_true.astype(np.int64) * n_expressions + y_pred.astype(np.int64)
    return np.bincount(cells, minlength=n_expressions**2).reshape(n_expressions, n_expressions)


def scores(matrix: NDArray[np.integer], expressions: Sequence[str]) -> Scores:
    """Compute all figures from a confusion matrix.

    Args:
        matrix: (k, k) counts; rows are shown, columns recognised.
        expressions: the k names.
    """
    shown = matrix.sum(axis=1)
    total, hits = int(matrix.sum()), int(np.trace(matrix))
    rows = tuple(_expression(name, matrix, i) for i, name in enumerate(expressions))
    recalls = [row.recall for row in rows if row.recall is not None]
    return Scores(
        expressions=tuple(expressions),
        confusion=tuple(tuple(row) for row in matrix.tolist()),
        total=total,
        accuracy=_ratio(hits, total),
        balanced_accuracy=_ratio(sum(recalls), len(recalls)),
        chance=_ratio(int(shown.max()), total),
        per_expression=rows,
    )


def _expression(name: str, matrix: NDArray[np.integer], i: int) -> ExpressionScore:
    total = int(matrix.sum())
    hits, positives, predicted = int(matrix[i, i]), int(matrix[i].sum()), int(matrix[:, i].sum())
    negatives = total - positives
    false_alarms = predicted - hits
    return ExpressionScore(
        expression=name,
        positives=positives,
        negatives=negatives,
        predicted=predicted,
        recall=_ratio(hits, positives),
        precision=_ratio(hits, predicted),
        f1=_ratio(2 * hits, positives + predicted),
        specificity=_ratio(negatives - false_alarms, negatives),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
