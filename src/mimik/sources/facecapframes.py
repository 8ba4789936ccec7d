"""Frames of Face Cap put together from single messages, which no frame number holds together.

Blend shapes are taken to come in the order of their index, so a frame ends when the index goes back. It also
ends when a value comes again, and when nothing came for a tenth of a second. So a message that is lost costs
its own value, and unless half of all is lost, coefficients of two frames are never mixed. What else is sent
(the pose) stands before or after the blend shapes, we cannot know which: it may be the neighbouring frame's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["PAUSE", "Assembly"]

PAUSE = 0.1
"""Seconds without a message after which a frame is over: longer than it takes, shorter than a silence."""

_N = len(BLEND_SHAPES)


class Assembly:
    """Puts the messages of one phone together.

    Args:
        rank: intp (52,), the index under which the app sends each of ``BLEND_SHAPES``.
    """

    def __init__(self, rank: NDArray[np.intp]) -> None:
        self._rank = rank
        self._values: NDArray[np.float32] | None = None
        self._newest = -math.inf
        self._index = -1
        self._in_step = False  # whether the frame was seen from its beginning

    def add(self, values: NDArray[np.float32], now: float) -> Sequence[tuple[NDArray[np.float32], float]]:
        """Take what one message says, float32 (64,), NaN elsewhere.

        Returns:
            The frames that are over now, each with the time of its last message: none or one.
        """
        done = list(self.overdue(now))
        shapes = np.flatnonzero(~np.isnan(values[:_N]))
        index = int(self._rank[shapes[0]]) if len(shapes) else self._index
        if self._values is not None and (
            index < self._index or not np.isnan(self._values[~np.isnan(values)]).all()
        ):
            done += self.finish()
        self._index = index if len(shapes) or self._values is not None else -1
        self._values = (
            values if self._values is None else np.where(np.isnan(self._values), values, self._values)
        )
        self._newest = now
        return done

    def overdue(self, now: float) -> Sequence[tuple[NDArray[np.float32], float]]:
        """Return the frame that must not wait any longer, if there is one."""
        return self.finish() if self._values is not None and now - self._newest > PAUSE else ()

    def finish(self) -> Sequence[tuple[NDArray[np.float32], float]]:
        """End the frame and return it; not if it has no blend shape, or was joined in the middle."""
        values, self._values = self._values, None
        in_step, self._in_step = self._in_step, True
        if values is None:
            return ()
        lacking = np.isnan(values[:_N])
        if lacking.all() or (lacking.any() and not in_step):
            return ()
        return ((values, self._newest),)
