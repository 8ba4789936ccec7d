"""The moment at which a face leaves one expression for another, quickly and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.labels.bins import BIN

with needs_extra("learn"):
    from scipy.ndimage import median_filter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EDGE", "LEAST", "rise"]

EDGE = 0.5
"""Seconds at the start that show where the face comes from; nobody reacts sooner than this."""

LEAST = 0.15
"""Euclidean distance of two faces, in coefficients; means of a face at rest stay below 0.1."""

_SMOOTHED = 7  # bins, running median: outlasts a blink, and keeps the place of a step
_STAYS = 5  # bins for which a rise must last; the dips of Figure 5 of the paper are as short
_RISING = 3  # bins around a rise that belong to neither side
_BEGUN = 0.3  # of the way to the usual strength; towards the end of a trial there may be no more of it
_LOCAL = 20  # bins after a rise that tell its height
_QUICK = 15  # bins in which a rise goes from a quarter to three quarters of its height
_CLEAR = 8.0  # a rise is so many times the usual change within half a second
_STEADY = 0.1  # standard deviation before a rise, as share of it: nobody wavers who has not begun


def rise(faces: NDArray[np.float64], seconds: NDArray[np.float64]) -> float | None:
    """Return when half of a rise is gone, in seconds; None if the face does not rise.

    Args:
        faces: float64 (b, k), the coefficients of each tenth of a second; finite.
        seconds: float64 (b,), their times, ascending; a lost stretch is a gap.
    """
    at = round(EDGE / BIN)
    for _ in range(2):  # once the place is known roughly, all that lies before it tells the start
        gone = _gone(faces, np.median(faces[: max(at - _RISING, _RISING)], axis=0))
        lasting = _lasting(gone >= _BEGUN)
        if not len(lasting) or lasting[0] == 0:
            return None
        at = int(lasting[0])
    place = _step(gone, at)
    return None if place is None else float(seconds[place - 1] + seconds[place]) / 2


def _gone(faces: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of the way from ``start`` to the expression is gone, about 0..1; 0 without a way."""
    far = median_filter(np.linalg.norm(faces - start, axis=1), _SMOOTHED, mode="nearest")
    held = faces[far >= 0.5 * np.quantile(far, 0.8)]
    way = np.median(held, axis=0) - start
    length = float(np.linalg.norm(way))
    if length < LEAST:
        return np.zeros(len(faces))
    return np.asarray(median_filter((faces - start) @ way / length**2, _SMOOTHED, mode="nearest"))


def _lasting(there: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places from which it is there for ``_STAYS`` bins."""
    run = np.convolve(there, np.ones(_STAYS), mode="full")[_STAYS - 1 :]  # how many of this and the next ones
    return np.flatnonzero(run > _STAYS - 0.5)


def _step(gone: NDArray[np.float64], begun: int) -> int | None:
    """Return the bin from which half of a rise is gone, if it is one: quick, and clear of all wavering."""
    after = gone[begun + _RISING :]
    if len(after) <= _STAYS:
        return None
    height = float(np.median(after[:_LOCAL]))
    half = _lasting(gone >= height / 2)
    if not len(half) or half[0] == 0:
        return None
    at = int(half[0])
    low, high = np.flatnonzero(gone[:at] < height / 4), np.flatnonzero(gone[at:] > height * 3 / 4)
    if not len(low) or not len(high) or at + high[0] - low[-1] > _QUICK:
        return None
    usual = np.median(np.abs(after[_STAYS:] - after[:-_STAYS]))
    wavered = gone[: max(at - _RISING, 1)].std()
    return at if usual * _CLEAR <= height and wavered <= _STEADY * height else None
