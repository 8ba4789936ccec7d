"""Intervals for people in general: how far figures would vary with other participants of the same kind.

Frames and trials of one person go together, so only leaving out (or drawing) whole people tells the spread.
Of ten kinds in benchmarks/intervals.py, these and the bootstrap t hold the truth nearest to 95 times in 100
(with 20 to 60 people 93.5 to 97 times, bare percentiles 89 to 94); these are narrower and need no drawing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.estimate import FEW_PEOPLE, Estimate
from mimik.learn.figures import figures_of

with needs_extra("learn"):
    from scipy.special import expit
    from scipy.stats import t

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mimik.learn.tally import Tally

__all__ = ["BOUNDS", "FEW_PEOPLE", "LEVEL", "jackknife", "paired_intervals", "participant_intervals"]

LEVEL = 0.95
"""How often an interval should hold the figure of people in general."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "accuracy": (0, 1),
    "balanced_accuracy": (0, 1),
    "macro_f1": (0, 1),
    "matthews": (-1, 1),
    "auc": (0, 1),
    "ece": (0, 1),
    "brier": (0, 2),
    "weighted_kappa": (-1, 1),
    "icc": (-1, 1),
    "mae": (0, math.inf),
}
"""Lowest and highest possible value of each figure."""

_ANY = (-math.inf, math.inf)


def participant_intervals(tally: Tally, names: Sequence[str], *, level: float = LEVEL) -> dict[str, Estimate]:
    """Return figures by name, each with its interval over participants.

    Args:
        tally: sums per participant, such as ``Tally(confusions, None, None, None)`` of float64
            (people, k, k); those without any sum are no people.
        names: of figures, see ``mimik.learn.figures``.
        level: 0..1.

    Raises:
        DataError: the level is not between 0 and 1.
    """
    figures = _figures(tally, _there(tally), names)
    return {name: jackknife(*values, bounds=BOUNDS[name], level=level) for name, values in figures.items()}


def paired_intervals(
    first: Tally, second: Tally, names: Sequence[str], *, level: float = LEVEL
) -> dict[str, Estimate]:
    """Return by how much figures of a second classifier exceed those of a first one, over the same people.

    Much narrower than what two separate intervals suggest, as who is hard for one is hard for the other.

    Args:
        first, second: sums per participant, the same people in the same order; who lacks one is left out.
        names: of figures, see ``mimik.learn.figures``.
        level: 0..1.

    Raises:
        DataError: there are not as many people in both, or the level is not between 0 and 1.
    """
    if len(first.confusion) != len(second.confusion):
        raise DataError(
            f"expected the same people twice, got {len(first.confusion)} and {len(second.confusion)}",
            hint="Evaluate both classifiers on one data set.",
        )
    there = np.intersect1d(_there(first), _there(second))
    a, b = _figures(first, there, names), _figures(second, there, names)
    return {
        name: jackknife(b[name][0] - a[name][0], b[name][1] - a[name][1], level=level)
        for name in a
        if name in b
    }


def _there(tally: Tally) -> NDArray[np.intp]:
    return np.flatnonzero(tally.confusion.sum(axis=(1, 2)))


def _figures(
    tally: Tally, there: NDArray[np.intp], names: Sequence[str]
) -> dict[str, tuple[float, NDArray[np.float64]]]:
    """Return by name a figure of all people and, (people,), without each of those who are there."""
    weights = np.zeros((len(there) + 1, len(tally.confusion)))
    weights[:, there] = 1.0
    weights[np.arange(len(there)) + 1, there] = 0.0
    figures = figures_of(tally.weighted(weights), tuple(names))
    return {name: (float(values[0]), values[1:]) for name, values in figures.items()}


def jackknife(
    value: float,
    without: NDArray[np.float64],
    *,
    bounds: tuple[float, float] = _ANY,
    level: float = LEVEL,
) -> Estimate:
    """Return any figure with its interval, from what it would be without each participant in turn.

    Quantiles of t times the jackknife's standard error (Efron and Stein 1981, Ann. Stat. 9: 586-596: on
    average it is not too small). Figures with bounds are stretched first, to log odds or, with a lower one
    only, to logarithms: there they are less skewed, and no end lies beyond a bound.

    Args:
        value: of all people; NaN where undefined.
        without: (people,), without each.
        bounds: lowest and highest value that the figure can have.
        level: 0..1.

    Returns:
        Without ends if there are fewer than two people, if leaving somebody out leaves nothing to compute, or
        if people do not differ: whoever never saw a difference cannot say how large one may be.

    Raises:
        DataError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise DataError(f"expected a level between 0 and 1, got {level}", hint="0.95 is usual.")
    if not math.isfinite(value):
        return Estimate(None)
    error = _error(value, without, bounds) if len(without) > 1 else math.nan
    if not math.isfinite(error) or error == 0:
        return Estimate(value)
    people = len(without)
    reach = float(t.ppf((1 + level) / 2, people - 1)) * error
    centre = float(_stretched(np.array(value), bounds))
    low, high = (_squeezed(centre + side * reach, bounds) for side in (-1, 1))
    return Estimate(value, low, high, people >= FEW_PEOPLE)


def _error(value: float, without: NDArray[np.float64], bounds: tuple[float, float]) -> float:
    """Return the standard error on the stretched scale; NaN without one, 0 where people do not differ."""
    if not np.isfinite(without).all():
        return math.nan
    if not bounds[0] < value < bounds[1]:
        return math.nan
    if np.ptp(without) <= 1e-12 * max(1.0, abs(value)):  # rounding is no difference
        return 0.0
    if ((without > bounds[0]) & (without < bounds[1])).all():
        return _spread(_stretched(without, bounds))
    # Without somebody the figure reaches a bound, which has no place on the scale: take its slope instead.
    return _spread(without) * _slope(value, bounds)


def _spread(without: NDArray[np.float64]) -> float:
    n = len(without)
    return float(np.sqrt((n - 1) / n * np.square(without - without.mean()).sum()))


def _stretched(x: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.float64]:
    """Return log odds between two bounds, the logarithm above one, and without bounds what came in."""
    low, high = bounds
    if low == -math.inf:
        return x
    above: NDArray[np.float64] = np.log(x - low)
    return above if high == math.inf else above - np.log(high - x)


def _slope(x: float, bounds: tuple[float, float]) -> float:
    """Return by how much the stretched scale rises at ``x``."""
    low, high = bounds
    if low == -math.inf:
        return 1.0
    return 1 / (x - low) if high == math.inf else (high - low) / ((x - low) * (high - x))


def _squeezed(z: float, bounds: tuple[float, float]) -> float:
    """Undo ``_stretched``."""
    low, high = bounds
    if low == -math.inf:
        return z
    return low + math.exp(z) if high == math.inf else low + (high - low) * float(expit(z))
