"""A session's frames as they leave a study: on clocks that begin at 0, and as coarse as was asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.study.resting import expressions_at_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Block
    from mimik.study.coarsening import Coarsening
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["OutgoingFrames", "effective_rate", "outgoing_frames", "without_frames"]

_REDONE = "redone"
_OTHER_CLOCK = 1.0
"""Seconds by which the device's clock may step otherwise than this computer's: beyond, it is another clock,
as when a session went on with another phone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OutgoingFrames:
    """A session's frames for others, without dates.

    Attributes:
        frames: what is left of them, with the channels that are kept. ``arrival_time`` is in seconds from the
            session's first frame on the clock of its trials: when frames reached the computer, in imported
            sessions the device's own time. ``device_time`` and ``number`` count from their lowest as
            recorded; a number that is not known stays -1.
        shift: seconds to add to the onset of a trial or event, to count from the session's first frame.
        rate: frames per second that the device said it sends, or else those that came; None if neither is
            known.
    """

    frames: SessionFrames
    shift: float
    rate: float | None


def outgoing_frames(study: Study, info: SessionInfo, coarsening: Coarsening) -> OutgoingFrames:
    """Read a finished session as it may leave the study.

    Clocks and counts begin with the first frame as recorded, so that a coarser copy of the same session has
    the same times. Errors as ``Study.read_session``.
    """
    raw = study.read_session(info)
    latency, shift = _clock(info, raw.block)
    block = replace(
        raw.block,
        number=_counted(raw.block.number),
        device_time=raw.block.device_time - _lowest(raw.block.device_time),
        arrival_time=latency,
    )
    at_rest = expressions_at_rest(study.protocol)
    coarse = coarsening.apply(replace(raw, block=block), info.trials, at_rest=at_rest)
    values = coarse.block.values[:, [coarse.columns.index(name) for name in coarsening.kept]]
    return OutgoingFrames(
        frames=replace(coarse, columns=coarsening.kept, block=replace(coarse.block, values=values)),
        shift=shift,
        rate=info.facts.rate or effective_rate(raw),
    )


def without_frames(info: SessionInfo) -> bool:
    """Whether a finished session has nothing for others: no frame, or none but of attempts done again."""
    return not any(trial.frames for trial in info.trials if trial.outcome != _REDONE)


def effective_rate(frames: SessionFrames) -> float | None:
    """Return frames per second as they came, over all trials on the device's clock; None if not known.

    A step to another clock counts for nothing.
    """
    count, seconds = 0, 0.0
    for trial in np.unique(frames.trial):
        rows = np.flatnonzero((frames.trial == trial) & np.isfinite(frames.block.device_time))
        steps = np.diff(frames.block.device_time[rows])
        here = np.diff(frames.block.arrival_time[rows])
        steps = steps[(steps >= 0) & ~(np.abs(steps - here) > _OTHER_CLOCK)]  # here may be unknown: NaN
        count += len(steps)
        seconds += float(steps.sum())
    return round(count / seconds, 4) if seconds else None


def _clock(info: SessionInfo, block: Block) -> tuple[NDArray[np.float64], float]:
    """Return each frame's seconds from the first one (n,), NaN where not known, and the shift of onsets."""
    recorded = math.isfinite(info.facts.started)
    times = block.arrival_time if recorded else block.device_time
    if not np.isfinite(times).any():
        return times, 0.0  # never the date and time at which the session started
    zero = _lowest(times)
    return times - zero, info.facts.started - zero if recorded else 0.0


def _lowest(times: NDArray[np.float64]) -> float:
    known = times[np.isfinite(times)]
    return float(known.min()) if len(known) else 0.0


def _counted(number: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the device's count (n,) from its lowest; -1 stays."""
    lowest = number[number >= 0].min(initial=np.iinfo(np.int32).max)
    return np.where(number < 0, number, number - lowest).astype(np.int32)
