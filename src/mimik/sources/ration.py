"""How much of a computer's time one sender may take, so that a flood leaves the others theirs."""

from __future__ import annotations

__all__ = ["Ration"]


class Ration:
    """So many a second, and a few more at once.

    Args:
        per_second: how fast it grows.
        burst: how large it grows, and is at first.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._left = burst
        self._at = 0.0

    def take(self, now: float) -> bool:
        """Whether one more may come at ``now``, in seconds; a clock that goes back gives nothing."""
        self._left = min(self._burst, self._left + max(now - self._at, 0.0) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
