"""Intraclass correlations of units that belong to people, several to each, who are what varies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.estimate import Estimate
from mimik.learn.metrics.intervals import jackknife

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

__all__ = ["intraclass"]


@dataclass(frozen=True, eq=False)
class _Sums:
    """What mean squares are made of, of each person (p) in each stratum (s); people can be taken away."""

    n: NDArray[np.float64]  # (p, s) units
    rows: NDArray[np.float64]  # (p, s) sums of unit means
    rows2: NDArray[np.float64]  # (p, s) sums of their squares
    all2: NDArray[np.float64]  # (p, s) sums of squares
    columns: NDArray[np.float64]  # (p, s, k) sums by time of measurement


def intraclass(
    table: NDArray[np.float64], person: Sequence[Hashable], stratum: Sequence[Hashable] | None = None
) -> Estimate:
    """Return ICC(2,1), absolute agreement of single measurements, with an interval over people.

    Without strata it is that of Shrout and Fleiss 1979, Psychol. Bull. 86: 420-428. With strata, sums of
    squares are taken within each and pooled, so that differences between strata count for nothing. The
    interval is the jackknife over people, each left out with all their units. Stretched between the lowest
    and the highest value that k measurements allow, the coefficient is Fisher's z for intraclass
    correlations (Fisher 1925, Statistical Methods for Research Workers, chapter VII).

    Args:
        table: (n, k), n units measured k times; a unit with NaN is left out.
        person: (n,), whose each unit is.
        stratum: (n,), such as the expression.
    """
    whole = np.flatnonzero(np.isfinite(table).all(axis=1)).tolist()
    x = table[whole]
    who = _codes([person[i] for i in whole])
    strata = _codes([stratum[i] if stratum is not None else "" for i in whole])
    if len(x) < 2 or x.shape[1] < 2:
        return Estimate(None)
    x = x - _means(x, strata)[strata][:, None]  # sums of squares lose no digits
    if float(np.abs(x).max()) < 1e-7:  # never moved, but for the rounding of float32
        return Estimate(None)
    sums = _sums(x, who, strata)
    people = len(sums.n)
    [value] = _of(sums, np.ones((1, people)))
    return jackknife(float(value), _of(sums, 1.0 - np.eye(people)), bounds=(-1 / (x.shape[1] - 1), 1.0))


def _of(sums: _Sums, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficient (w,) for weights (w, p) of the people."""
    n, rows, rows2, all2 = (weight @ part for part in (sums.n, sums.rows, sums.rows2, sums.all2))
    columns = np.einsum("wp,psk->wsk", weight, sums.columns)
    k = columns.shape[2]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = rows / n
        of_rows = k * (rows2 - n * mean**2)
        of_columns = n * ((columns / n[..., None] - mean[..., None]) ** 2).sum(axis=2)
        of_rest = all2 - n * k * mean**2 - of_rows - of_columns
        used = n > 1  # a stratum with one unit tells nothing
        units = np.where(used, n - 1, 0.0).sum(axis=1)
        strata = used.sum(axis=1)
        between, again, rest = (np.where(used, s, 0.0).sum(axis=1) for s in (of_rows, of_columns, of_rest))
        msr, msc, mse = between / units, again / (strata * (k - 1)), rest / (units * (k - 1))
        size = np.where(used, n, 0.0).sum(axis=1) / strata
        found: NDArray[np.float64] = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / size)
    return found


def _sums(x: NDArray[np.float64], who: NDArray[np.intp], strata: NDArray[np.intp]) -> _Sums:
    shape = (int(who.max()) + 1, int(strata.max()) + 1)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros(shape + values.shape[1:])
        np.add.at(sums, (who, strata), values)
        return sums

    means = x.mean(axis=1)
    return _Sums(total(np.ones(len(x))), total(means), total(means**2), total((x**2).sum(axis=1)), total(x))


def _means(x: NDArray[np.float64], strata: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.asarray(np.bincount(strata, x.mean(axis=1)) / np.bincount(strata))


def _codes(names: Sequence[Hashable]) -> NDArray[np.intp]:
    number = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], dtype=np.intp)
