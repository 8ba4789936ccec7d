"""What a monitoring found: values of each session, and which changes are beyond the noise."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mimik.learn.monitoring.measures import FORMULAS, unit_of

if TYPE_CHECKING:
    from typing import Any

    from mimik.learn.monitoring.measures import Measure
    from mimik.learn.monitoring.noise import Scope
    from mimik.learn.notices import Notice

__all__ = ["ALL", "USE", "Monitoring", "Row", "SessionFound", "Verdict"]

ALL = "all expressions"
"""In place of an expression: the mean over those that every session holds, but the resting face."""

USE = "Research use only, not a medical device. It measures shown expressions, and must not guide treatment."
"""What every output of monitoring says."""


class Verdict(StrEnum):
    """What can be said of a change."""

    BASELINE = "baseline"
    WITHIN = "within noise"
    BEYOND = "beyond noise"
    UNKNOWN = "noise unknown: no repeated trials"
    NOTHING = "no value"


@dataclass(frozen=True, slots=True)
class SessionFound:
    """One session of the participant.

    Attributes:
        session: its name.
        started: seconds since 1970 (UTC); NaN if not known.
        device: the study's number of the device, None if not known.
        trials: finished ones with a face.
        frames: with a face, in those trials.
        rate: frames per second, the median over the trials; NaN if not known.
        resting: whether the resting face is known.
    """

    session: str
    started: float
    device: int | None
    trials: int
    frames: int
    rate: float
    resting: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one expression in one session.

    Attributes:
        session: its name.
        expression: what was asked for, or ``ALL``.
        measure: name and region.
        value: mean over the session's trials, in ``unit``; NaN where it cannot be told.
        trials: how many; for ``ALL`` of all expressions together.
        change: from the baseline session; NaN where one of the two is not there.
        bound: how far noise alone moves it, 95 times in 100; NaN if unknown.
        sem: standard error of measurement of one trial; NaN if unknown, and for ``ALL``.
        df: degrees of freedom of ``sem``.
        scope: whose repeated trials told the noise.
        verdict: what can be said of the change.
    """

    session: str
    expression: str
    measure: Measure
    value: float
    trials: int
    change: float
    bound: float
    sem: float
    df: int
    scope: Scope
    verdict: Verdict

    @property
    def unit(self) -> str:
        """The unit of value, change, bound and sem."""
        return unit_of(self.measure)

    def to_dict(self) -> dict[str, Any]:
        """Return the row flat, with None for what is not known."""
        plain = {
            "session": self.session,
            "expression": self.expression,
            "measure": self.measure.name,
            "region": self.measure.region,
            "unit": self.unit,
            "value": self.value,
            "trials": self.trials,
            "change": self.change,
            "bound": self.bound,
            "sem": self.sem,
            "df": self.df,
            "noise_from": str(self.scope),
            "verdict": str(self.verdict),
        }
        return {key: _plain(value) for key, value in plain.items()}


@dataclass(frozen=True, eq=False)
class Monitoring:
    """One participant over time.

    Attributes:
        title: of the study.
        participant: the pseudonym.
        synthetic: whether any frame is made up.
        baseline: the session that all others are compared with.
        sessions: in the order of time.
        expressions: those shown in any session; ``ALL`` is not among them.
        measures: in the order of reports.
        channels: names of the coefficients that every session delivered, of which the measures are taken.
        rows: session by session, expression by expression, measure by measure.
        level: how often a change without a cause stays within its bound, 0..1.
        notices: to be read first.
    """

    title: str
    participant: str
    synthetic: bool
    baseline: str
    sessions: tuple[SessionFound, ...]
    expressions: tuple[str, ...]
    measures: tuple[Measure, ...]
    channels: tuple[str, ...]
    rows: tuple[Row, ...]
    level: float
    notices: tuple[Notice, ...]

    @property
    def headline(self) -> str:
        """What the summary speaks of: ``ALL``, or where there is no such mean, the last expression."""
        return ALL if any(row.expression == ALL for row in self.rows) else self.expressions[-1]

    @property
    def latest(self) -> str:
        """The last session that is not the baseline."""
        return next(s.session for s in reversed(self.sessions) if s.session != self.baseline)

    def course(self, measure: Measure, expression: str = ALL) -> tuple[Row, ...]:
        """Return one measure's rows over the sessions, in the order of time."""
        return tuple(r for r in self.rows if r.measure == measure and r.expression == expression)

    def beyond(self, expression: str | None = None) -> tuple[Row, ...]:
        """Return the rows beyond noise, of all expressions or of one."""
        rows = (r for r in self.rows if expression in (None, r.expression))
        return tuple(r for r in rows if r.verdict is Verdict.BEYOND)

    def judged(self, expression: str | None = None, session: str | None = None) -> int:
        """Return how many changes could be held against noise: of one expression, or of each single one."""
        return sum(
            row.verdict in (Verdict.WITHIN, Verdict.BEYOND)
            for row in self.rows
            if (row.expression == expression if expression else row.expression != ALL)
            and session in (None, row.session)
        )

    def with_notices(self, *notices: Notice) -> Monitoring:
        """Return the same with notices put first."""
        return replace(self, notices=(*notices, *self.notices))

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "use": USE,
            "study": self.title,
            "participant": self.participant,
            "synthetic": self.synthetic,
            "baseline": self.baseline,
            "level": self.level,
            "notices": [asdict(notice) for notice in self.notices],
            "sessions": [{k: _plain(v) for k, v in asdict(s).items()} for s in self.sessions],
            "expressions": list(self.expressions),
            "channels": list(self.channels),
            "formulas": dict(FORMULAS),
            "rows": [row.to_dict() for row in self.rows],
        }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
