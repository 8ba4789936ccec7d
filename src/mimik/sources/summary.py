"""What only a walk through a whole recording tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.sources.pieces import names_of
from mimik.sources.timecode import BASE, lost_frames

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.frame import Block

__all__ = ["Summary", "summarise"]

_NEAR = 0.1  # of the usual step
_STEADY = 0.95  # of the steps


@dataclass(frozen=True, slots=True)
class Summary:
    """What only a walk through the whole recording tells.

    Attributes:
        rows: frames in the file.
        untracked: those among them without a face.
        lost: frames missing in gaps of the time.
        seconds: device time from the first to the last frame.
        steady: whether at least 95 % of the frames follow one another in the usual step, 10 % more or less.
        flat: names of columns that are 0 throughout; calibrated takes have some.
    """

    rows: int
    untracked: int
    lost: int
    seconds: float
    steady: bool
    flat: tuple[str, ...]


def summarise(blocks: Iterable[Block], delivered: NDArray[np.bool_]) -> Summary:
    """Walk through the blocks of a recording.

    Args:
        blocks: in order.
        delivered: bool (64,), the columns that the recording has.

    Raises:
        TakeError: as reading the blocks does.
    """
    rows = untracked = lost = near = 0
    usual = np.nan
    first, last = np.nan, np.empty(0)
    flat = delivered.copy()
    for block in blocks:
        rows += len(block)
        untracked += int(np.count_nonzero(~block.tracked))
        times = np.concatenate([last, block.device_time])
        first = times[0] if np.isnan(first) else first
        steps = np.diff(times)
        usual = float(np.median(steps)) if np.isnan(usual) and len(steps) else usual
        near += int(np.count_nonzero(np.abs(steps - usual) <= _NEAR * usual))
        lost += lost_frames(times * BASE)
        last = times[-1:]
        flat &= ~np.any(np.nan_to_num(block.values) != 0, axis=0)
    flat &= rows > untracked  # nothing is known of a channel without a face
    seconds = float(last[0] - first) if rows else np.nan
    return Summary(rows, untracked, lost, seconds, near >= _STEADY * (rows - 1), names_of(flat))
