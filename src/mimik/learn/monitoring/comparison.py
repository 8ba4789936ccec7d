"""Each session's values held against those of the baseline session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.monitoring.monitoring import ALL, Row, Verdict
from mimik.learn.monitoring.noise import Noise, bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimik.learn.monitoring.measured import Measured
    from mimik.learn.monitoring.noise import Noises, Scope

__all__ = ["Comparison"]


class Comparison:
    """Compares one participant's sessions.

    Args:
        mine: the participant's trials.
        noise: of single trials.
        sessions: names in the order of time.
        baseline: one of them.
    """

    def __init__(self, mine: Measured, noise: Noises, sessions: Sequence[str], baseline: str) -> None:
        self._mine, self._noise = mine, noise
        self._sessions, self._baseline = sessions, baseline
        cells = dict.fromkeys(zip(mine.session, mine.expression, strict=True))
        self._rows_of = {(s, e): mine.rows(expression=e, session=s) for s, e in cells}

    def rows(self, expressions: Sequence[str], at_rest: frozenset[str]) -> tuple[Row, ...]:
        """Return a row for each measure of each expression in each session, and of all together.

        Args:
            expressions: in the order wanted.
            at_rest: those that the mean over expressions leaves out.
        """
        shown = [e for e in expressions if e not in at_rest]
        everywhere = [e for e in shown if all((s, e) in self._rows_of for s in self._sessions)]
        return tuple(self._rows(expressions, everywhere if len(everywhere) > 1 else []))

    def _rows(self, expressions: Sequence[str], everywhere: Sequence[str]) -> Iterator[Row]:
        measures = range(len(self._mine.measures))
        for session in self._sessions:
            for expression in expressions:
                if (session, expression) in self._rows_of:
                    yield from (self._row(session, expression, [expression], m) for m in measures)
            if everywhere:
                yield from (self._row(session, ALL, self._comparable(everywhere, m), m) for m in measures)

    def _comparable(self, expressions: Sequence[str], measure: int) -> list[str]:
        """Return the expressions with a value in every session and, if any has it, with a known noise."""
        there = [e for e in expressions if all(self._cell(s, e, measure)[1] for s in self._sessions)]
        return [e for e in there if self._noise.of(e, measure).known] or there

    def _row(self, session: str, name: str, expressions: Sequence[str], measure: int) -> Row:
        here = [self._cell(session, e, measure) for e in expressions]
        before = [self._cell(self._baseline, e, measure) for e in expressions]
        noises = [self._noise.of(e, measure) for e in expressions]
        value, change = _mean(here), _mean(here) - _mean(before)
        limit = float("nan")
        if np.isfinite(change):
            limit = bound([(n, a, b) for n, (_, a), (_, b) in zip(noises, here, before, strict=True)])
        single = noises[0] if name != ALL else Noise(float("nan"), 0, "unknown")
        return Row(
            session=session,
            expression=name,
            measure=self._mine.measures[measure],
            value=value,
            trials=sum(trials for _, trials in here),
            change=change,
            bound=limit,
            sem=single.sem,
            df=single.df,
            scope=_scope(noises),
            verdict=_verdict(session == self._baseline, change, limit),
        )

    def _cell(self, session: str, expression: str, measure: int) -> tuple[float, int]:
        """Return the mean of a session's trials and how many have a value."""
        values = self._mine.values[self._rows_of.get((session, expression), []), measure]
        values = values[np.isfinite(values)]
        return (float(values.mean()), len(values)) if len(values) else (float("nan"), 0)


def _mean(cells: Sequence[tuple[float, int]]) -> float:
    return float(np.mean([value for value, _ in cells])) if cells else float("nan")


def _scope(noises: Sequence[Noise]) -> Scope:
    scopes = {noise.scope for noise in noises}
    return scopes.pop() if len(scopes) == 1 else "study" if scopes else "unknown"


def _verdict(is_baseline: bool, change: float, limit: float) -> Verdict:
    if not np.isfinite(change):
        return Verdict.NOTHING
    if is_baseline:
        return Verdict.BASELINE
    if not np.isfinite(limit):
        return Verdict.UNKNOWN
    return Verdict.BEYOND if abs(change) > limit else Verdict.WITHIN
