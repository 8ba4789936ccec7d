"""How far repeated measurements of the same targets agree: intraclass correlations and error of measurement.

Targets are what is measured (people, trials), raters what measures them (raters, recognizers, sessions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.stats import f

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Intraclass", "Reliability", "reliability"]


@dataclass(frozen=True, slots=True)
class Intraclass:
    """An intraclass correlation with its interval; 1 is perfect, 0 and below no agreement at all.

    Attributes:
        value: at most 1; None without variance, or with fewer than two targets or raters.
        low, high: ends of the interval, from the F distribution.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How reliably raters tell targets apart.

    Shrout and Fleiss 1979, Psychol. Bull. 86: 420-428, name the coefficients; in McGraw and Wong 1996,
    Psychol. Methods 1: 30-46, they are ICC(A,1), ICC(C,1) and ICC(C,k).

    Attributes:
        targets: rows without a missing cell, which all figures are of.
        raters: columns.
        dropped: rows left out as a cell was missing.
        level: of the intervals, such as 0.95.
        agreement: ICC(2,1): one rater of many like these; raters who differ by a constant disagree.
        consistency: ICC(3,1): one of these raters; differing by a constant is no disagreement.
        consistency_of_mean: ICC(3,k): the mean of these raters.
        sem: standard error of measurement of one rater's value, in the unit of the table, without constant
            differences between raters: the root of the residual mean square (Weir 2005, J. Strength Cond.
            Res. 19: 231-240). None where undefined, likewise below.
        sem_agreement: the same with constant differences (de Vet et al. 2006, J. Clin. Epidemiol. 59:
            1033-1039).
    """

    targets: int
    raters: int
    dropped: int
    level: float
    agreement: Intraclass
    consistency: Intraclass
    consistency_of_mean: Intraclass
    sem: float | None
    sem_agreement: float | None


@dataclass(frozen=True, slots=True)
class _Variance:
    """Two-way analysis of variance without replication: mean squares of rows, columns and the rest."""

    n: int
    k: int
    rows: float
    columns: float
    rest: float


def reliability(table: ArrayLike, *, level: float = 0.95) -> Reliability:
    """Return intraclass correlations and standard errors of measurement.

    Args:
        table: (targets, raters) of any unit; NaN where a cell is missing.
        level: of the intervals, 0..1.

    Raises:
        DataError: the table does not have two axes, or the level is not between 0 and 1.
    """
    values = np.asarray(table, dtype=np.float64)
    if values.ndim != 2:
        raise DataError(f"expected a table (targets, raters), got an array of shape {values.shape}")
    if not 0 < level < 1:
        raise DataError(f"expected a level between 0 and 1, got {level}", hint="0.95 is usual.")
    whole = values[np.isfinite(values).all(axis=1)]
    (n, k), dropped = whole.shape, len(values) - len(whole)
    if n < 2 or k < 2:
        none = Intraclass(None, None, None)
        return Reliability(n, k, dropped, level, none, none, none, None, None)
    v = _variance(whole)
    return Reliability(
        targets=n,
        raters=k,
        dropped=dropped,
        level=level,
        agreement=_agreement(v, level),
        consistency=_consistency(v, level),
        consistency_of_mean=_consistency_of_mean(v, level),
        sem=float(np.sqrt(v.rest)),
        sem_agreement=float(np.sqrt(v.rest + max(v.columns - v.rest, 0.0) / n)),
    )


def _variance(x: NDArray[np.float64]) -> _Variance:
    n, k = x.shape
    floor = (8 * np.finfo(np.float64).eps) ** 2 * float((x**2).sum())  # rounding is no disagreement
    x = x - x.mean()
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    rest = x - rows[:, None] - columns
    squares = [k * (rows**2).sum(), n * (columns**2).sum(), (rest**2).sum()]
    of_rows, of_columns, of_rest = (0.0 if s <= floor else float(s) for s in squares)
    return _Variance(n, k, of_rows / (n - 1), of_columns / (k - 1), of_rest / ((n - 1) * (k - 1)))


def _consistency(v: _Variance, level: float) -> Intraclass:
    """ICC(3,1): Shrout and Fleiss 1979, p. 423-424."""
    low, high = (_ratio(b - v.rest, b + (v.k - 1) * v.rest) for b in _rows_bounds(v, level))
    return _intraclass(_ratio(v.rows - v.rest, v.rows + (v.k - 1) * v.rest), low, high)


def _consistency_of_mean(v: _Variance, level: float) -> Intraclass:
    """ICC(3,k): Shrout and Fleiss 1979, p. 426."""
    low, high = (_ratio(b - v.rest, b) for b in _rows_bounds(v, level))
    return _intraclass(_ratio(v.rows - v.rest, v.rows), low, high)


def _rows_bounds(v: _Variance, level: float) -> tuple[float, float]:
    """Return what the mean square of rows may be at each end of the interval, by its F ratio to the rest."""
    df = v.n - 1, (v.n - 1) * (v.k - 1)
    upper = (1 + level) / 2
    return v.rows / f.ppf(upper, *df), v.rows * f.ppf(upper, *reversed(df))


def _agreement(v: _Variance, level: float) -> Intraclass:
    """ICC(2,1): Shrout and Fleiss 1979, p. 423-424, without their ratio F_J, as the rest may be 0."""
    n, k = v.n, v.k
    spread = v.rows + (k - 1) * v.rest + k * (v.columns - v.rest) / n
    value = _ratio(v.rows - v.rest, spread)
    if value is None:
        return Intraclass(None, None, None)
    a, b = k * value * v.columns, (n * (1 - value) + k * value * (n - 1)) * v.rest
    noise = _ratio((k - 1) * (n - 1) * (a + b) ** 2, (n - 1) * a**2 + b**2)
    if not noise:  # raters never differ: nothing that could vary
        return Intraclass(value, value, value)
    upper = (1 + level) / 2
    f_low, f_high = f.ppf(upper, n - 1, noise), f.ppf(upper, noise, n - 1)
    others = k * v.columns + (k * n - k - n) * v.rest
    # Both sides divided by f_low, which is infinite where the noise has next to no degrees of freedom.
    low = _ratio(n * (v.rows / f_low - v.rest), others + n * v.rows / f_low)
    high = _ratio(n * (f_high * v.rows - v.rest), others + n * f_high * v.rows)
    return _intraclass(value, low, high)


def _intraclass(value: float | None, low: float | None, high: float | None) -> Intraclass:
    return Intraclass(None, None, None) if value is None else Intraclass(value, low, high)


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
