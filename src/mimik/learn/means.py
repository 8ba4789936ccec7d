"""Means over participants, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.metrics.intervals import jackknife

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.estimate import Estimate

__all__ = ["mean_over_people"]


def mean_over_people(values: NDArray[np.float64]) -> list[Estimate]:
    """Return the mean of each column with a 95 % interval over participants.

    Args:
        values: (participants, columns); NaN where somebody has none.
    """
    return [_mean(column[np.isfinite(column)]) for column in values.T]


def _mean(column: NDArray[np.float64]) -> Estimate:
    n = len(column)
    if n == 0:
        return jackknife(np.nan, column)
    without = (column.sum() - column) / (n - 1) if n > 1 else column[:0]
    return jackknife(float(column.mean()), without)
