"""The signal check: what in a phone's last seconds would spoil a recording, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.frame import COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame

__all__ = ["Hint", "look_at"]

_FEWEST = 20  # frames, before anything is said
_SLOW = 25.0  # frames a second; phones send 30 or 60
_FACES = 0.9  # share of frames with a face
_TURNED = 0.35  # rad, 20 degrees of yaw or pitch
_AT_REST = 0.4  # a coefficient that high in a neutral face is no neutral face
_STILL = 1e-5  # a living face moves more than this within two seconds
_NAMED = 3

_YAW = COLUMNS.index("headYaw")
_PITCH = COLUMNS.index("headPitch")
# Looking down at a screen and blinking are no expression.
_EYES = frozenset(i for i, name in enumerate(BLEND_SHAPES) if name.startswith("eye"))


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to mend before recording.

    Attributes:
        code: a word for programs.
        severity: "warn" or "bad".
        text: what is seen, and what to try.
    """

    code: str
    severity: str
    text: str


def look_at(frames: Sequence[Frame], rate: float) -> tuple[Hint, ...]:
    """Return what to mend, the worst first.

    Args:
        frames: of the last two seconds, the oldest first.
        rate: frames a second that arrived.
    """
    if len(frames) < _FEWEST:
        return ()
    values = np.array([frame.values for frame in frames if frame.tracked]).reshape(-1, len(COLUMNS))
    found: list[Hint] = []
    share = len(values) / len(frames)
    if share < _FACES:
        text = (
            f"A face is seen in {share:.0%} of the frames only: nearer, more light, nothing before the face."
        )
        found.append(Hint("face", "bad" if share < 0.5 else "warn", text))
    if rate < _SLOW:
        text = f"Only {rate:.0f} frames a second arrive: a nearer Wi-Fi or a cable helps; is the phone hot?"
        found.append(Hint("rate", "warn", text))
    if len(values) >= _FEWEST:
        found += _of_face(values)
    return tuple(sorted(found, key=lambda hint: hint.severity != "bad"))


def _of_face(values: NDArray[np.float32]) -> list[Hint]:
    found = []
    coefficients = values[:, : len(BLEND_SHAPES)]
    there = np.isfinite(coefficients).all(axis=0)  # others were not delivered
    if there.any() and float(np.ptp(coefficients[:, there], axis=0).max()) < _STILL:
        text = "The face does not move at all: the app may be frozen, or shows a picture. Start it anew."
        found.append(Hint("frozen", "bad", text))
    yaw, pitch = np.median(np.abs(np.nan_to_num(values[:, [_YAW, _PITCH]])), axis=0)
    if max(yaw, pitch) > _TURNED:
        way = "aside" if yaw >= pitch else "up or down"
        degrees = np.degrees(max(yaw, pitch))
        text = f"The head is turned {way} by {degrees:.0f} degrees: place the phone in front."
        found.append(Hint("turned", "warn", text))
    usual = np.median(np.nan_to_num(coefficients), axis=0)
    high = [i for i in np.argsort(-usual) if usual[i] > _AT_REST and i not in _EYES][:_NAMED]
    if high:
        named = ", ".join(f"{BLEND_SHAPES[i]} {usual[i]:.2f}" for i in high)
        text = f"A neutral face looks otherwise ({named}): a neutral look, please; no hand, mask or glare."
        found.append(Hint("neutral", "warn", text))
    return found
