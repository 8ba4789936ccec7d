"""What was recorded, to be looked at: sessions in a list, one closely, its frames as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.frame import COLUMNS
from mimik.told import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mimik.study.frames import SessionFrames
    from mimik.study.session import EventInfo, SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["ROW_BYTES", "packed", "recording_facts", "session_facts", "timeline"]

ROW_BYTES = 8 + 2 + 1
"""Bytes of a frame without its columns: time, trial, tracked."""

_PAUSE = 1.0  # seconds between two pieces that say nothing about when they were recorded
_LONGEST = 60.0  # seconds between two frames of one sitting, where nobody knows when they came
_LOST = 0.25  # seconds without a frame, within a trial, that are told as lost
_LOST_STEPS = 5


def session_facts(info: SessionInfo, *, running: bool) -> dict[str, Any]:
    """Return a session as lists tell it.

    Args:
        info: the session.
        running: whether it is being recorded in this studio.
    """
    return {
        "participant": info.participant,
        "session": info.session,
        "status": info.status,
        "running": running,
        "problem": info.problem,
        "started": number(info.facts.started, 3),
        "device": info.facts.device,
        "rate": number(info.facts.rate),
        "app": info.facts.app,
        "language": info.facts.language,
        "frames": info.frames,
        "trials": [_trial(trial) for trial in info.trials],
    }


def recording_facts(study: Study, info: SessionInfo) -> dict[str, Any]:
    """Return everything about a finished session but its frames.

    Raises:
        StudyError: it is not finished.
        StudyDamaged: its file is broken.
    """
    frames = study.read_session(info)
    times = timeline(frames)
    values = frames.block.values[frames.block.tracked]
    there = [name for name, column in zip(frames.columns, values.T, strict=True) if _delivered(column)]
    before = _before(info, frames)
    return {
        **session_facts(info, running=False),
        "trials": list(_placed(study, info, frames, times)),
        "synthetic": info.synthetic,
        "software": info.software,
        "protocol": info.facts.protocol,
        "protocol_version": info.facts.protocol_version,
        "seed": info.facts.seed,
        "position": info.facts.position,
        "consent": dict(info.consent),
        "n": len(frames),
        "seconds": number(times[-1] if len(times) else 0.0, 3),
        "tracked": int(frames.block.tracked.sum()),
        "columns": there,
        "moved": _moved(values, frames.columns, there),
        "lost": list(_lost(frames, times)),
        "events": [_event(event, before) for event in study.events(info)],
    }


def packed(frames: SessionFrames) -> bytes:
    """Return frames as bytes, little-endian, one column after another.

    float64 (n,) seconds since the first frame, float32 (n,) for each of ``frames.columns`` (NaN is "not
    delivered"), int16 (n,) trial, uint8 (n,) tracked. So n is the length over ``ROW_BYTES`` + 4 a column.
    """
    block = frames.block
    return b"".join(
        [
            timeline(frames).astype("<f8").tobytes(),
            np.ascontiguousarray(block.values.T).astype("<f4").tobytes(),
            frames.trial.astype("<i2").tobytes(),
            block.tracked.astype("u1").tobytes(),
        ]
    )


def timeline(frames: SessionFrames) -> NDArray[np.float64]:
    """Return when frames were made: float64 (n,), seconds since the first one, never decreasing.

    It is the device's time where that goes on through all of the session. Where it doesn't, as after a change
    of devices or in imported takes, each piece keeps its device's steps, and begins when it arrived.
    """
    device, arrival = frames.block.device_time, frames.block.arrival_time
    if len(device) == 0 or ((np.diff(device) >= 0).all() and _one_clock(device, arrival)):
        return device - device[:1]
    times = np.empty(len(device))
    end = -_PAUSE
    for piece in _pieces(frames):
        came = arrival[piece.start] - arrival[0]
        begin = end + _PAUSE if np.isnan(came) else max(came, end)
        times[piece] = begin + device[piece] - device[piece.start]
        end = times[piece.stop - 1]
    return times


def _one_clock(device: NDArray[np.float64], arrival: NDArray[np.float64]) -> bool:
    """Whether a device's rising time is of one sitting: takes of several days rise, too."""
    took, came = device[-1] - device[0], arrival[-1] - arrival[0]
    if np.isnan(came):
        return bool(np.diff(device).max(initial=0.0) < _LONGEST)
    return bool(abs(took - came) < _PAUSE + 0.01 * took)


def _pieces(frames: SessionFrames) -> Iterator[slice]:
    """Yield the stretches of one trial in which the device's time goes on."""
    breaks = (np.diff(frames.trial) != 0) | (np.diff(frames.block.device_time) < 0)
    edges = [0, *(np.flatnonzero(breaks) + 1).tolist(), len(frames)]
    for start, stop in pairwise(edges):
        yield slice(start, stop)


def _trial(trial: TrialInfo) -> dict[str, Any]:
    return {
        "trial": trial.trial,
        "expression": trial.expression,
        "onset": number(trial.onset, 3),
        "duration": number(trial.duration, 3),
        "outcome": trial.outcome,
        "frames": trial.frames,
        "excluded": trial.excluded,
        "answers": dict(trial.answers),
    }


def _placed(
    study: Study, info: SessionInfo, frames: SessionFrames, times: NDArray[np.float64]
) -> Iterator[dict[str, Any]]:
    """Yield the trials with where they are among the frames; attempts done again are not among them."""
    resting = {trial.expression for trial in study.protocol.trials if trial.baseline}
    own = info.facts.protocol == study.protocol.name
    for trial in info.trials:
        there = [] if trial.outcome == "redone" else np.flatnonzero(frames.trial == trial.trial).tolist()
        yield {
            **_trial(trial),
            "start": number(times[there[0]], 3) if len(there) else None,
            "end": number(times[there[-1]], 3) if len(there) else None,
            "baseline": own and trial.expression in resting,
        }


def _delivered(column: NDArray[np.float32]) -> bool:
    return bool(np.isfinite(column).any())


def _moved(values: NDArray[np.float32], columns: Sequence[str], there: Sequence[str]) -> list[dict[str, Any]]:
    """Return coefficients by their standard deviation over the frames with a face, largest first."""
    found = []
    for name in there:
        column = values[:, columns.index(name)].astype(np.float64)
        if COLUMNS.index(name) < 52:
            found.append((float(np.std(column[np.isfinite(column)])), name))
    return [{"column": name, "sd": number(sd)} for sd, name in sorted(found, key=lambda f: (-f[0], f[1]))]


def _lost(frames: SessionFrames, times: NDArray[np.float64]) -> Iterator[dict[str, Any]]:
    """Yield the stretches without a face, and those within a trial without a frame."""
    steps = np.diff(times)
    usual = float(np.median(steps)) if len(steps) else 0.0
    silent = (steps > max(_LOST, _LOST_STEPS * usual)) & (np.diff(frames.trial) == 0)
    found = [_Stretch(times[i], times[i + 1], "no frames") for i in np.flatnonzero(silent)]
    found += _faceless(frames, times, usual)
    for stretch in sorted(found, key=lambda s: (s.start, s.kind)):
        yield {"from": number(stretch.start, 3), "to": number(stretch.end, 3), "kind": stretch.kind}


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: float
    end: float
    kind: str


def _faceless(frames: SessionFrames, times: NDArray[np.float64], usual: float) -> Iterator[_Stretch]:
    away = np.concatenate([[False], ~frames.block.tracked, [False]])
    edges = np.flatnonzero(np.diff(away.astype(np.int8)))
    for first, after in edges.reshape(-1, 2):
        yield _Stretch(times[first], times[after - 1] + usual, "no face")


def _before(info: SessionInfo, frames: SessionFrames) -> float:
    """Return how long after the session's start its first frame came, seconds; 0 where nobody knows."""
    if len(frames) == 0:
        return 0.0
    came = float(frames.block.arrival_time[0] - info.facts.started)
    return came if np.isfinite(came) else 0.0


def _event(event: EventInfo, before: float) -> dict[str, Any]:
    return {
        "at": number(event.onset - before, 3),
        "duration": number(event.duration, 3),
        "event": event.event,
        "note": event.note,
        "trial": event.trial,
    }
