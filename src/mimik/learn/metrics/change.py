"""How far two measurements of the same things are apart, and which change of a person is more than noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.stats import norm

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Differences", "differences", "reliable_change", "smallest_change", "standard_error"]


@dataclass(frozen=True, slots=True)
class Differences:
    """How far one measurement is from another, in their unit; None without pairs.

    Attributes:
        pairs: how many there are.
        dropped: pairs left out as one of the two was missing.
        bias: mean of the second minus the first.
        mean_absolute: mean absolute difference.
        root_mean_square: root of the mean squared difference.
    """

    pairs: int
    dropped: int
    bias: float | None
    mean_absolute: float | None
    root_mean_square: float | None


def differences(first: ArrayLike, second: ArrayLike) -> Differences:
    """Return how far two measurements of the same things are apart.

    Args:
        first, second: of the same shape and unit; NaN where missing.

    Raises:
        DataError: the shapes differ.
    """
    a, b = _pair(first, second)
    there = np.isfinite(a) & np.isfinite(b)
    apart = b[there] - a[there]
    n = apart.size
    return Differences(
        pairs=n,
        dropped=a.size - n,
        bias=float(apart.mean()) if n else None,
        mean_absolute=float(np.abs(apart).mean()) if n else None,
        root_mean_square=float(np.sqrt((apart**2).mean())) if n else None,
    )


def standard_error(spread: float, reliability: float) -> float:
    """Return the standard error of measurement, in the unit of ``spread``.

    Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59: 12-19, p. 14: s sqrt(1 - r).

    Args:
        spread: standard deviation of the measure between people.
        reliability: of the measure, 0..1, such as ICC(3,1) of two sessions in which nothing has changed.

    Raises:
        DataError: the spread is negative, or the reliability is above 1.
    """
    if not spread >= 0 or not reliability <= 1:
        raise DataError(
            f"expected a spread of 0 or more and a reliability of 1 or less, got {spread} and {reliability}"
        )
    return float(spread * np.sqrt(1 - reliability))


def smallest_change(sem: float, *, level: float = 0.95) -> float:
    """Return the smallest change of one person between two measurements that is more than noise.

    Nobody changing, ``level`` of all differences stay within: z sqrt(2) sem, the smallest detectable change
    of de Vet et al. 2006, J. Clin. Epidemiol. 59: 1033-1039, and the bound of the reliable change of Jacobson
    and Truax 1991, J. Consult. Clin. Psychol. 59: 12-19. It takes ``sem`` for known; estimated with fewer
    than about 30 degrees of freedom, the bound is too small.

    Args:
        sem: standard error of measurement, in any unit.
        level: 0..1.

    Raises:
        DataError: ``sem`` is negative, or the level is not between 0 and 1.
    """
    _check_level(level)
    if not sem >= 0:
        raise DataError(f"expected a standard error of measurement of 0 or more, got {sem}")
    return float(norm.ppf((1 + level) / 2) * np.sqrt(2) * sem)


def reliable_change(
    before: ArrayLike, after: ArrayLike, sem: float, *, level: float = 0.95
) -> NDArray[np.int8]:
    """Return for each person whether a measure rose (1) or fell (-1) by more than noise, or did not (0).

    Jacobson and Truax 1991, see ``smallest_change``. A missing value has not changed.

    Args:
        before, after: of the same shape, in the unit of ``sem``.
        sem: standard error of measurement.
        level: 0..1.

    Raises:
        DataError: the shapes differ, ``sem`` is negative, or the level is not between 0 and 1.
    """
    a, b = _pair(before, after)
    change = b - a
    beyond = np.abs(change) > smallest_change(sem, level=level)
    return np.where(beyond, np.sign(np.nan_to_num(change)), 0.0).astype(np.int8)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape:
        raise DataError(f"expected two arrays of one shape, got {a.shape} and {b.shape}")
    return a, b


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise DataError(f"expected a level between 0 and 1, got {level}", hint="0.95 is usual.")
