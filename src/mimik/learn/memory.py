"""Running means of a recording: what a causal recognizer remembers of the last moments."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["running_means", "time_constants"]

_MOST = 8
"""More time constants than anybody has a use for."""


def running_means(values: NDArray[np.float32], context: Context, seconds: float) -> NDArray[np.float32]:
    """Return the exponentially fading mean of each recording so far, float32 (n, k).

    Live it needs one number per value: m += (1 - exp(-dt / seconds)) * (x - m). It begins anew with each
    recording and where time runs backwards; after a gap what came before counts as little as its age says.

    Args:
        values: float32 (n, k), frames of a recording in the order of time.
        context: of these frames.
        seconds: after which a moment counts 1/e, > 0.
    """
    starts = np.flatnonzero(np.diff(context.recording, prepend=-1))
    lengths = np.diff(np.append(starts, len(values)))
    step = np.diff(context.device_time, prepend=0.0)
    goes_on = step >= 0.0  # no, where time runs backwards or is not known
    take = np.where(goes_on, -np.expm1(-np.maximum(step, 0.0) / seconds), 1.0).astype(np.float32)
    means = np.empty_like(values)
    means[starts] = now = values[starts]
    # All recordings in step: as many turns as the longest has frames.
    for turn in range(1, int(lengths.max(initial=0))):
        going = lengths > turn
        rows = starts[going] + turn
        now[going] += take[rows, None] * (values[rows] - now[going])
        means[rows] = now[going]
    return means


def time_constants(memories: Any) -> tuple[float, ...]:
    """Return the time constants of running means in seconds, as plain numbers.

    Raises:
        ValueError: they are not at most 8 numbers above 0.
    """
    if not isinstance(memories, list | tuple) or len(memories) > _MOST:
        raise ValueError(f"memories must be at most {_MOST} time constants, found {memories!r}")
    if not all(type(seconds) in (int, float) and isfinite(seconds) and seconds > 0 for seconds in memories):
        raise ValueError(f"memories must be seconds above 0, found {memories!r}")
    return tuple(float(seconds) for seconds in memories)
