"""How many messages a browser may send."""

from __future__ import annotations

__all__ = ["Allowance"]


class Allowance:
    """So many a second, and a few more at once.

    Args:
        per_second: how fast it grows.
        burst: how large it grows, and is at first.
    """

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = self._left = burst
        self._at: float | None = None

    def take(self, now: float) -> bool:
        """Whether one more may come at ``now``, seconds on a clock that goes forward."""
        if self._at is not None:
            self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
