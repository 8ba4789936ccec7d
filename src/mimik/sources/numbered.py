"""The frames of a source with one device, under a number that may be known only when the first has come."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.sources.source import Source

__all__ = ["Numbered"]


class Numbered:
    """A ``Source`` of another's frames, as if ``device`` sent them.

    Attributes:
        device: number the frames get; may be set at any time.
        heard: when the last frame came, seconds since 1970; minus infinity before the first.
    """

    def __init__(self, source: Source, clock: Clock, *, device: int = 1) -> None:
        self._source, self._clock = source, clock
        self.device = device
        self.heard = -math.inf

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None at the end."""
        frames = self._source.read(timeout)
        if frames:
            self.heard = self._clock.now()
        return frames and tuple(replace(frame, device=self.device) for frame in frames)

    def drop_waiting(self) -> None:
        """Throw away what arrived unread; its arrival times would be wrong."""
        while self.read(0.0):
            pass
