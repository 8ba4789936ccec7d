"""Intervals for people in general: what the figures would be with other participants of the same kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.backend import needs_extra
from mimik.learn.evaluation import Estimate
from mimik.learn.figures import figures_of

with needs_extra("learn"):
    from scipy.stats import norm, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.tally import Tally

__all__ = ["FEW_PEOPLE", "LEVEL", "RESAMPLES", "estimates_of", "resample_weights"]

FEW_PEOPLE = 20
"""Below this number of participants the intervals are too narrow to be trusted (see the tests)."""

LEVEL = 0.95
"""How often an interval should hold the figure of people in general."""

RESAMPLES = 1000
"""Resamples of the participants."""


def resample_weights(n_people: int, *, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Return how often each participant is drawn, with replacement, (resamples, n_people)."""
    rng = np.random.default_rng([seed, n_people])
    return rng.multinomial(n_people, np.full(n_people, 1 / n_people), size=resamples).astype(np.float64)


def estimates_of(tally: Tally, names: Sequence[str], *, seed: int = 0) -> dict[str, Estimate]:
    """Return figures by name, each with its interval over participants.

    Args:
        tally: sums per participant; those without any sum are no people.
        names: of figures.
        seed: of the resampling.
    """
    there = np.flatnonzero(tally.confusion.sum(axis=(1, 2)))
    weights = np.zeros((len(tally.confusion),))
    weights[there] = 1.0
    values = figures_of(tally.weighted(weights), tuple(names))
    if len(there) < 2:
        return {name: Estimate(_number(value)) for name, value in values.items()}
    drawn = np.zeros((RESAMPLES, len(tally.confusion)))
    drawn[:, there] = resample_weights(len(there), seed=seed)
    others = figures_of(tally.weighted(drawn), tuple(names))
    return {name: _estimate(value, others[name], len(there)) for name, value in values.items()}


def _estimate(value: NDArray[np.float64], others: NDArray[np.float64], people: int) -> Estimate:
    others = others[np.isfinite(others)]
    if not np.isfinite(value) or not len(others):
        return Estimate(_number(value))
    low, high = np.quantile(others, [_tail(people), 1 - _tail(people)])
    return Estimate(float(value), float(low), float(high), people >= FEW_PEOPLE)


def _tail(people: int) -> float:
    """Return the share of resamples beyond each end of an interval.

    A little less than 2.5 %, as percentiles alone are too narrow by what t is wider than normal, and by
    sqrt(n / (n - 1)): Hesterberg 2015, What Teachers Should Know About the Bootstrap, Am. Stat. 69: 371-386,
    section 5.1.
    """
    return float(norm.cdf(np.sqrt(people / (people - 1)) * t.ppf((1 - LEVEL) / 2, people - 1)))


def _number(value: NDArray[np.float64]) -> float | None:
    return float(value) if np.isfinite(value) else None
