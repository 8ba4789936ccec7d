"""The last seconds of one phone: what the signal check and the live face are drawn from."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import INDEX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame

__all__ = ["SECONDS", "Recent"]

SECONDS = 2.0
"""How far back is looked."""

_MOST = 256  # frames
_EYES = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_SHUT = 0.5  # both eyes' coefficients at least; open eyes stay below 0.3, a blink passes 0.7


class Recent:
    """The newest frames of one phone.

    Attributes:
        blinked: when both eyes were last seen shut, seconds since 1970; minus infinity for never.
        last: the newest frame, or None.
        rate: frames a second that arrived; NaN before there are two.
    """

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque(maxlen=_MOST)
        self.blinked = -math.inf

    @property
    def last(self) -> Frame | None:
        """The newest frame."""
        return self._frames[-1] if self._frames else None

    def add(self, frame: Frame, now: float) -> None:
        """Take in a frame that came at ``now``."""
        self._frames.append(frame)
        if frame.tracked and (frame.values[_EYES] >= _SHUT).all():
            self.blinked = now

    def frames(self, now: float) -> list[Frame]:
        """Return the frames of the last seconds, the oldest first."""
        return [frame for frame in tuple(self._frames) if now - frame.arrival_time <= SECONDS]

    def rate(self, now: float) -> float:
        """Return how many frames a second arrived in the last seconds; NaN before there are two."""
        times = [frame.arrival_time for frame in self.frames(now)]
        return (
            (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 and times[-1] > times[0] else math.nan
        )

    def values(self, now: float) -> NDArray[np.float32]:
        """Return the values (n, 64) of the last seconds' frames with a face."""
        seen = [frame.values for frame in self.frames(now) if frame.tracked]
        return np.array(seen, dtype=np.float32).reshape(-1, 64)
