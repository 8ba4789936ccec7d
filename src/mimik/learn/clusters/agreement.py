"""How far clusters and prompts agree, and how much that hangs on who took part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.estimate import Estimate
from mimik.learn.metrics.intervals import FEW_PEOPLE, LEVEL

with needs_extra("learn"):
    from scipy.stats import t
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["mutual_information", "rand_index"]


def rand_index(one: NDArray[np.int64], other: NDArray[np.int64], person: NDArray[np.int64]) -> Estimate:
    """Return the adjusted Rand index of two ways to sort (m,) rows: 1 the same, 0 as by chance.

    Hubert and Arabie 1985, J. Classif. 2: 193-218, eq. 5. Interval: see ``_jackknife``.
    """
    return _jackknife(adjusted_rand_score, one, other, person)


def mutual_information(
    one: NDArray[np.int64], other: NDArray[np.int64], person: NDArray[np.int64]
) -> Estimate:
    """Return the adjusted mutual information of two ways to sort (m,) rows: 1 the same, 0 as by chance.

    Vinh, Epps and Bailey 2010, J. Mach. Learn. Res. 11: 2837-2854. Interval: see ``_jackknife``.
    """
    return _jackknife(adjusted_mutual_info_score, one, other, person)


def _jackknife(
    index: Callable[[NDArray[np.int64], NDArray[np.int64]], float],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    person: NDArray[np.int64],
) -> Estimate:
    """Return an index with its 95 % interval, each participant left out in turn.

    Drawing people with replacement, as elsewhere, would pair people with themselves and count each such pair
    as agreement. Efron and Stein 1981, Ann. Stat. 9: 586-596: the jackknife's variance is not too small.
    """
    value = float(index(one, other))
    people = np.unique(person)
    if len(people) < 3:
        return Estimate(value)
    without = np.array([index(one[person != who], other[person != who]) for who in people])
    n = len(people)
    error = np.sqrt((n - 1) / n * np.square(without - without.mean()).sum())
    reach = float(t.ppf((1 + LEVEL) / 2, n - 1) * error)
    return Estimate(value, max(value - reach, -1.0), min(value + reach, 1.0), n >= FEW_PEOPLE)
