"""What a difference between two recipes says, and what it can't."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from mimik.learn.estimate import FEW_PEOPLE

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate

__all__ = ["Verdict", "verdict_of"]


class Verdict(StrEnum):
    """What the difference from the reference says."""

    REFERENCE = "reference"
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference seen"
    CANNOT_TELL = "can't be told: fewer than 20 people"
    NO_INTERVAL = "can't be told: no interval"
    NOT_RUN = "not run"


def verdict_of(difference: Estimate | None, people: int) -> Verdict:
    """Return what a difference (None: there is none to see, it is the reference) of so many people says."""
    if difference is None:
        return Verdict.REFERENCE
    if people < FEW_PEOPLE:
        return Verdict.CANNOT_TELL
    if difference.low is None or difference.high is None:  # people do not differ in it at all
        return Verdict.NO_INTERVAL if difference.value else Verdict.NO_DIFFERENCE
    if difference.low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if difference.high < 0 else Verdict.NO_DIFFERENCE
