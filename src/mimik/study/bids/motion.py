"""A session's frames as Motion-BIDS: a table without heading, and its channels.

Channel types are those of the specification (BIDS 1.11, "Motion"): LATENCY in seconds from the first frame,
ORNT for angles in radians with the axis turned around, POS for places in metres, MISC for everything else,
blend shapes among them. Blend shapes have no unit: they run from about 0 to about 1.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from mimik.blendshapes import BLEND_SHAPES
from mimik.study.bids.labels import MISSING, table

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray

    from mimik.study.coarsening import Coarsening
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo

__all__ = [
    "Channel",
    "channels_described",
    "channels_of",
    "channels_table",
    "motion_facts",
    "write_motion",
]

_AXES = {"Yaw": "y", "Pitch": "x", "Roll": "z"}
_FACE = "Face"
_RESTED = "Less the person's resting face in the session, so values may be below 0."
_POINTS = {"head": "Head", "left": "LeftEye", "right": "RightEye"}


_REFERENCE_FRAME: Mapping[str, Any] = {
    "LongName": "Reference frame",
    "Description": "In what frame angles and places are told.",
    "Levels": {
        "device": {
            "Description": "As the sending program tells them: yaw around y (up), pitch around x, roll "
            "around z, from the camera. Programs differ in signs and order, which are not recorded.",
            "RotationRule": MISSING,
            "RotationOrder": MISSING,
            "SpatialAxes": MISSING,
        }
    },
}


@dataclass(frozen=True)
class Channel:
    """One column of a ``_motion.tsv``, and its line in ``_channels.tsv``."""

    name: str
    type: str
    units: str = MISSING
    component: str = MISSING
    point: str = MISSING
    frame: str = MISSING
    description: str = MISSING


def _channel(column: str, *, rested: bool) -> Channel:
    if column in BLEND_SHAPES:
        done = _RESTED if rested else MISSING
        return Channel(column, "MISC", units="arbitrary", point=_FACE, description=done)
    point = next(name for start, name in _POINTS.items() if column.startswith(start))
    for turn, axis in _AXES.items():
        if column.endswith(turn):
            return Channel(column, "ORNT", "rad", axis, point, "device")
    return Channel(column, "POS", "m", column[-1].lower(), point, "device")


_CLOCKS = (
    Channel("latency", "LATENCY", "s"),
    Channel("deviceTime", "LATENCY", "s"),
    Channel("frameNumber", "MISC"),
    Channel("trial", "MISC"),
    Channel("tracked", "MISC"),
)
"""When a frame came and where it belongs, which no coarsening takes away."""


def channels_of(coarsening: Coarsening) -> tuple[Channel, ...]:
    """Return the columns of every ``_motion.tsv``, in their order."""
    return (*_CLOCKS, *(_channel(name, rested=coarsening.without_rest) for name in coarsening.kept))


def channels_described(channels: Sequence[Channel], coarsening: Coarsening) -> dict[str, Any]:
    """Return what a ``_channels.json`` says."""
    described: dict[str, Any] = {"name": {"LongName": "Channel", "Description": _names(channels, coarsening)}}
    if any(channel.description != MISSING for channel in channels):
        described["description"] = {"LongName": "Description", "Description": "What was done to a channel."}
    if any(channel.frame != MISSING for channel in channels):
        described["reference_frame"] = _REFERENCE_FRAME
    return described


def _names(channels: Sequence[Channel], coarsening: Coarsening) -> str:
    faces = sum(channel.point == _FACE for channel in channels)
    poses = len(channels) - len(_CLOCKS) - faces
    less = ", less the person's resting face in that session" if coarsening.without_rest else ""
    told = [f"blend shapes ({faces}), as received{less}"] if faces else []
    told += [f"angles and places of head and eyes ({poses}), as received"] if poses else []
    gaps = "lost frames" if coarsening.rate is None else "frames that were lost or left out"
    return (
        "latency: seconds from the first frame as recorded, on the clock of the events: when frames reached "
        "the computer, or in imported sessions the device's clock. deviceTime: seconds on the device's own "
        "clock from its earliest frame as recorded. frameNumber: the device's own count from its lowest as "
        f"recorded; gaps are {gaps}. trial: as in the events. tracked: 1 where the device saw a face, else "
        f"0. The others are {'; '.join(told)}."
    )


def write_motion(file: BinaryIO, frames: SessionFrames) -> None:
    """Write a ``_motion.tsv``: one line a frame, the columns of ``channels_of``, what is missing as n/a.

    Args:
        file: to write to.
        frames: of ``mimik.study.outgoing``, which says what their clocks are.
    """
    block = frames.block
    columns = [
        _seconds(block.arrival_time),
        _seconds(block.device_time),
        _text(pa.array(block.number, mask=block.number < 0)),
        _text(pa.array(frames.trial)),
        _text(pa.array(block.tracked.astype(np.uint8))),
        *(_text(pa.array(column, from_pandas=True)) for column in np.ascontiguousarray(block.values.T)),
    ]
    names = [*(channel.name for channel in _CLOCKS), *frames.columns]
    options = csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none")
    csv.write_csv(pa.table(columns, names=names), file, options)


def channels_table(channels: Sequence[Channel]) -> bytes:
    """Return a ``_channels.tsv``; what was done to a channel is told where something was."""
    heading = ("name", "component", "type", "tracked_point", "units", "placement", "reference_frame")
    rows = [(c.name, c.component, c.type, c.point, c.units, c.point, c.frame) for c in channels]
    if all(c.description == MISSING for c in channels):
        return table(heading, rows)
    described = [(*row, c.description) for row, c in zip(rows, channels, strict=True)]
    return table((*heading, "description"), described)


def motion_facts(
    info: SessionInfo, title: str, channels: Sequence[Channel], rate: float, effective: float | None
) -> bytes:
    """Return a ``_motion.json``.

    Args:
        info: the session.
        title: of the protocol, for people.
        channels: the columns.
        rate: nominal, frames per second.
        effective: as measured, or None.
    """
    counts = Counter(channel.type for channel in channels)
    types = ("ACCEL", "ANGACCEL", "GYRO", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL")
    facts: dict[str, Any] = {
        "TaskName": info.facts.protocol or "expressions",
        "TaskDescription": title,
        "SamplingFrequency": rate,
        **({} if effective is None else {"SamplingFrequencyEffective": effective}),
        "TrackingSystemName": info.facts.app or "not recorded",
        "SoftwareVersions": info.facts.app or "not recorded",
        "MissingValues": MISSING,
        "MotionChannelCount": len(channels),
        "TrackedPointsCount": len({c.point for c in channels} - {MISSING}),
        **{f"{kind}ChannelCount": counts[kind] for kind in types},
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode()


def _seconds(times: NDArray[np.float64]) -> pa.Array:
    """Return times (n,) as text with six decimals, as the specification asks of LATENCY."""
    return pa.array([f"{t:.6f}" if math.isfinite(t) else MISSING for t in times.tolist()], pa.string())


def _text(values: pa.Array) -> pa.Array:
    """Return numbers as text that reads back as the same numbers."""
    return pc.fill_null(pc.cast(values, pa.string()), MISSING)
