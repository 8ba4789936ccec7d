"""The plateau of a recording: the frames in which its expression has been reached and is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.labels.onset import Span

__all__ = ["SETTLING", "held_frames"]

SETTLING: Final = 0.5
"""Seconds after half of a rise, and before half of a fall, until a face has reached its plateau."""


def held_frames(device_time: NDArray[np.float64], span: Span) -> NDArray[np.bool_]:
    """Return which frames of a recording lie on its plateau (n,): all of them if none would.

    Args:
        device_time: float64 (n,), of the recording's frames, seconds on the device's clock; n is 1 or more.
        span: when its expression is shown.
    """
    since = np.maximum.accumulate(device_time - device_time[0])
    begins = span.onset_s + SETTLING if span.onset_s > 0 else 0.0
    ends = span.offset_s - SETTLING if span.offset_s < span.seconds else span.seconds
    held: NDArray[np.bool_] = (since >= begins) & (since <= ends)
    return held if held.any() else np.ones(len(since), dtype=bool)
