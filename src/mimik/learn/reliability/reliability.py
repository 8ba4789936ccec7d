"""Test-retest reliability of every channel, and its agreement between devices."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.allowed import allowed_sessions
from mimik.learn.excluded import excluded_by_hand
from mimik.learn.metrics.agreement import reliability as two_way
from mimik.learn.metrics.change import smallest_change
from mimik.learn.metrics.intervals import FEW_PEOPLE, LEVEL
from mimik.learn.notices import Notice
from mimik.learn.reliability.coefficient import intraclass
from mimik.learn.reliability.designs import Design, measurements
from mimik.learn.reliability.levels import CHANNELS, STATISTICS, levels_of
from mimik.learn.trials import read_trials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from mimik.learn.estimate import Estimate
    from mimik.learn.reliability.designs import Measurements
    from mimik.learn.trials import TrialFrames
    from mimik.study.study import Study

__all__ = ["USE", "Found", "Reliability", "Row", "reliability", "reliability_of"]

USE = "Research use only, not a medical device."
"""What every output says."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one design could be told from.

    Attributes:
        design: what was done again.
        units: how many (a person showing an expression).
        people: how many different participants.
        times: how often each unit was measured.
        why_not: "" or why nothing can be told, and what to record for it.
        detail: such as "devices 1 and 2".
    """

    design: Design
    units: int
    people: int
    times: int
    why_not: str
    detail: str


@dataclass(frozen=True, slots=True)
class Row:
    """The reliability of one channel, or of a region's mean.

    Attributes:
        design: what was done again.
        region: of the face.
        channel: name of the blend shape; that of the region for its mean.
        statistic: "mean" or "peak" of the plateau.
        icc: ICC(2,1) of units: how well one trial tells people and expressions apart.
        icc_people: the same within expressions: how well it tells people apart who show the same.
        sem: standard error of one measurement with constant differences in it, in coefficients; None without
            variance, likewise below.
        smallest_change: of one person between two measurements that is more than noise, in coefficients.
        level: mean level of all units, in coefficients.
        units: how many had the channel.
    """

    design: Design
    region: str
    channel: str
    statistic: str
    icc: Estimate
    icc_people: Estimate
    sem: float | None
    smallest_change: float | None
    level: float | None
    units: int

    @property
    def is_region(self) -> bool:
        """Whether it is a region's mean."""
        return self.channel == self.region

    def to_dict(self) -> dict[str, Any]:
        """Return the row flat, None for what is not known."""
        return {
            "repeated": str(self.design),
            "region": self.region,
            "channel": self.channel,
            "statistic": self.statistic,
            "icc": self.icc.value,
            "icc_low": self.icc.low,
            "icc_high": self.icc.high,
            "icc_people": self.icc_people.value,
            "icc_people_low": self.icc_people.low,
            "icc_people_high": self.icc_people.high,
            "sem": self.sem,
            "smallest_change": self.smallest_change,
            "level": self.level,
            "units": self.units,
        }


@dataclass(frozen=True, eq=False)
class Reliability:
    """How far each channel can be trusted.

    Attributes:
        title: of the study.
        synthetic: whether any frame is made up.
        trials: how many were read.
        found: of each design, whether it could be told.
        rows: design by design, statistic by statistic, channel by channel.
        notices: to be read first.
    """

    title: str
    synthetic: bool
    trials: int
    found: tuple[Found, ...]
    rows: tuple[Row, ...]
    notices: tuple[Notice, ...]

    def of(self, design: Design, statistic: str = "mean") -> tuple[Row, ...]:
        """Return the rows of one design and statistic, by region."""
        return tuple(row for row in self.rows if row.design is design and row.statistic == statistic)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "use": USE,
            "study": self.title,
            "synthetic": self.synthetic,
            "trials": self.trials,
            "level": LEVEL,
            "notices": [asdict(notice) for notice in self.notices],
            "repeated": [asdict(found) for found in self.found],
            "rows": [row.to_dict() for row in self.rows],
        }


def reliability(study: Study, *, on_progress: Callable[[int, int], None] | None = None) -> Reliability:
    """Tell the reliability of each channel from a study's repeated trials, sessions and devices.

    Args:
        study: an open study.
        on_progress: called with (sessions read, sessions in all).

    Raises:
        DataError: there is no finished trial.
    """
    found = reliability_of(read_trials(study, on_progress=on_progress), title=study.title)
    sessions, forbidden = allowed_sessions(study, study.sessions())
    return replace(found, notices=(*found.notices, *excluded_by_hand(sessions), *forbidden))


def reliability_of(trials: Iterable[TrialFrames], *, title: str) -> Reliability:
    """Tell the reliability from trials; ``reliability`` without a study's folder.

    Raises:
        DataError: there is no trial.
    """
    levels = levels_of(trials)
    if not levels.trials:
        raise DataError(
            f"expected finished trials in the study {title!r}, found none",
            hint="record a session with `mimik record` or bring recordings in with `mimik import`",
        )
    measured = [measurements(levels, design) for design in Design]
    found = tuple(Found(m.design, len(m.units), m.people, m.times, m.why_not, m.detail) for m in measured)
    return Reliability(
        title=title,
        synthetic=levels.synthetic,
        trials=len(levels.trials),
        found=found,
        rows=tuple(row for m in measured if not m.why_not for row in _rows(m)),
        notices=tuple(_notices(levels.synthetic, found)),
    )


def _rows(measured: Measurements) -> Iterator[Row]:
    person, expression = zip(*measured.units, strict=True)
    for s, statistic in enumerate(STATISTICS):
        for c, (channel, region) in enumerate(CHANNELS.items()):
            table = measured.values[:, :, s, c]
            whole = table[np.isfinite(table).all(axis=1)]
            moves = len(whole) > 1 and float(np.ptp(whole)) > 0
            figures = two_way(whole, level=LEVEL) if moves else None
            sem = figures.sem_agreement if figures else None
            yield Row(
                design=measured.design,
                region=region,
                channel=channel,
                statistic=statistic,
                icc=intraclass(table, person),
                icc_people=intraclass(table, person, expression),
                sem=sem,
                smallest_change=None if sem is None else smallest_change(sem, level=LEVEL),
                level=float(whole.mean()) if len(whole) else None,
                units=len(whole),
            )


def _notices(synthetic: bool, found: Iterable[Found]) -> Iterator[Notice]:
    if synthetic:
        text = "Simulated people: these numbers show that the road works, and say nothing about real faces."
        yield Notice("synthetic-data", "serious", text)
    for one in found:
        if one.why_not:
            text = f"Reliability over {one.design} is not applicable: {one.why_not}"
            yield Notice("not-applicable", "warning", text)
        elif one.people < FEW_PEOPLE:
            text = (
                f"Only {one.people} people tell the reliability over {one.design}: with fewer than"
                f" {FEW_PEOPLE} the intervals are not to be trusted."
            )
            yield Notice("few-people", "warning", text)
