"""Running means of a recording: what a causal recognizer remembers of the last moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["running_means"]


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
    take = np.where(step < 0.0, 1.0, -np.expm1(-np.maximum(step, 0.0) / seconds)).astype(np.float32)
    means = np.empty_like(values)
    means[starts] = now = values[starts]
    # All recordings in step: as many turns as the longest has frames.
    for turn in range(1, int(lengths.max(initial=0))):
        going = lengths > turn
        rows = starts[going] + turn
        now[going] += take[rows, None] * (values[rows] - now[going])
        means[rows] = now[going]
    return means
