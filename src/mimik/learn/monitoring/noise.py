"""How much a measure differs between repeated trials of one session, in which nothing has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.stats import t

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from mimik.learn.monitoring.measured import Measured

__all__ = ["ENOUGH", "LEAST", "LEVEL", "Noise", "Noises", "bound", "noise_of", "pooled_within"]

LEVEL = 0.95
"""How often a change of a participant who has not changed stays within its bound."""

ENOUGH = 10
"""Degrees of freedom with which a participant's own repeats are preferred to those of the whole study."""

LEAST = 2
"""Degrees of freedom below which the noise counts as unknown: with one, the bound is 6.5 times wider."""

Scope = Literal["participant", "study", "unknown"]


@dataclass(frozen=True, slots=True)
class Noise:
    """The noise of one measure of one expression.

    Attributes:
        sem: standard error of measurement of a single trial, in the measure's unit; NaN if unknown.
        df: degrees of freedom it was estimated with.
        scope: whose repeats it comes from.
    """

    sem: float
    df: int
    scope: Scope

    @property
    def known(self) -> bool:
        """Whether there were repeats enough."""
        return self.scope != "unknown"


class Noises:
    """The noise of each measure of each expression, estimated when first asked for.

    Args:
        everybody: the trials that tell it.
        who: the participant whose own repeats are preferred.
    """

    def __init__(self, everybody: Measured, who: str) -> None:
        self._everybody, self._who = everybody, who
        self._known: dict[str, list[Noise]] = {}

    def of(self, expression: str, measure: int) -> Noise:
        """Return the noise of the measure at a position in the table."""
        if expression not in self._known:
            all_ = self._everybody
            rows = all_.rows(expression=expression)
            person, session = ([names[i] for i in rows] for names in (all_.participant, all_.session))
            self._known[expression] = noise_of(all_.values[rows], person, session, self._who)
        return self._known[expression][measure]


def pooled_within(
    values: NDArray[np.float64], cell: Sequence[Hashable]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the standard deviation within cells, float64 (m,), and its degrees of freedom, int64 (m,).

    The root of the mean square within, sum of (x - mean of its cell)^2 / sum of (n_cell - 1): the standard
    error of measurement of a single trial where a cell holds trials of the same thing (Bland and Altman,
    BMJ 1996; 313: 744, who call it the within-subject standard deviation).

    Args:
        values: (n, m) of m measures; NaN is left out.
        cell: (n,), what each row belongs to.

    Returns:
        NaN and 0 where no cell holds two values.
    """
    number = {key: i for i, key in enumerate(dict.fromkeys(cell))}
    code = np.array([number[key] for key in cell], dtype=np.intp)
    there = np.isfinite(values)
    count, total = np.zeros((2, len(number), values.shape[1]))
    np.add.at(count, code, there)
    np.add.at(total, code, np.where(there, values, 0.0))
    apart = np.where(there, values - (total / np.maximum(count, 1))[code], 0.0)
    df = np.maximum(count - 1, 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        sem = np.sqrt((apart**2).sum(axis=0) / df)
    return sem, df.astype(np.int64)


def noise_of(
    values: NDArray[np.float64], person: Sequence[str], session: Sequence[str], who: str
) -> list[Noise]:
    """Estimate the noise of m measures of one expression from repeats within sessions.

    Args:
        values: (n, m), a row per trial of that expression by anybody.
        person: (n,), their participants.
        session: (n,), names of their sessions.
        who: the participant whose own repeats are taken if they give ``ENOUGH`` degrees of freedom.
    """
    cells = list(zip(person, session, strict=True))
    own = [i for i, name in enumerate(person) if name == who]
    of_own = pooled_within(values[own], [cells[i] for i in own])
    of_all = pooled_within(values, cells)
    return [_preferred(*estimates) for estimates in zip(*of_own, *of_all, strict=True)]


def _preferred(own: float, own_df: int, all_: float, all_df: int) -> Noise:
    if own_df >= ENOUGH:
        return Noise(float(own), int(own_df), "participant")
    if all_df >= LEAST:
        return Noise(float(all_), int(all_df), "study")
    return Noise(float("nan"), int(all_df), "unknown")


def bound(noises: Sequence[tuple[Noise, int, int]], level: float = LEVEL) -> float:
    """Return how far a mean over expressions may move from one session to another by noise alone.

    For one expression and one trial in each session it is z sqrt(2) SEM, the reliable change of Jacobson and
    Truax (J Consult Clin Psychol 1991; 59: 12-19, p. 14); the mean of k trials has SEM / sqrt(k), and instead
    of z stands the quantile of t, as the SEM is an estimate itself. Degrees of freedom of several expressions
    add up after Satterthwaite (Biometrics Bulletin 1946; 2: 110-114).

    Args:
        noises: of each expression: its noise, and the trials in the one and in the other session.
        level: 0..1.

    Returns:
        In the measure's unit; NaN if a noise is unknown or there is none.
    """
    if not noises or not all(noise.known for noise, _, _ in noises):
        return float("nan")
    parts = np.array([noise.sem**2 * (1 / a + 1 / b) for noise, a, b in noises]) / len(noises) ** 2
    total = float(parts.sum())
    if not total:
        return 0.0
    df = total**2 / float((parts**2 / [noise.df for noise, _, _ in noises]).sum())
    return float(t.ppf((1 + level) / 2, df) * np.sqrt(total))
