"""A stored recording as a live source: in real time, faster, slower, or at once."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from mimik.clock import Clock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mimik.frame import Block, Frame

__all__ = ["Replay"]

_BATCH = 1024


class Replay:
    """A ``Source`` of a block's frames, as far apart as they were, counted from the first ``read``.

    Frames come out as stored, arrival times included; time that runs backwards in a recording is played
    without a pause.

    Args:
        block: the recording.
        speed: 2.0 for twice as fast; None for all frames as soon as they are read for.
        device: number the frames get.
        clock: tells how much time has passed.
        sleep: waits; must let ``clock`` move on.

    Raises:
        ValueError: if the speed is not above 0.
    """

    def __init__(
        self,
        block: Block,
        *,
        speed: float | None = 1.0,
        device: int = 1,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if speed is not None and not (0 < speed < math.inf):
            raise ValueError(f"expected a speed above 0 or None, got {speed}")
        self._frames = list(block.frames(device))
        self._due = np.zeros(len(block)) if speed is None else _elapsed(block) / speed
        self._clock = clock or SystemClock()
        self._sleep = sleep
        self._next = 0
        self._start: float | None = None

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames due within ``timeout`` seconds, ``()`` for none yet, None at the end."""
        if self._next >= len(self._frames):
            return None
        if self._start is None:
            self._start = self._clock.now()
        wait = self._start + float(self._due[self._next]) - self._clock.now()
        if wait > 0:
            self._sleep(min(wait, max(timeout, 0.0)))
        return self._take(self._clock.now() - self._start)

    def _take(self, elapsed: float) -> Sequence[Frame]:
        # A nanosecond of grace: start + due - start is not always due.
        end = int(np.searchsorted(self._due, elapsed + 1e-9, side="right"))
        begin, end = self._next, min(max(end, self._next), self._next + _BATCH)
        self._next = end
        return tuple(self._frames[begin:end])


def _elapsed(block: Block) -> NDArray[np.float64]:
    """Seconds from the first frame (n,), never falling."""
    steps = np.diff(block.device_time, prepend=block.device_time[:1])
    elapsed: NDArray[np.float64] = np.cumsum(np.maximum(np.nan_to_num(steps), 0.0))
    return elapsed
