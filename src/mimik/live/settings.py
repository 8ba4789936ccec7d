"""How a live recognizer smooths, decides and asks for a resting face."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mimik.errors import MimikError

__all__ = ["LiveSettings"]


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """The defaults are chosen by measurement, see docs/decisions/0018-live-decisions.md.

    Attributes:
        smoothing: time constant of the running mean of probabilities, seconds, >= 0; 0 turns it off.
        unsure_below: a label is given up where no smoothed probability reaches this, 0 to below 1.
        surer: how much of the way from ``unsure_below`` to certainty a probability must gain before its label
            is named, 0 to below 1, so that labels don't come and go at the threshold.
        margin: how far another label must lead, as smoothed probability, before it takes over, 0 to below 1.
        hold: seconds a label stays at least, >= 0, however briefly it was shown.
        rest: whether everybody is asked to look neutral first, to learn their resting face.
        silence: seconds without a frame after which a device counts as silent, > 0.
        away: seconds without a face after which it may be somebody else, > 0: all is forgotten that was
            learned of the person.

    Raises:
        MimikError: a number is outside its range.
    """

    smoothing: float = 0.3
    unsure_below: float = 0.4
    surer: float = 0.3
    margin: float = 0.1
    hold: float = 0.3
    rest: bool = True
    silence: float = 0.5
    away: float = 10.0

    def __post_init__(self) -> None:
        for name in ("smoothing", "hold"):
            self._require(name, "seconds, 0 or more", 0 <= getattr(self, name) < math.inf)
        for name in ("silence", "away"):
            self._require(name, "seconds above 0", 0 < getattr(self, name) < math.inf)
        for name in ("unsure_below", "surer", "margin"):
            self._require(name, "a number from 0 to below 1", 0 <= getattr(self, name) < 1)

    @property
    def sure_above(self) -> float:
        """Smoothed probability from which on a label is named."""
        return self.unsure_below + self.surer * (1.0 - self.unsure_below)

    @property
    def delay(self) -> float:
        """Seconds by which smoothing is late.

        An expression that is recognised at once and with certainty, after another one that was, is named by
        the first frame after this time: when its running mean, 1 - exp(-t / smoothing), has reached
        ``sure_above`` and leads the other's by ``margin``. (Sooner only with a ``margin`` so wide that the
        other is given up before.)
        """
        needed = max(self.sure_above, (1.0 + self.margin) / 2.0)
        return -self.smoothing * math.log(1.0 - needed)

    def _require(self, name: str, rule: str, kept: bool) -> None:
        if not kept:
            raise MimikError(f"Expected {name} to be {rule}, found {getattr(self, name)}.")
