"""Clocks: the system's, and one that tests and simulations turn by hand."""

from __future__ import annotations

import time
from typing import Protocol

__all__ = ["Clock", "ManualClock", "SystemClock"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> float:
        """Return seconds since 1970 (UTC)."""


class SystemClock:
    """The computer's time, which within one run never jumps: set once, then counted monotonically."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()

    def now(self) -> float:
        """Return seconds since 1970 (UTC)."""
        return self._start + time.monotonic()


class ManualClock:
    """A clock that stands still until told otherwise."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return seconds since 1970 (UTC), as last set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move ahead by ``seconds``; never back."""
        if seconds < 0:
            raise ValueError(f"a clock goes forward: expected seconds >= 0, got {seconds}")
        self._now += seconds
