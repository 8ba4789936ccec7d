"""Three ways in which the same was measured again: repeats, sessions and devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.reliability.levels import Levels, Sat

__all__ = ["LEAST_PEOPLE", "Design", "Measurements", "measurements"]

LEAST_PEOPLE = 3
"""People without whom nothing is told: reliability is about telling people apart."""

Unit = tuple[str, str]


class Design(StrEnum):
    """What was done again."""

    REPEATS = "repeats in a session"
    SESSIONS = "sessions"
    DEVICES = "devices"


@dataclass(frozen=True, eq=False)
class Measurements:
    """The same measured again and again.

    Attributes:
        design: what was done again.
        units: (participant, expression), n of them.
        values: float64 (n, k, 2, 59), of each unit k times; NaN where not delivered.
        why_not: "" or why nothing can be told, and what to record for it.
        detail: such as "devices 1 and 2".
    """

    design: Design
    units: tuple[Unit, ...]
    values: NDArray[np.float64]
    why_not: str = ""
    detail: str = ""

    @property
    def people(self) -> int:
        """How many different participants are among the units."""
        return len({participant for participant, _ in self.units})

    @property
    def times(self) -> int:
        """How often each unit was measured."""
        return int(self.values.shape[1])


def measurements(levels: Levels, design: Design) -> Measurements:
    """Gather what one design can be told from.

    - repeats: the trials of a unit in the first session that holds two or more, in their order
    - sessions: the means of a unit's trials in each session on the device of the first, in the order of time
    - devices: the means of a unit's trials on each of two devices, the pair that most units share

    Units measured more often than others keep their first times, as many as leave the most degrees of
    freedom.
    """
    return _FINDERS[design](levels)


def _of_repeats(levels: Levels) -> Measurements:
    found: dict[Unit, list[NDArray[np.float64]]] = {}
    for unit, rows in _by_unit(levels).items():
        for session in _sessions(levels, rows):
            if len(session) > 1:
                found[unit] = [
                    levels.values[i] for i in sorted(session, key=lambda i: levels.trials[i].trial)
                ]
                break
    return _gathered(
        Design.REPEATS,
        found,
        levels,
        "no expression was shown twice in a session; record with a protocol of two or more rounds"
        " (repeats = 3)",
    )


def _of_sessions(levels: Levels) -> Measurements:
    found: dict[Unit, list[NDArray[np.float64]]] = {}
    for unit, rows in _by_unit(levels).items():
        sessions = _sessions(levels, rows)
        device = levels.trials[sessions[0][0]].device
        same = [session for session in sessions if levels.trials[session[0]].device == device]
        if len(same) > 1:
            found[unit] = [levels.values[session].mean(axis=0) for session in same]
    return _gathered(
        Design.SESSIONS,
        found,
        levels,
        "nobody sat twice before the same device; record the same people again, with the same protocol",
    )


def _of_devices(levels: Levels) -> Measurements:
    means: dict[Unit, dict[int, NDArray[np.float64]]] = {}
    for unit, rows in _by_unit(levels).items():
        devices = {levels.trials[i].device for i in rows} - {None}
        means[unit] = {
            d: levels.values[[i for i in rows if levels.trials[i].device == d]].mean(axis=0)
            for d in devices
            if d is not None
        }
    pairs = Counter(pair for own in means.values() for pair in combinations(sorted(own), 2))
    best = min(pairs, key=lambda pair: (-pairs[pair], pair), default=None)
    found = {u: [own[d] for d in best] for u, own in means.items() if best and set(best) <= set(own)}
    known = {trial.device for trial in levels.trials} - {None}
    return _gathered(
        Design.DEVICES,
        found,
        levels,
        f"nobody was recorded on two devices ({len(known)} known in this study); record the same people on"
        " both, in turn",
        detail=f"devices {best[0]} and {best[1]}" if best else "",
    )


_FINDERS: Mapping[Design, Callable[[Levels], Measurements]] = {
    Design.REPEATS: _of_repeats,
    Design.SESSIONS: _of_sessions,
    Design.DEVICES: _of_devices,
}


def _by_unit(levels: Levels) -> dict[Unit, list[int]]:
    units: dict[Unit, list[int]] = {}
    for i, trial in enumerate(levels.trials):
        units.setdefault((trial.participant, trial.expression), []).append(i)
    return units


def _sessions(levels: Levels, rows: list[int]) -> list[list[int]]:
    """Return the rows of each session, in the order of time, or of their names where time is not known."""
    sessions: dict[str, list[int]] = {}
    for i in rows:
        sessions.setdefault(levels.trials[i].session, []).append(i)

    def when(session: list[int]) -> tuple[float, str]:
        sat: Sat = levels.trials[session[0]]
        return (sat.started if np.isfinite(sat.started) else 0.0, sat.session)

    return sorted(sessions.values(), key=when)


def _gathered(
    design: Design,
    found: Mapping[Unit, list[NDArray[np.float64]]],
    levels: Levels,
    why_not: str,
    detail: str = "",
) -> Measurements:
    empty = np.empty((0, 0, *levels.values.shape[1:]))
    if not found:
        return Measurements(design, (), empty, f"{why_not}.")
    times = _times([len(values) for values in found.values()])
    units = {unit: values[:times] for unit, values in found.items() if len(values) >= times}
    people = len({participant for participant, _ in units})
    if people < LEAST_PEOPLE:
        why = f"{people} of the {LEAST_PEOPLE} people or more that it takes; record others so, too."
        return Measurements(design, tuple(units), empty, why)
    values = np.array(list(units.values()))
    return Measurements(design, tuple(units), values, detail=detail)


def _times(counts: list[int]) -> int:
    """Return how many times to take of each, so that units x (times - 1) is largest."""
    return max(range(2, max(counts) + 1), key=lambda k: (sum(c >= k for c in counts) * (k - 1), -k))
