"""What is said of smoothed probabilities: a label, or that none is sure, without flicker."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.settings import LiveSettings

__all__ = ["UNSURE", "Decider"]

UNSURE = -1
"""No label is probable enough."""


class Decider:
    """Decides frame by frame, and rather stays with what it said last.

    - A label is named once its smoothed probability is the highest, has reached ``sure_above`` and, if
      another label stands, leads it by ``margin``.
    - It is given up for ``UNSURE`` once no probability reaches ``unsure_below``.
    - It stays for ``hold`` seconds at least. ``UNSURE`` may end at any time.

    Args:
        settings: the thresholds.
    """

    __slots__ = ("_hold", "_margin", "_said", "_since", "_sure", "_unsure")

    def __init__(self, settings: LiveSettings) -> None:
        self._sure, self._unsure = settings.sure_above, settings.unsure_below
        self._margin, self._hold = settings.margin, settings.hold
        self.forget()

    def push(self, p: Sequence[float], time: float) -> int:
        """Return the position of the label that is said now, or ``UNSURE``.

        Args:
            p: smoothed probability of each label, 0..1.
            time: seconds on a clock that never goes back.
        """
        highest = max(p)
        said = self._said
        if said == UNSURE:
            if highest >= self._sure:
                self._say(p.index(highest), time)
        elif time - self._since >= self._hold:
            if highest < self._unsure:
                self._say(UNSURE, time)
            elif highest >= self._sure and highest > p[said] and highest - p[said] >= self._margin:
                self._say(p.index(highest), time)
        return self._said

    def forget(self) -> None:
        """Begin anew: nothing was said."""
        self._said = UNSURE
        self._since = -math.inf

    def _say(self, label: int, time: float) -> None:
        self._said, self._since = label, time
