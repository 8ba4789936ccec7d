"""A recording in a few numbers per channel: what it looks like on average, how far and how fast it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["STATISTICS", "summaries"]

_QUANTILES = (0.1, 0.5, 0.9)

STATISTICS = ("mean", "sd", *(f"quantile {q:g}" for q in _QUANTILES), "speed")
"""What each channel of a recording is summed up by; speed is its mean absolute change per second."""


def summaries(
    X: NDArray[np.float32], recording: NDArray[np.integer], device_time: NDArray[np.float64], n: int
) -> NDArray[np.float64]:
    """Return the summaries of ``n`` recordings, float64 (n, 6 k), statistic by statistic.

    Args:
        X: float32 (frames, k), finite.
        recording: int (frames,), codes 0..n-1, each of which occurs.
        device_time: float64 (frames,), seconds.
        n: how many recordings.
    """
    order = np.argsort(recording, kind="stable")
    edges = np.searchsorted(recording[order], np.arange(1, n))
    parts = np.split(order, edges)
    return np.array([_summary(X[rows].astype(np.float64), device_time[rows]) for rows in parts])


def _summary(x: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.diff(time)
    there = steps > 0  # neither lost times nor frames sent twice
    speed = np.zeros(x.shape[1])
    if there.any():
        speed = np.abs(np.diff(x, axis=0)[there]).sum(axis=0) / steps[there].sum()
    return np.concatenate([x.mean(axis=0), x.std(axis=0), *np.quantile(x, _QUANTILES, axis=0), speed])
