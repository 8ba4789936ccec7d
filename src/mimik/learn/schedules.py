"""Learning rates over a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SCHEDULES", "learning_rates"]

SCHEDULES = ("constant", "one-cycle")
"""``constant`` as published; ``one-cycle`` rises over the first tenth, then falls to nothing as a cosine."""

_RISE = 0.1


def learning_rates(schedule: str, peak: float, steps: int) -> NDArray[np.float32]:
    """Return the learning rate of each step, float32 (steps,), at most ``peak``.

    Raises:
        ValueError: an unknown schedule.
    """
    if schedule == "constant":
        return np.full(steps, peak, dtype=np.float32)
    if schedule == "one-cycle":
        done = (np.arange(steps) + 0.5) / steps
        falling = 0.5 + 0.5 * np.cos(np.pi * (done - _RISE) / (1 - _RISE))
        return (peak * np.where(done < _RISE, done / _RISE, falling)).astype(np.float32)
    raise ValueError(f"schedule must be one of {SCHEDULES}, found {schedule!r}")
