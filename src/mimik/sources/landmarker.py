"""MediaPipe's FaceLandmarker: from a picture of any camera to the values of a frame.

- **Blend shapes** are found by name, 44 of 52; see ``mediapipenames`` for the others. Left and right are the
  face's own, as long as the picture is not mirrored: with one eye of a photograph painted over, it is that
  eye's ``eyeBlink`` that rises.
- **The head's angles** (radians) come from the transformation matrix. Pitch is positive looking down, yaw
  towards the right of the picture, roll against the clock, as one sees the picture. They were not compared
  with a depth camera's: do not mix the angles of both.
- **The head's place** is not delivered. MediaPipe gives one, but under an assumed lens of 63 degrees: what it
  calls centimetres depends on the camera, which nobody knows.
- **The eyes' angles** are not delivered, only eyeLook coefficients.
- One face: with several people in view it may go over from one to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.frame import COLUMNS, NOT_TRACKED
from mimik.sources.facemodel import find_face_model
from mimik.sources.mediapipenames import DELIVERED, mediapipe_column
from mimik.sources.pieces import delivered

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["DELIVERED_COLUMNS", "Landmarker", "head_angles", "to_values"]

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


class Landmarker:
    """A face tracker for one stream of pictures; close it when done.

    Args:
        face_model: the file ``face_landmarker.task``; by default the one the environment names.

    Raises:
        MissingExtra: MediaPipe is not installed.
        MimikError: the model file is missing or cannot be used.
    """

    def __init__(self, face_model: Path | str | None = None) -> None:
        path = find_face_model(face_model)
        with needs_extra("webcam"):
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision
        self._mediapipe: Any = mediapipe
        options = vision.FaceLandmarkerOptions(
            # By content: a path outside ASCII is not found on every system.
            base_options=BaseOptions(model_asset_buffer=path.read_bytes()),
            running_mode=vision.RunningMode.VIDEO,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            self._landmarker: Any = vision.FaceLandmarker.create_from_options(options)
        except (OSError, RuntimeError, ValueError) as error:
            raise MimikError(
                f"Expected a model of MediaPipe's FaceLandmarker in {path}, found another.",
                hint="It must be face_landmarker.task, the bundle with blend shapes.",
            ) from error
        self._last = -1

    def values(self, picture: NDArray[np.uint8], seconds: float) -> NDArray[np.float32] | None:
        """Return the values of the face in a picture, float32 (64,), or None where there is none.

        Args:
            picture: uint8 (height, width, 3), blue, green, red, as OpenCV has it; not mirrored.
            seconds: when it was taken; MediaPipe smooths over time. Later than the picture before.
        """
        # MediaPipe counts in whole milliseconds and refuses the same one twice.
        self._last = max(self._last + 1, round(1000 * seconds))
        rgb = np.ascontiguousarray(picture[:, :, ::-1])
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
        found = self._landmarker.detect_for_video(image, self._last)
        if not found.face_blendshapes:
            return None
        matrices = found.facial_transformation_matrixes
        scores = ((shape.category_name, shape.score) for shape in found.face_blendshapes[0])
        return to_values(scores, matrices[0] if len(matrices) else None)

    def close(self) -> None:
        """Free what it holds; may be called twice."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
