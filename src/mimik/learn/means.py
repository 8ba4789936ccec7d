"""Means over participants, with intervals by resampling them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.backend import needs_extra
from mimik.learn.evaluation import Estimate
from mimik.learn.resampling import FEW_PEOPLE, LEVEL, resample_weights

with needs_extra("learn"):
    from scipy.stats import norm, t

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mean_over_people"]


def mean_over_people(values: NDArray[np.float64], *, seed: int = 0) -> list[Estimate]:
    """Return the mean of each column with a 95 % interval over participants.

    The ends are percentiles of the means of resampled people, a little farther out than 2.5 and 97.5 %, as
    these alone are too narrow for few: Hesterberg 2015, What Teachers Should Know About the Bootstrap, Am.
    Stat. 69: 371-386, section 5.1.

    Args:
        values: (participants, columns); NaN where somebody has none.
        seed: of the resampling.
    """
    there = np.isfinite(values)
    filled = np.where(there, values, 0.0)
    weights = resample_weights(len(values), seed=seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=0) / there.sum(axis=0)
        drawn = (weights @ filled) / (weights @ there)
    return [
        _estimate(float(m), column[np.isfinite(column)], int(people))
        for m, column, people in zip(mean, drawn.T, there.sum(axis=0), strict=True)
    ]


def _estimate(value: float, drawn: NDArray[np.float64], people: int) -> Estimate:
    if people < 2:
        return Estimate(value if people else None)
    tail = float(norm.cdf(np.sqrt(people / (people - 1)) * t.ppf((1 - LEVEL) / 2, people - 1)))
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), people >= FEW_PEOPLE)
