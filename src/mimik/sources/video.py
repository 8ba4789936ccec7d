"""Video files as recordings: each picture a frame, at the time the file gives it."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import TakeError
from mimik.extras import needs_extra
from mimik.frame import NOT_TRACKED, Block, Frame
from mimik.sources.facevalues import DELIVERED_COLUMNS
from mimik.sources.landmarker import Landmarker
from mimik.sources.mediapipenames import APP
from mimik.sources.pieces import in_blocks, names_of, rate_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["Video"]

_PIECE = 64  # pictures that are looked at before their frames are handed on
_FASTEST = 1000.0
_START = 256  # bytes; every video holds others than text by then
_FIRST = 64  # pictures by which the rate is measured


class Video:
    """A video file, opened: its pictures are looked at by MediaPipe when frames are asked for.

    Times are those of the file, so that a rate that varies (as phones' does) stays as it was. Pictures
    are looked at as they should be seen, turned as the file says.

    Attributes:
        path: the file.
        name: of the file, without its ending.
        app: "MediaPipe FaceLandmarker".
        rate: frames per second by the times of the first pictures; NaN where there is none.
        promised: how many pictures the file says it has; fewer may be readable. None where it does not say.
        size: width and height in pixels.
        delivered: bool (64,), what a webcam or video can deliver.

    Args:
        path: the file.
        face_model: see ``Landmarker``; needed only when frames are read.
        progress: told how many pictures are done, and ``promised``.

    Raises:
        TakeError: the file cannot be read as a video.
        MissingExtra: MediaPipe is not installed.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        face_model: Path | str | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> None:
        self.path = Path(path)
        self.name = self.path.stem
        self.app = APP
        self.delivered: NDArray[np.bool_] = DELIVERED_COLUMNS
        self._face_model = face_model
        self._progress = progress
        with needs_extra("webcam"):
            import cv2
        self._cv2: Any = cv2
        capture = self._opened()
        facts = (
            cv2.CAP_PROP_FPS,
            cv2.CAP_PROP_FRAME_COUNT,
            cv2.CAP_PROP_FRAME_WIDTH,
            cv2.CAP_PROP_FRAME_HEIGHT,
        )
        stated, promised, width, height = (float(capture.get(fact)) for fact in facts)
        capture.release()
        self._stated = stated if 0 < stated < _FASTEST else math.nan
        times = np.array([seconds for seconds, _ in itertools.islice(self._pictures(), _FIRST)])
        measured = rate_of(times)
        self.rate = measured if math.isfinite(measured) else self._stated
        self.promised = int(promised) if promised > 0 else None
        self.size = (int(width), int(height))

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames in blocks of ``rows`` (the last is shorter), each once and in order.

        ``number`` counts pictures from 0, ``device_time`` is the file's, in seconds from its start,
        ``arrival_time`` NaN.

        Raises:
            TakeError: the file holds not one picture that can be read.
            MimikError: the face model is missing.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks(self._pieces(), rows)

    def _pieces(self) -> Iterator[Block]:
        frames: list[Frame] = []
        done = 0
        with Landmarker(self._face_model) as landmarker:
            for number, (seconds, picture) in enumerate(self._pictures()):
                values = landmarker.values(picture, seconds)
                found = NOT_TRACKED if values is None else values
                frames.append(Frame(1, number, seconds, math.nan, values is not None, found))
                done = number + 1
                if len(frames) == _PIECE:
                    yield self._handed_on(frames, done)
                    frames = []
        if not done:
            raise TakeError(
                f"Expected pictures in {self.path}, found none that can be read.",
                hint="Does it play? Convert it to MP4 (H.264) if only some programs can play it.",
            )
        if frames:
            yield self._handed_on(frames, done)

    def _handed_on(self, frames: list[Frame], done: int) -> Block:
        if self._progress is not None:
            self._progress(done, self.promised)
        return Block.of(frames)

    def _pictures(self) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Yield seconds and picture (height, width, 3) until the file ends."""
        capture = self._opened()
        last, step = -math.inf, 1 / self._stated if self._stated > 0 else 1 / 30
        try:
            while True:
                there, picture = capture.read()
                if not there:
                    return
                seconds = float(capture.get(self._cv2.CAP_PROP_POS_MSEC)) / 1000
                if seconds <= last:  # some containers name no times: then the stated rate must do
                    seconds = last + step
                last = seconds
                yield seconds, picture
        finally:
            capture.release()

    def _opened(self) -> Any:
        if not self.path.is_file():
            raise TakeError(f"Expected a video at {self.path}, found no file.")
        if _is_text(self.path):
            raise TakeError(
                f"Expected a video in {self.path}, found text.",
                hint="A list of what to play elsewhere is no video: nothing is fetched from anywhere.",
            )
        capture = self._cv2.VideoCapture(str(self.path))
        if not capture.isOpened():
            capture.release()
            raise TakeError(
                f"Expected a video in {self.path}, found nothing that can be played.",
                hint="Does it play? Convert it to MP4 (H.264) if only some programs can play it.",
            )
        return capture


def _is_text(path: Path) -> bool:
    """Return whether a file begins with text: a playlist would make the decoder fetch what it names."""
    with path.open("rb") as file:
        start = file.read(_START)
    return bool(start) and b"\0" not in start and start.isascii()
