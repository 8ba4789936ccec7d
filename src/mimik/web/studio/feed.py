"""One phone's frames, handed from the thread that reads all phones to the one that recognises."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.frame import Frame

__all__ = ["Feed"]

_MOST = 240
"""Frames that may wait, four seconds of a phone; then the oldest go, since what is shown should be now."""


class Feed:
    """A ``Source`` that is filled from another thread, and never holds that one up.

    Attributes:
        dropped: frames that were not read in time.
    """

    def __init__(self) -> None:
        self._waiting: deque[Frame] = deque()
        self._news = threading.Condition()
        self._closed = False
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Hand over a frame; returns at once."""
        with self._news:
            self._waiting.append(frame)
            if len(self._waiting) > _MOST:
                self._waiting.popleft()
                self.dropped += 1
            self._news.notify()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None once it is closed."""
        with self._news:
            if not self._waiting and not self._closed:
                self._news.wait(timeout)
            if self._closed:
                return None
            frames = tuple(self._waiting)
            self._waiting.clear()
            return frames

    def close(self) -> None:
        """End: whoever reads is told so at once."""
        with self._news:
            self._closed = True
            self._news.notify()
