"""Counts of one recording: its frames, its tracked seconds, and when to look at them."""

from __future__ import annotations

import math

__all__ = ["LONGEST_GAP", "TrialClock", "next_beat"]

LONGEST_GAP = 0.5
"""Seconds of silence that mean a lost face; a longer step between two frames is no tracked time."""


class TrialClock:
    """Frames and tracked seconds of one recording.

    Seconds are the steps of the device's clock between successive frames of the recording. A step of more
    than ``LONGEST_GAP``, or one that goes back, adds nothing; so the stored frames give the same sum.
    """

    __slots__ = ("_last", "frames", "seconds")

    def __init__(self) -> None:
        self.frames = 0
        self.seconds = 0.0
        self._last = math.nan

    def add(self, device_time: float) -> None:
        """Count a frame taken at ``device_time`` seconds of the device's clock; NaN counts as no time."""
        self.frames += 1
        step = device_time - self._last
        if 0.0 < step <= LONGEST_GAP:  # false for NaN
            self.seconds += step
        self._last = device_time


def next_beat(beat: float, every: float, now: float) -> float:
    """Return the first of ``beat``, ``beat + every``, ``beat + 2 every`` ... that lies after ``now``."""
    if beat > now:
        return beat
    after = beat + (math.floor((now - beat) / every) + 1) * every
    return after if after > now else now + every  # rounding may land on now itself
