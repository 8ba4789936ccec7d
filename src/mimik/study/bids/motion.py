"""A session's frames as Motion-BIDS: a table without heading, and its channels.

Channel types are those of the specification (BIDS 1.11, "Motion"): LATENCY in seconds from the first frame,
ORNT for angles in radians with the axis turned around, POS for places in metres, MISC for everything else,
blend shapes among them. Blend shapes have no unit: they run from about 0 to about 1.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import COLUMNS
from mimik.study.bids.labels import MISSING, table

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray

    from mimik.frame import Block
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo

__all__ = [
    "CHANNELS",
    "CHANNELS_DESCRIBED",
    "Channel",
    "Clock",
    "channels_table",
    "clock_of",
    "effective_rate",
    "motion_facts",
    "write_motion",
]

_AXES = {"Yaw": "y", "Pitch": "x", "Roll": "z"}
_POINTS = {"head": "Head", "left": "LeftEye", "right": "RightEye"}


@dataclass(frozen=True)
class Channel:
    """One column of a ``_motion.tsv``, and its line in ``_channels.tsv``."""

    name: str
    type: str
    units: str = MISSING
    component: str = MISSING
    point: str = MISSING
    frame: str = MISSING


def _channel(column: str) -> Channel:
    if column in BLEND_SHAPES:
        return Channel(column, "MISC", units="arbitrary", point="Face")
    point = next(name for start, name in _POINTS.items() if column.startswith(start))
    for turn, axis in _AXES.items():
        if column.endswith(turn):
            return Channel(column, "ORNT", "rad", axis, point, "device")
    return Channel(column, "POS", "m", column[-1].lower(), point, "device")


CHANNELS: tuple[Channel, ...] = (
    Channel("latency", "LATENCY", "s"),
    Channel("deviceTime", "LATENCY", "s"),
    Channel("frameNumber", "MISC"),
    Channel("trial", "MISC"),
    Channel("tracked", "MISC"),
    *(_channel(column) for column in COLUMNS),
)
"""The columns of every ``_motion.tsv``, in their order."""

CHANNELS_DESCRIBED: Mapping[str, Any] = {
    "name": {
        "LongName": "Channel",
        "Description": "latency: seconds from the first frame on the clock of the events: when frames "
        "reached the computer, or in imported sessions the device's clock. deviceTime: seconds on the "
        "device's own clock from its earliest frame here. frameNumber: the device's own count from its "
        "lowest here; gaps are lost frames. trial: as in the events. tracked: 1 where the device saw a face, "
        "else 0. The others are the 52 blend shapes and the pose of head and eyes, as received.",
    },
    "reference_frame": {
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
    },
}
"""What ``_channels.json`` says."""


@dataclass(frozen=True, eq=False)
class Clock:
    """The clock on which a session's events and frames are laid.

    Attributes:
        latency: float64 (n,), seconds from the first frame, NaN where not known.
        shift: seconds to add to an event's onset, which counts from the session's start, to count from
            the first frame.
    """

    latency: NDArray[np.float64]
    shift: float


def clock_of(info: SessionInfo, block: Block) -> Clock:
    """Return the clock of a session's frames: arrival in a recorded one, the device's in an imported one."""
    recorded = math.isfinite(info.facts.started)
    times = block.arrival_time if recorded else block.device_time
    zero = _lowest(times)
    return Clock(times - zero, info.facts.started - zero if recorded else 0.0)


def effective_rate(frames: SessionFrames) -> float | None:
    """Return frames per second as they came, over all trials on the device's clock; None if not known."""
    steps, seconds = 0, 0.0
    for trial in np.unique(frames.trial):
        times = frames.block.device_time[frames.trial == trial]
        times = times[np.isfinite(times)]
        if len(times) > 1 and times[-1] > times[0]:
            steps += len(times) - 1
            seconds += float(times[-1] - times[0])
    return round(steps / seconds, 4) if seconds else None


def write_motion(file: BinaryIO, frames: SessionFrames, clock: Clock) -> None:
    """Write a ``_motion.tsv``: one line a frame, the columns of ``CHANNELS``, what is missing as n/a."""
    block = frames.block
    lowest = block.number[block.number >= 0].min(initial=np.iinfo(np.int32).max)
    number = pa.array(block.number.astype(np.int64) - lowest, mask=block.number < 0)
    columns = [
        _seconds(clock.latency),
        _seconds(block.device_time - _lowest(block.device_time)),
        _text(number),
        _text(pa.array(frames.trial)),
        _text(pa.array(block.tracked.astype(np.uint8))),
        *(_text(pa.array(column, from_pandas=True)) for column in np.ascontiguousarray(block.values.T)),
    ]
    csv.write_csv(
        pa.table(columns, names=[channel.name for channel in CHANNELS]),
        file,
        csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none"),
    )


def channels_table() -> bytes:
    """Return a ``_channels.tsv``."""
    heading = ("name", "component", "type", "tracked_point", "units", "placement", "reference_frame")
    rows = [(c.name, c.component, c.type, c.point, c.units, c.point, c.frame) for c in CHANNELS]
    return table(heading, rows)


def motion_facts(info: SessionInfo, title: str, rate: float, effective: float | None) -> bytes:
    """Return a ``_motion.json``.

    Args:
        info: the session.
        title: of the protocol, for people.
        rate: nominal, frames per second.
        effective: as measured, or None.
    """
    counts = Counter(channel.type for channel in CHANNELS)
    types = ("ACCEL", "ANGACCEL", "GYRO", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL")
    facts: dict[str, Any] = {
        "TaskName": info.facts.protocol or "expressions",
        "TaskDescription": title,
        "SamplingFrequency": rate,
        **({} if effective is None else {"SamplingFrequencyEffective": effective}),
        "TrackingSystemName": info.facts.app or "not recorded",
        "SoftwareVersions": info.facts.app or "not recorded",
        "MissingValues": MISSING,
        "MotionChannelCount": len(CHANNELS),
        "TrackedPointsCount": len({c.point for c in CHANNELS} - {MISSING}),
        **{f"{kind}ChannelCount": counts[kind] for kind in types},
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode()


def _lowest(times: NDArray[np.float64]) -> float:
    known = times[np.isfinite(times)]
    return float(known.min()) if len(known) else 0.0


def _seconds(times: NDArray[np.float64]) -> pa.Array:
    """Return times (n,) as text with six decimals, as the specification asks of LATENCY."""
    return pa.array([f"{t:.6f}" if math.isfinite(t) else MISSING for t in times.tolist()], pa.string())


def _text(values: pa.Array) -> pa.Array:
    """Return numbers as text that reads back as the same numbers."""
    return pc.fill_null(pc.cast(values, pa.string()), MISSING)
