"""A figure with its interval, and a step of a reliability curve."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FEW_PEOPLE", "Bin", "Estimate"]

FEW_PEOPLE = 20
"""Below this number of participants no interval is to be trusted: too few to see how people differ."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and how far it may be from the one for people in general.

    Attributes:
        value: of the people tested; None where undefined.
        low, high: ends of the 95 % interval, by resampling participants; None without one.
        trusted: whether there are enough people to believe the interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about equal probability: what the recognizer claimed, and how often it was right.

    Attributes:
        count: how many.
        confidence: their mean top probability, 0..1.
        right: the share that was right, 0..1.
    """

    count: int
    confidence: float
    right: float
