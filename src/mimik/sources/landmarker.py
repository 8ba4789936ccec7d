"""MediaPipe's FaceLandmarker, from a picture of any camera to the values of a frame; see ``facevalues``.

It runs in a process of its own, which has no way to the network; see ``facework``. One face: with several
people in view it may go over from one to the other.
"""

from __future__ import annotations

import subprocess
import sys
import weakref
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.sources import facework
from mimik.sources.facemodel import find_face_model

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

__all__ = ["Landmarker"]

_PATIENCE = 5.0  # s, for the process to end


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
            if find_spec("mediapipe") is None:
                raise ModuleNotFoundError("No module named 'mediapipe'", name="mediapipe")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", facework.__name__, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=facework.environment(),
        )
        # At the end of the program too.
        self._end = weakref.finalize(self, _end, self._process)
        self._last = -1
        try:
            self._reply()
        except MimikError as error:
            self.close()
            raise MimikError(
                f"Expected a model of MediaPipe's FaceLandmarker in {path}, found another.",
                hint="It must be face_landmarker.task, the bundle with blend shapes.",
            ) from error

    def values(self, picture: NDArray[np.uint8], seconds: float) -> NDArray[np.float32] | None:
        """Return the values of the face in a picture, float32 (64,), or None where there is none.

        Args:
            picture: uint8 (height, width, 3), blue, green, red, as OpenCV has it; not mirrored.
            seconds: when it was taken; MediaPipe smooths over time. Later than the picture before.

        Raises:
            MimikError: MediaPipe failed, or was closed.
        """
        # MediaPipe counts in whole milliseconds and refuses the same one twice.
        self._last = max(self._last + 1, round(1000 * seconds))
        rgb = np.ascontiguousarray(picture[:, :, ::-1])
        given = self._process.stdin
        assert given is not None
        try:
            given.write(facework.HEADER.pack(self._last, *rgb.shape[:2]))
            given.write(rgb.data)
            given.flush()
        except (OSError, ValueError) as error:  # ValueError: closed
            raise _stopped() from error
        return self._reply()

    def close(self) -> None:
        """End MediaPipe's process; may be called twice."""
        self._end()

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reply(self) -> NDArray[np.float32] | None:
        told = self._process.stdout
        assert told is not None
        kind = told.read(1)
        if kind in (facework.READY, facework.NO_FACE):
            return None
        if kind == facework.FACE and len(packed := told.read(facework.VALUES.size)) == facework.VALUES.size:
            return np.array(facework.VALUES.unpack(packed), dtype=np.float32)
        if kind == facework.FAILED:
            (length,) = facework.LENGTH.unpack(told.read(facework.LENGTH.size))
            raise MimikError(f"MediaPipe says: {told.read(length).decode(errors='replace')}")
        raise _stopped()


def _stopped() -> MimikError:
    return MimikError("Expected MediaPipe to look for a face, but its process has ended.")


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
