"""Cohen's kappa: agreement beyond chance, near misses counting less than far ones or the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from mimik.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Weights", "cohens_kappa"]

Weights = Literal["none", "linear", "quadratic"]

_POWER = {"none": 0, "linear": 1, "quadratic": 2}


def cohens_kappa(matrix: NDArray[np.integer], weights: Weights = "none") -> float | None:
    """Return Cohen's kappa, at most 1; 0 is agreement by chance.

    Cohen 1960, Educ. Psychol. Meas. 20: 37-46; weighted: Cohen 1968, Psychol. Bull. 70: 213-220.

    Args:
        matrix: (k, k) counts of two judgements of the same things, such as shown and recognised. Weighted,
            the k labels are steps of a scale, as far apart as they stand apart.
        weights: how much a disagreement counts: each the same, by its distance, or by its distance squared.

    Returns:
        None without counts, or if both always gave one and the same label.

    Raises:
        DataError: the matrix is not square, or the weights are unknown.
    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise DataError(f"expected a square matrix of counts, got one of shape {matrix.shape}")
    if weights not in _POWER:
        raise DataError(f"expected weights of {', '.join(_POWER)}, got {weights!r}")
    step = np.arange(len(matrix))
    apart = np.abs(step[:, None] - step)
    cost = np.where(apart > 0, apart ** _POWER[weights], 0)
    counts = matrix.astype(np.float64)
    by_chance = float((np.outer(counts.sum(axis=1), counts.sum(axis=0)) * cost).sum())
    return 1 - float(counts.sum() * (counts * cost).sum()) / by_chance if by_chance else None
