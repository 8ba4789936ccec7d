"""Which of two frames gets more probability of an expression: the area under the ROC curve, from ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.stats import rankdata

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["auc_per_class", "rank_steps"]


def auc_per_class(y: NDArray[np.integer], proba: NDArray[np.floating]) -> tuple[float | None, ...]:
    """Return the area under the ROC curve of each class against the rest, 0..1; exact.

    It is the chance that a row of the class gets more of its probability than a row of another one, ties
    counting half: Hanley and McNeil 1982, Radiology 143: 29-36.

    Args:
        y: (n,) codes, 0 to k - 1.
        proba: (n, k) probabilities, or any scores that rise with them; without NaN.

    Returns:
        k values; None of a class that no row or every row belongs to.
    """
    return tuple(_auc(y == code, proba[:, code]) for code in range(proba.shape[1]))


def _auc(positive: NDArray[np.bool_], score: NDArray[np.floating]) -> float | None:
    there = int(positive.sum())
    pairs = there * (len(positive) - there)
    if not pairs:
        return None
    above = float(rankdata(score)[positive].sum()) - there * (there + 1) / 2
    return above / pairs


def rank_steps(proba: NDArray[np.floating], steps: int) -> NDArray[np.intp]:
    """Return for each value its place among all of its column, in steps that hold equally many.

    An AUC from counts per step is nearly the exact one however the probabilities lie. Steps of equal width of
    the probability itself are not: of a recognizer that is sure of itself most fall into the first and last.

    Args:
        proba: (n, k), without NaN; ties share a step.
        steps: how many, at least 1.

    Returns:
        (n, k), 0 to ``steps - 1``.
    """
    if not len(proba):
        return np.zeros(proba.shape, dtype=np.intp)
    share: NDArray[np.float64] = (rankdata(proba, axis=0) - 0.5) / len(proba)
    return np.minimum((share * steps).astype(np.intp), steps - 1)
