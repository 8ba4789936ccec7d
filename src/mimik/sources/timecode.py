"""Timecodes ``HH:MM:SS:FF.fff`` as Live Link Face writes them: time of day, frames counted at base 60.

The base is 60 even where the phone records 30 frames a second, which then count by two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BASE", "DAY", "Midnights", "counts", "lost_frames", "nominal_rate"]

BASE = 60
"""Frames that a timecode counts in a second."""

DAY = 24 * 3600 * BASE
"""Frames in a day."""

_HEAD = len("HH:MM:SS:FF")
_LONGEST = len("HH:MM:SS:FF.ffffffff")
_RATES = np.array([15, 20, 24, 25, 30, 48, 50, 60])
_SLOWEST = 0.1
_WINDOW = 128


def counts(texts: Any) -> NDArray[np.float64]:
    """Return frames since midnight (n,) of timecodes, a pyarrow array of strings; NaN where it is none.

    Timecodes of one length are read together, digit by digit.
    """
    short = pc.if_else(pc.less_equal(pc.binary_length(texts), _LONGEST), texts.cast(pa.binary()), b"")
    padded = short.fill_null(b"").to_numpy(zero_copy_only=False).astype(np.bytes_)
    width = padded.dtype.itemsize
    characters = padded.view(np.uint8).reshape(len(padded), width)
    lengths = np.char.str_len(padded)
    found = np.full(len(padded), np.nan)
    for length in np.unique(lengths):
        rows = lengths == length
        found[rows] = _counts(characters[rows, :length])
    return found


def _counts(characters: NDArray[np.uint8]) -> NDArray[np.float64]:
    n, length = characters.shape
    if length < _HEAD:
        return np.full(n, np.nan)
    digits = characters.astype(np.float64) - ord("0")
    marks = {2: ":", 5: ":", 8: ":", _HEAD: "."}
    good = np.ones(n, dtype=np.bool_)
    for place in range(length):
        if place in marks:
            good &= characters[:, place] == ord(marks[place])
        else:
            good &= (digits[:, place] >= 0) & (digits[:, place] <= 9)
    hours, minutes, seconds, frames = (10 * digits[:, i] + digits[:, i + 1] for i in (0, 3, 6, 9))
    good &= (hours < 24) & (minutes < 60) & (seconds < 60) & (frames < BASE)
    places = length - _HEAD - 1
    if places > 0:
        # One division, so that .453 is the float nearest to it.
        frames = frames + digits[:, _HEAD + 1 :] @ 10.0 ** np.arange(places - 1, -1, -1) / 10.0**places
    count = ((hours * 60 + minutes) * 60 + seconds) * BASE + frames
    return np.where(good, count, np.nan)


class Midnights:
    """Makes counts that start anew at midnight run on, block after block."""

    def __init__(self) -> None:
        self.days = 0
        self._last: float | None = None

    def unwrap(self, day_counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return counts (n,) of frames since the first midnight, which may exceed ``DAY``."""
        if not len(day_counts):
            return day_counts
        last = day_counts[0] if self._last is None else self._last
        steps = np.diff(day_counts, prepend=last)
        # Half a day back is a new day; half a day ahead a late row of the old one.
        days = self.days + np.cumsum((steps < -DAY / 2).astype(int) - (steps > DAY / 2).astype(int))
        self.days, self._last = int(days[-1]), float(day_counts[-1])
        unwrapped: NDArray[np.float64] = day_counts + DAY * np.maximum(days, 0)
        return unwrapped


def nominal_rate(frame_counts: NDArray[np.float64]) -> float:
    """Return the frame rate, per second, of counts (n,); NaN for fewer than two
    frames, or frames that lie apart by more than ten seconds.

    A phone's 60 is 59.9 by its own timecode: within 2 % of a usual rate, the usual one is returned.
    """
    steps = np.diff(frame_counts)
    steps = steps[steps > 0]
    if not len(steps):
        return float("nan")
    measured = BASE / float(np.median(steps))
    if measured < _SLOWEST:
        return float("nan")
    nearest = float(_RATES[np.abs(_RATES - measured).argmin()])
    return nearest if abs(nearest - measured) <= 0.02 * nearest else round(measured, 2)


def lost_frames(frame_counts: NDArray[np.float64]) -> int:
    """Return how many frames are missing between counts (n,), given the step usual around each gap.

    The usual step is the median of each 128 frames, as a hot phone falls from 60 to 30 a second.
    """
    lost = 0
    for start in range(0, len(frame_counts) - 1, _WINDOW):
        steps = np.diff(frame_counts[start : start + _WINDOW + 1])
        steps = steps[steps > 0]
        if len(steps):
            lost += int(np.maximum(np.round(steps / np.median(steps)) - 1, 0).sum())
    return lost
