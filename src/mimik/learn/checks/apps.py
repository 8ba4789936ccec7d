"""What apps cannot deliver, by what sessions name as their app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CANNOT_DELIVER", "VIRTUAL", "family", "undeliverable"]

VIRTUAL = "Mimik virtual phone"
"""What simulated sessions name as their app."""

CANNOT_DELIVER: Mapping[str, tuple[str, ...]] = {
    "MediaPipe": (
        *("tongueOut", "cheekPuff", "eyeWideLeft", "eyeWideRight"),
        *("noseSneerLeft", "noseSneerRight"),
    ),
}
"""App -> channels that say nothing of the face. MediaPipe FaceLandmarker's 52 hold a ``_neutral`` in place of
``tongueOut``, and the other five stay near 0 whatever the face does. The iPhone apps deliver all 52."""


def family(app: str) -> str:
    """Return an app's name without its version: "Live Link Face 1.3" is "Live Link Face"."""
    return app.rstrip("0123456789.() ") or app


def undeliverable(app: str) -> tuple[str, ...]:
    """Return the channels that an app cannot deliver; () for one not known."""
    for name, channels in CANNOT_DELIVER.items():
        if name.lower() in app.lower():
            return channels
    return ()
