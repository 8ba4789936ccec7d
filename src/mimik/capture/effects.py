"""What the session engine wants done: plain facts, carried out by others.

``trial`` is the running number of a recording within its session, from 1; a trial that is done again gets a
new number. ``at`` is the time, in seconds, that the engine was told with the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mimik.frame import Frame

__all__ = [
    "Answered",
    "Effect",
    "FaceFound",
    "FaceLost",
    "Finished",
    "FrameKept",
    "Outcome",
    "Paused",
    "Reminder",
    "Resumed",
    "Stopped",
    "TrialBroughtForward",
    "TrialClosed",
    "TrialOpened",
]


class Outcome(StrEnum):
    """How a recording ended."""

    COMPLETE = "complete"
    REDONE = "redone"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class TrialOpened:
    """The prompt is shown (or its start button pressed); frames may follow."""

    trial: int
    expression: str
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class FrameKept:
    """This tracked frame belongs to the recording."""

    trial: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class FaceLost:
    """Recording waits for a face, last seen at ``since``; noticed at ``at``."""

    trial: int
    since: float
    at: float


@dataclass(frozen=True, slots=True)
class FaceFound:
    """A face is there (again); recording goes on."""

    trial: int
    at: float


@dataclass(frozen=True, slots=True)
class Reminder:
    """The participant is reminded to hold the expression."""

    trial: int
    at: float


@dataclass(frozen=True, slots=True)
class TrialBroughtForward:
    """A trial of this expression, still to come, was asked for and comes next."""

    expression: str
    at: float


@dataclass(frozen=True, slots=True)
class Paused:
    """No frames are kept until ``Resumed``; ``trial`` is None between two recordings."""

    trial: int | None
    at: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pause is over."""

    trial: int | None
    at: float


@dataclass(frozen=True, slots=True)
class TrialClosed:
    """No more frames come for this recording."""

    trial: int
    outcome: Outcome
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """The participant reported this after a complete recording; ``value`` as it is stored."""

    trial: int
    question: str
    value: str
    at: float


@dataclass(frozen=True, slots=True)
class Finished:
    """All trials are complete."""

    at: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """Ended before all trials were complete; can be resumed later."""

    at: float


Effect = (
    TrialOpened
    | FrameKept
    | FaceLost
    | FaceFound
    | Reminder
    | Paused
    | Resumed
    | TrialClosed
    | Answered
    | TrialBroughtForward
    | Finished
    | Stopped
)
