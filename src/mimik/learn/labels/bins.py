"""Frames pooled to tenths of a second: 30 and 60 frames a second, and faltering phones, look alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["BIN", "SHOWING", "Bins", "pooled", "seconds_since_start"]

BIN = 0.1
"""Seconds that are pooled: a rise takes two to seven of these, a blink two."""

_BY_THEMSELVES = ("eyeBlink", "eyeLook")
"""Blinks and gaze come and go whatever is shown."""

SHOWING = np.array([not name.startswith(_BY_THEMSELVES) for name in BLEND_SHAPES])
"""Of the 52 channels, those that tell an expression, bool (52,)."""


@dataclass(frozen=True, eq=False)
class Bins:
    """The mean face of each tenth of a second in which there was one.

    Attributes:
        faces: float64 (b, k), coefficients without those of blinks and gaze; NaN is "not delivered".
        seconds: float64 (b,), middle of the bin since the first frame of its recording.
        first: int64 (r + 1,), where the bins of each recording begin, and b.
        recording: int32 (r,), codes of the recordings in the order of their frames.
        rows: int64 (r + 1,), where the frames of each recording begin, and n.
    """

    faces: NDArray[np.float64]
    seconds: NDArray[np.float64]
    first: NDArray[np.int64]
    recording: NDArray[np.int32]
    rows: NDArray[np.int64]


def pooled(X: NDArray[np.float32], context: Context) -> Bins:
    """Pool frames (n, 52) recording by recording.

    Raises:
        DataError: the frames are not those of the context, or a recording is not in one piece.
    """
    if X.shape != (len(context), len(BLEND_SHAPES)):
        raise DataError(f"expected frames of shape ({len(context)}, {len(BLEND_SHAPES)}), got {X.shape}")
    rows = _pieces(context.recording)
    codes = context.recording[rows[:-1]]
    if len(np.unique(codes)) != len(codes):
        raise DataError("expected the frames of a recording one after another, found them in several pieces")
    seconds = seconds_since_start(context)
    place = (seconds / BIN).astype(np.int64)
    of = np.repeat(np.arange(len(codes)), np.diff(rows))
    starts = np.flatnonzero(np.diff(of, prepend=-1) | np.diff(place, prepend=-1))
    first = np.append(np.searchsorted(starts, rows[:-1]), len(starts))
    return Bins(_means(X, starts), np.asarray((place[starts] + 0.5) * BIN), first, codes, rows)


def seconds_since_start(context: Context) -> NDArray[np.float64]:
    """Return the seconds of each frame since the first of its recording (n,), never falling."""
    rows = _pieces(context.recording)
    since = context.device_time - np.repeat(context.device_time[rows[:-1]], np.diff(rows))
    step = np.diff(since)
    step[rows[1:-1] - 1] = 0.0
    if not (step >= 0).all():  # a clock that jumped
        since = np.nan_to_num(since, nan=0.0, posinf=0.0, neginf=0.0)
        for a, b in pairwise(rows):
            since[a:b] = np.maximum.accumulate(since[a:b])
    return since


def _pieces(recording: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.append(np.flatnonzero(np.diff(recording, prepend=-1)), len(recording)).astype(np.int64)


def _means(X: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    channels = np.flatnonzero(SHOWING)
    if not len(starts):
        return np.empty((0, len(channels)))
    counts = np.diff(starts, append=len(X))[:, None]
    means = np.add.reduceat(X, starts, axis=0)[:, channels].astype(np.float64) / counts
    for k in np.flatnonzero(np.isnan(means).any(axis=0)).tolist():  # channels that somebody's source lacks
        column = X[:, channels[k]]
        there = np.isfinite(column)
        total = np.add.reduceat(np.where(there, column, 0.0), starts)
        with np.errstate(invalid="ignore"):
            means[:, k] = total / np.add.reduceat(there, starts, dtype=np.int64)
    return means
