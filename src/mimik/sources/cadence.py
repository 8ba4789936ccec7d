"""How a phone counts its frames: the step from one to the next, and how many got lost on the way.

A phone may count by one (60 per second) or by two (30 per second at base 60), may change between them while
it records, and begins anew when its app restarts. Datagrams may come twice, late or never.
"""

from __future__ import annotations

import math
from collections import Counter, deque

__all__ = ["Cadence"]

_WINDOW = 32
_SUPPORT = 0.25
_ENOUGH = 8
_UNKNOWN = 0
_LATE = 2.0
_SLACK = 10.0


class Cadence:
    """Follows one phone's frame count.

    The last 32 steps are judged together and anew with each frame, so that neither a lossy start nor a change
    of rate leaves a wrong count behind. The usual step is the smallest that makes up a quarter of them: right
    with up to three quarters of all datagrams lost.

    Attributes:
        base: frames counted in a second.
        step: the usual difference of two counts; 1 before the second frame.
    """

    def __init__(self, base: float) -> None:
        self.base = base
        self.step = 1
        self._newest: float | None = None
        self._arrived = 0.0
        self._steps: deque[tuple[float, int]] = deque()  # with the usual step when it came
        self._whole: Counter[int] = Counter()
        self._settled = 0
        self._late = 0

    def see(self, count: float, arrival: float) -> None:
        """Take note of a frame.

        Args:
            count: the device's frame count with its fraction.
            arrival: seconds, on a clock that does not jump.
        """
        if self._newest is None:
            self._begin(count, arrival)
            return
        ahead = count - self._newest
        if -_LATE * self.base <= ahead <= 0:
            self._late += ahead < 0
            return
        # Nobody loses more frames than there was time for: a longer leap is another clock.
        if ahead < 0 or ahead / self.base > arrival - self._arrived + _SLACK:
            self._begin(count, arrival)
            return
        self._newest, self._arrived = count, arrival
        self._remember(ahead)

    @property
    def lost(self) -> int:
        """Frames that were sent, by their numbers, and never came."""
        return max(self._settled + sum(self._missing(*step) for step in self._steps) - self._late, 0)

    @property
    def rate(self) -> float:
        """Frames per second by the device's own clock; NaN before the second frame."""
        usual = [step for step, _ in self._steps if _whole(step) == self.step]
        return self.base * len(usual) / sum(usual) if usual else math.nan

    def _begin(self, count: float, arrival: float) -> None:
        self._settled, self._late = self.lost, 0
        self._steps.clear()
        self._whole.clear()
        self._newest, self._arrived = count, arrival

    def _remember(self, step: float) -> None:
        known = self.step if len(self._steps) >= _ENOUGH else _UNKNOWN
        self._steps.append((step, known))
        self._whole[_whole(step)] += 1
        if len(self._steps) > _WINDOW:
            oldest = self._steps.popleft()
            self._settled += self._missing(*oldest)
            self._whole[_whole(oldest[0])] -= 1
        if self._whole[self.step] != len(self._steps):
            self.step = self._usual()

    def _usual(self) -> int:
        enough = _SUPPORT * len(self._steps)
        common = [whole for whole, n in self._whole.items() if n and n >= enough]
        return min(common) if common else _whole(sorted(self._steps)[len(self._steps) // 2][0])

    def _missing(self, step: float, known: int) -> int:
        # Usual then or usual now: at a change of rate both are right, each on its side.
        return max(math.ceil(step / max(self.step, known) - 0.5) - 1, 0)


def _whole(step: float) -> int:
    return max(round(step), 1)
