"""From what MediaPipe's FaceLandmarker finds to the values of a frame.

- **Blend shapes** are found by name, 44 of 52; see ``mediapipenames`` for the others. Left and right are the
  face's own, as long as the picture is not mirrored: with one eye of a photograph painted over, it is that
  eye's ``eyeBlink`` that rises.
- **The head's angles** (radians) come from the transformation matrix. Pitch is positive looking down, yaw
  towards the right of the picture, roll against the clock, as one sees the picture. They were not compared
  with a depth camera's: do not mix the angles of both.
- **The head's place** is not delivered. MediaPipe gives one, but under an assumed lens of 63 degrees: what it
  calls centimetres depends on the camera, which nobody knows.
- **The eyes' angles** are not delivered, only eyeLook coefficients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.frame import COLUMNS, NOT_TRACKED
from mimik.sources.mediapipenames import DELIVERED, mediapipe_column
from mimik.sources.pieces import delivered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["DELIVERED_COLUMNS", "head_angles", "to_values"]

_PLACES = {name: i for i, name in enumerate(COLUMNS)}
_HEAD = slice(_PLACES["headYaw"], _PLACES["headRoll"] + 1)

DELIVERED_COLUMNS: NDArray[np.bool_] = delivered(
    _PLACES[name] for name in (*DELIVERED, "headYaw", "headPitch", "headRoll")
)
"""Bool (64,): 44 blend shapes and the head's three angles."""


def head_angles(rotation: NDArray[np.floating]) -> tuple[float, float, float]:
    """Return yaw, pitch and roll (radians) of a rotation (3, 3) from face to camera.

    The matrix is roll, then pitch, then yaw, about the axes z (to the camera), x (right) and y (up).
    """
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    pitch = np.arcsin(np.clip(-rotation[1, 2], -1.0, 1.0))
    roll = np.arctan2(rotation[1, 0], rotation[1, 1])
    return float(yaw), float(pitch), float(roll)


def to_values(
    scores: Iterable[tuple[str, float]], matrix: NDArray[np.floating] | None
) -> NDArray[np.float32]:
    """Return the values of a frame (64,), named by ``COLUMNS``; NaN where not delivered.

    Args:
        scores: name and value (0..1) of each blend shape; unknown names are passed over.
        matrix: (4, 4) from face to camera, or None.
    """
    values = NOT_TRACKED.copy()
    for name, score in scores:
        column = mediapipe_column(name)
        if column is not None:
            values[_PLACES[column]] = score
    if matrix is not None:
        values[_HEAD] = head_angles(np.asarray(matrix)[:3, :3])
    return values
