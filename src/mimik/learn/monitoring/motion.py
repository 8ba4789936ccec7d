"""How far and how fast channels move, whatever the frame rate."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GAP", "HALF_WINDOW", "peak_speed", "robust_range", "slopes"]

HALF_WINDOW = 0.15
"""Seconds before and after a frame whose straight line tells its speed: 9 frames at 30 a second, 17 at 60."""

GAP = 0.15
"""Seconds without a face (or a frame) that end a stretch: no speed is told across."""

_LEAST = 5  # frames in a stretch


def robust_range(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the 95th minus the 5th percentile of each channel, float64 (k,), in its unit.

    A blink or a lost frame does not widen it, as it would the extremes.

    Args:
        values: (n, k); NaN is "not delivered". A channel never delivered gives NaN.
    """
    low, high = _percentiles(np.asarray(values, dtype=np.float64), (5, 95))
    return np.asarray(high - low)


def peak_speed(device_time: NDArray[np.float64], values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the 95th percentile of the absolute speed of each channel, float64 (k,), in its unit per second.

    Args:
        device_time: (n,), seconds.
        values: (n, k); NaN is "not delivered". NaN comes back where no stretch is long enough.
    """
    speed = np.abs(slopes(device_time, values))
    return np.asarray(_percentiles(speed, (95,))[0])


def slopes(device_time: NDArray[np.float64], values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the speed of each channel at each frame, float64 (n, k), in its unit per second.

    It is the slope of the least-squares line through the frames within ``HALF_WINDOW`` before and after, each
    weighing 1 - (distance / HALF_WINDOW)^2 (local linear regression with Epanechnikov's kernel: Fan and
    Gijbels, Local Polynomial Modelling and Its Applications, 1996, chapter 3). So light smoothing and
    derivative are one, uneven frames count at their true times, and as the weights end at zero, 30 and 60
    frames a second give the same. NaN within ``HALF_WINDOW`` of the ends and of gaps longer than ``GAP``.

    Args:
        device_time: (n,), seconds.
        values: (n, k).
    """
    found = np.full(values.shape, np.nan)
    step = np.diff(device_time)
    edges = np.flatnonzero((step > GAP) | (step < 0) | ~np.isfinite(step)) + 1
    for a, b in pairwise([0, *edges.tolist(), len(device_time)]):
        if b - a >= _LEAST:
            found[a:b] = _slopes_of_stretch(
                device_time[a:b] - device_time[a], np.asarray(values[a:b], dtype=np.float64)
            )
    return found


def _slopes_of_stretch(time: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit all lines at once, adding up what the neighbours at each distance give."""
    at = np.arange(len(time))
    before = int((at - np.searchsorted(time, time - HALF_WINDOW)).max())
    after = int((np.searchsorted(time, time + HALF_WINDOW, side="right") - 1 - at).max())
    w0, t1, t2 = np.zeros((3, len(time), 1))
    x1, tx = np.zeros((2, *values.shape))
    for distance in range(-before, after + 1):
        other = np.clip(at + distance, 0, len(time) - 1)
        t = (time[other] - time)[:, None]
        w = np.where((other == at + distance)[:, None], np.maximum(1 - (t / HALF_WINDOW) ** 2, 0.0), 0.0)
        x = np.where(w > 1e-6, values[other] - values, 0.0)  # at the rim a weight is 0 but for rounding
        w0, t1, t2, x1, tx = w0 + w, t1 + w * t, t2 + w * t * t, x1 + w * x, tx + w * t * x
    with np.errstate(invalid="ignore", divide="ignore"):
        slope: NDArray[np.float64] = (w0 * tx - t1 * x1) / (w0 * t2 - t1 * t1)
    slope[(time < HALF_WINDOW) | (time > time[-1] - HALF_WINDOW)] = np.nan
    return slope


def _percentiles(values: NDArray[np.float64], which: tuple[int, ...]) -> NDArray[np.float64]:
    """Return percentiles (len(which), k) of what is finite in each column, NaN where nothing is."""
    found = np.full((len(which), values.shape[1]), np.nan)
    there = np.isfinite(values)
    full = there.all(axis=0) & bool(len(values))
    if full.any():
        found[:, full] = np.percentile(values[:, full], which, axis=0)
    for k in np.flatnonzero(~full & there.any(axis=0)).tolist():
        found[:, k] = np.percentile(values[there[:, k], k], which)
    return found
