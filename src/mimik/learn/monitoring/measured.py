"""The trials of a study as a table of measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.monitoring.measures import measure, measures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from mimik.learn.model import Model
    from mimik.learn.monitoring.measures import Measure
    from mimik.learn.trials import TrialFrames

__all__ = ["Measured", "delivered", "measured"]


@dataclass(frozen=True, eq=False)
class Measured:
    """Measures of n trials.

    Attributes:
        participant: pseudonyms, n of them.
        session: names, n.
        expression: what was asked for, n.
        measures: m of them.
        values: float64 (n, m); NaN where a measure cannot be told.
    """

    participant: tuple[str, ...]
    session: tuple[str, ...]
    expression: tuple[str, ...]
    measures: tuple[Measure, ...]
    values: NDArray[np.float64]

    def rows(self, *, expression: str, session: str | None = None) -> list[int]:
        """Return which trials show an expression, in any session unless it is named."""
        pairs = enumerate(zip(self.session, self.expression, strict=True))
        return [i for i, (when, what) in pairs if what == expression and session in (None, when)]

    def of(self, participant: str) -> Measured:
        """Return the trials of one participant."""
        own = [i for i, who in enumerate(self.participant) if who == participant]
        session, expression = ([names[i] for i in own] for names in (self.session, self.expression))
        return Measured(
            (participant,) * len(own), tuple(session), tuple(expression), self.measures, self.values[own]
        )

    def joined(self, other: Measured) -> Measured:
        """Return these trials and those of another table of the same measures."""
        return Measured(
            self.participant + other.participant,
            self.session + other.session,
            self.expression + other.expression,
            self.measures,
            np.concatenate([self.values, other.values]),
        )


def delivered(trials: Iterable[TrialFrames]) -> NDArray[np.bool_]:
    """Return which channels every frame of every trial has, bool (52,)."""
    there = np.ones(len(BLEND_SHAPES), dtype=bool)
    for trial in trials:
        there &= np.isfinite(trial.X).all(axis=0)
    return there


def measured(
    trials: Iterable[TrialFrames], channels: NDArray[np.bool_], model: Model | None = None
) -> Measured:
    """Measure trials one after another, so that none needs to stay in memory.

    Args:
        trials: of any people.
        channels: bool (52,), those that count. A trial that lacks one of them has no values.
        model: a recognizer, for its confidence.
    """
    measures = measures_of(model is not None)
    who: list[tuple[str, str, str]] = []
    values: list[Sequence[float]] = []
    for trial in trials:
        who.append((trial.participant, trial.session, trial.expression))
        values.append(list(measure(trial, channels, model).values()))
    people, sessions, expressions = zip(*who, strict=True) if who else ((), (), ())
    table = np.array(values, dtype=np.float64).reshape(len(who), len(measures))
    return Measured(people, sessions, expressions, measures, table)
