"""The two sides of a face: which channels can be compared, and how far they are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, MIRROR

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEFT", "RIGHT", "asymmetry"]

_OF_THE_MIDDLE = ("jawLeft", "mouthLeft")  # the whole jaw or mouth shifts: no side of the face is meant
_GAZE = "eyeLook"  # both eyes look the same way: when one looks in, the other looks out

LEFT: NDArray[np.intp] = np.array(
    [
        i
        for i, name in enumerate(BLEND_SHAPES)
        if name.endswith("Left") and name not in _OF_THE_MIDDLE and not name.startswith(_GAZE)
    ]
)
"""Positions of the 14 channels of the left side that have a partner; left is the face's own."""
RIGHT: NDArray[np.intp] = MIRROR[LEFT]
"""Positions of their partners."""


def asymmetry(level: NDArray[np.floating], channels: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the signed and the absolute difference of the sides, in coefficients.

    Signed is the mean of left - right over the pairs, -1..1, positive where the left side is stronger;
    absolute is the mean of abs(left - right), 0..1, which sides that are stronger in turn don't cancel.

    Args:
        level: (52,), the mean face.
        channels: bool (52,), which pairs count; both of a pair must be among them. Without any both are NaN.
    """
    pairs = channels[LEFT] & channels[RIGHT]
    if not pairs.any():
        return float("nan"), float("nan")
    apart = (level[LEFT] - level[RIGHT])[pairs].astype(np.float64)
    return float(apart.mean()), float(np.abs(apart).mean())
