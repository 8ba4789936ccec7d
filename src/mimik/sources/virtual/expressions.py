"""What simulated people do with their faces when asked for an expression.

The patterns name the muscles that the Facial Action Coding System describes for an expression, as ARKit
channels. They are a drawing, not a measurement: gains on them say nothing about people.
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["PATTERNS", "RELATED", "pattern"]

_Strokes = dict[str, float]

_STROKES: Mapping[str, _Strokes] = MappingProxyType(
    {
        "neutral": {},
        "happy": {
            "mouthSmile": 0.75,
            "cheekSquint": 0.4,
            "eyeSquint": 0.3,
            "mouthDimple": 0.2,
            "mouthUpperUp": 0.2,
        },
        "sad": {
            "browInnerUp": 0.45,
            "mouthFrown": 0.45,
            "mouthShrugLower": 0.35,
            "browDown": 0.15,
            "eyeLookDown": 0.2,
            "mouthPress": 0.1,
        },
        "surprised": {
            "browInnerUp": 0.7,
            "browOuterUp": 0.65,
            "eyeWide": 0.6,
            "jawOpen": 0.45,
            "mouthFunnel": 0.2,
            "mouthStretch": 0.05,
        },
        "disappointed": {
            "mouthFrown": 0.35,
            "mouthPress": 0.3,
            "mouthShrugLower": 0.3,
            "eyeLookDown": 0.2,
            "mouthRollLower": 0.2,
            "browInnerUp": 0.2,
            "mouthDimple": 0.2,
        },
        "stressed": {
            "browDown": 0.5,
            "eyeSquint": 0.35,
            "mouthPress": 0.3,
            "mouthStretch": 0.25,
            "noseSneer": 0.2,
            "jawForward": 0.15,
            "mouthRollUpper": 0.15,
        },
        "angry": {
            "browDown": 0.75,
            "eyeSquint": 0.35,
            "noseSneer": 0.4,
            "mouthPress": 0.35,
            "jawForward": 0.25,
        },
        "fearful": {
            "browInnerUp": 0.6,
            "eyeWide": 0.6,
            "mouthStretch": 0.45,
            "jawOpen": 0.25,
            "browOuterUp": 0.25,
        },
        "disgusted": {
            "noseSneer": 0.7,
            "mouthUpperUp": 0.5,
            "browDown": 0.4,
            "eyeSquint": 0.3,
            "cheekSquint": 0.3,
        },
        "pain": {
            "browDown": 0.7,
            "eyeSquint": 0.6,
            "cheekSquint": 0.6,
            "noseSneer": 0.5,
            "mouthUpperUp": 0.45,
            "eyeBlink": 0.4,
            "mouthStretch": 0.3,
        },
    }
)

RELATED: Mapping[str, str] = MappingProxyType(
    {
        "disappointed": "sad",
        "sad": "disappointed",
        "stressed": "angry",
        "angry": "stressed",
        "surprised": "fearful",
        "fearful": "surprised",
        "happy": "surprised",
    }
)
"""The expression that people most often show in place of another."""


def _drawn(strokes: Mapping[str, float]) -> NDArray[np.float64]:
    """Return (52,) with each stroke on its channel, or on both sides where the channel is a pair."""
    face = np.zeros(len(BLEND_SHAPES))
    for stem, strength in strokes.items():
        for name in (stem, f"{stem}Left", f"{stem}Right"):
            if name in INDEX:
                face[INDEX[name]] = strength
    return face


PATTERNS: Mapping[str, NDArray[np.float64]] = MappingProxyType(
    {label: _drawn(strokes) for label, strokes in _STROKES.items()}
)
"""Expression -> change of the 52 coefficients from a resting face, at full effort."""


def _invented(label: str) -> NDArray[np.float64]:
    """Return a pattern (52,) for a label we have no drawing of: the same on every computer."""
    seed = int.from_bytes(hashlib.sha256(label.encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    stems = sorted(
        {name.removesuffix("Left").removesuffix("Right") for name in BLEND_SHAPES} - {"eyeBlink", "tongueOut"}
    )
    chosen = rng.choice(len(stems), size=6, replace=False)
    return _drawn({stems[i]: s for i, s in zip(chosen, rng.uniform(0.2, 0.7, size=6), strict=True)})


def pattern(label: str) -> NDArray[np.float64]:
    """Return what a label asks of the 52 coefficients (52,), about 0..1, as a change from the resting face.

    A whole number is read as a step of a pain scale from 0 to 10; labels we have no drawing of get an
    invented pattern that is the same on every computer.
    """
    if label in PATTERNS:
        return PATTERNS[label]
    if label.isdecimal():
        return PATTERNS["pain"] * min(int(label), 10) / 10
    return _invented(label)
