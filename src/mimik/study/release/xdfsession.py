"""A session as one XDF file: its frames and, as markers, its trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.study.release.xdf import XdfWriter, stream_header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from mimik.study.release.content import ReleasedSession

__all__ = ["markers", "why_no_xdf", "write_session_xdf"]

_FRAMES, _MARKERS = 1, 2
_ROUNDED = (
    1e-5  # s; times are stored with six decimals, which must not let a trial begin before the last ends
)
_ANGLES = {"Yaw": "OrientationH", "Pitch": "OrientationP", "Roll": "OrientationR"}


def why_no_xdf(session: ReleasedSession) -> str:
    """Return why a session can't be written as XDF, which needs a time for each sample; "" if it can."""
    return "" if np.isfinite(session.time).all() else "XDF needs a time for each frame, and some have none"


def write_session_xdf(file: BinaryIO, session: ReleasedSession, facts: Mapping[str, str]) -> None:
    """Write a session; ``facts`` stand in the header of each stream."""
    said = {
        "manufacturer": "Mimik",
        "participant": session.participant,
        "session": session.session,
        "rate": "" if session.rate is None else f"{session.rate:g}",
        **facts,
    }
    channels = [_channel(name) for name in session.channels]
    writer = XdfWriter(file)
    writer.stream(_FRAMES, stream_header("Mimik-frames", "MoCap", "float32", channels, said))
    marker = [("marker", "Marker", "none")]
    writer.stream(_MARKERS, stream_header("Mimik-markers", "Markers", "string", marker, said))
    writer.numbers(_FRAMES, session.time, session.values)
    said_when = markers(session)
    writer.words(_MARKERS, [time for time, _ in said_when], [text for _, text in said_when])


def markers(session: ReleasedSession) -> list[tuple[float, str]]:
    """Return when each trial begins and ends, in seconds, as ``onset/1/complete/happy``, by time."""
    found = []
    for each, after in zip(session.trials, [*session.trials[1:], None], strict=True):
        said = f"{each.trial}/{each.outcome}/{each.expression}"
        found.append((each.onset, f"onset/{said}"))
        if each.duration is not None:
            end = each.onset + each.duration
            if after is not None and 0 < end - after.onset < _ROUNDED:
                end = after.onset
            found.append((end, f"offset/{said}"))
    return sorted(found, key=lambda pair: pair[0])


def _channel(name: str) -> tuple[str, str, str]:
    """Return label, type and unit, as the live outlet names them and XDF's conventions for motion do."""
    if name in BLEND_SHAPES:
        return name, "BlendShape", "normalized"
    for end, kind in _ANGLES.items():
        if name.endswith(end):
            return name, kind, "radians"
    return name, f"Position{name[-1]}", "meters"
