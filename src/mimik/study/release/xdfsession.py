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
    for each in session.trials:
        said = f"{each.trial}/{each.outcome}/{each.expression}"
        found.append((round(each.onset, 6) + 0.0, True, f"onset/{said}"))
        if each.duration is not None:
            found.append((round(each.onset + each.duration, 6) + 0.0, False, f"offset/{said}"))
    # Of one moment, the end of a trial comes before the start of the next.
    return [(time, text) for time, _, text in sorted(found, key=lambda one: one[:2])]


def _channel(name: str) -> tuple[str, str, str]:
    """Return label, type and unit, as the live outlet names them and XDF's conventions for motion do."""
    if name in BLEND_SHAPES:
        return name, "BlendShape", "normalized"
    for end, kind in _ANGLES.items():
        if name.endswith(end):
            return name, kind, "radians"
    return name, f"Position{name[-1]}", "meters"
