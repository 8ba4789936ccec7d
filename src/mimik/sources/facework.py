"""The process MediaPipe runs in, apart from Mimik's own: ``python -m mimik.sources.facework MODEL``.

MediaPipe 1.2 sends statistics of its use to its maker, and no option stops it (google-ai-edge/mediapipe,
issue 6291). So it runs in a process that is started with a proxy that is none (see ``environment``): nothing
gets out of this computer, and nothing else in the caller's process feels the proxy. It ends without a last
report, and keeps crashes and chatter in C++ to itself. Traced on Linux only.

To its standard input go pictures: ``HEADER`` (milliseconds, height, width), then bytes, red, green and
blue. From its standard output come ``READY`` at first, then for each picture ``NO_FACE``, or ``FACE`` and
``VALUES``. In place of any of them may come ``FAILED``, the ``LENGTH`` of a text, and the text.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from mimik.frame import N_COLUMNS
from mimik.sources.facevalues import to_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FACE", "FAILED", "HEADER", "LENGTH", "NO_FACE", "READY", "VALUES", "environment"]

HEADER = struct.Struct("<qII")
LENGTH = struct.Struct("<I")
VALUES = struct.Struct(f"<{N_COLUMNS}f")
READY, NO_FACE, FACE, FAILED = b"R", b"0", b"1", b"!"

_NOWHERE = "http://127.0.0.1:9"  # the port that discards; nobody listens there
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY")
_LONGEST_TEXT = 2000


def environment() -> dict[str, str]:
    """Return the environment variables for this process: as here, but without a way out to the network."""
    variables = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    variables |= dict.fromkeys(_PROXIES, _NOWHERE)
    variables["PYTHONPATH"] = os.pathsep.join(folder for folder in sys.path if folder)
    return variables


def _tracker(model: Path) -> Callable[[NDArray[np.uint8], int], NDArray[np.float32] | None]:
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        # By content: a path outside ASCII is not found on every system.
        base_options=BaseOptions(model_asset_buffer=model.read_bytes()),
        running_mode=vision.RunningMode.VIDEO,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    landmarker = vision.FaceLandmarker.create_from_options(options)

    def track(picture: NDArray[np.uint8], milliseconds: int) -> NDArray[np.float32] | None:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        found = landmarker.detect_for_video(image, milliseconds)
        if not found.face_blendshapes:
            return None
        matrices = found.facial_transformation_matrixes
        scores = ((shape.category_name, shape.score) for shape in found.face_blendshapes[0])
        return to_values(scores, matrices[0] if len(matrices) else None)

    return track


def _serve(model: Path, given: BinaryIO, told: BinaryIO) -> None:
    track = _tracker(model)
    told.write(READY)
    told.flush()
    while len(header := given.read(HEADER.size)) == HEADER.size:
        milliseconds, height, width = HEADER.unpack(header)
        content = given.read(height * width * 3)
        if len(content) < height * width * 3:
            return
        values = track(np.frombuffer(content, dtype=np.uint8).reshape(height, width, 3), milliseconds)
        told.write(NO_FACE if values is None else FACE + VALUES.pack(*values.tolist()))
        told.flush()


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for the caller, who closes our input when done
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no reply
    try:
        _serve(Path(sys.argv[1]), sys.stdin.buffer, told)
    except Exception as error:  # whatever MediaPipe raises is told
        text = f"{error}"[:_LONGEST_TEXT].encode()
        told.write(FAILED + LENGTH.pack(len(text)) + text)
        told.flush()
    os._exit(0)  # neither waiting for its threads nor letting it send what it counted


if __name__ == "__main__":
    _main()
