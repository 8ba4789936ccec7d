"""Where MediaPipe's model of faces lies: a file that each user downloads once."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from mimik.errors import MimikError

__all__ = ["VARIABLE", "find_face_model"]

VARIABLE = "MIMIK_FACE_MODEL"
"""Environment variable with the path of the file."""

_HOW = (
    "Download face_landmarker.task (4 MB, Apache-2.0) once, by hand, from Google's page of the"
    " Face Landmarker (https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker, Models), and"
    f" name it with --face-model FILE or in the environment variable {VARIABLE}. Mimik downloads nothing"
    " by itself."
)


def find_face_model(given: Path | str | None = None) -> Path:
    """Return the model file: the one given, or else the one the environment names.

    Raises:
        MimikError: none is named, or it is not there, or it is no model bundle.
    """
    named = given or os.environ.get(VARIABLE)
    if not named:
        raise MimikError("Webcams and videos need the model file of MediaPipe's FaceLandmarker.", hint=_HOW)
    path = Path(named)
    if not path.is_file():
        raise MimikError(
            f"Expected the model file of MediaPipe's FaceLandmarker at {path}, found none.", hint=_HOW
        )
    if not zipfile.is_zipfile(path):  # a bundle is a zip; MediaPipe itself would end in a wall of text
        raise MimikError(
            f"Expected a bundle face_landmarker.task in {path}, found something else.", hint=_HOW
        )
    return path
