"""A webcam as a source of frames: the newest picture wins."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from mimik.clock import Clock, SystemClock
from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.frame import NOT_TRACKED, Frame
from mimik.sources.landmarker import Landmarker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Capture", "Webcam"]

_FAILURES = 30  # pictures in a row that could not be read: the camera was unplugged
_PATIENCE = 2.0  # seconds to wait for the camera to let go


class Capture(Protocol):
    """A camera, as OpenCV's ``VideoCapture`` is one."""

    def read(self) -> tuple[bool, Any]:
        """Wait for the next picture; return whether there is one, and it: uint8 (height, width, 3), BGR."""

    def release(self) -> None:
        """Let go of the camera."""


class _Tracker(Protocol):
    def values(self, picture: NDArray[np.uint8], seconds: float) -> NDArray[np.float32] | None: ...

    def close(self) -> None: ...


class Webcam:
    """A ``Source`` of the frames of one webcam, looked at by MediaPipe's FaceLandmarker.

    A thread empties the camera, whoever reads looks at the newest picture only: a slow reader loses
    pictures (``dropped``), never time. Arrival time is when the camera handed the picture over;
    device time counts from the first one, as webcams have no clock of their own that could be read.

    Attributes:
        number: of the device.
        dropped: pictures that nobody read before the next one came.

    Args:
        index: which camera, from 0, as the system counts.
        face_model: see ``Landmarker``.
        clock: gives the times.
        number: of the device, in its frames.
        capture: the camera; opened by ``index`` by default.
        tracker: finds faces; a ``Landmarker`` by default.

    Raises:
        MissingExtra: MediaPipe is not installed.
        MimikError: the camera cannot be opened, or the face model is missing.
    """

    def __init__(
        self,
        index: int = 0,
        *,
        face_model: Path | str | None = None,
        clock: Clock | None = None,
        number: int = 1,
        capture: Capture | None = None,
        tracker: _Tracker | None = None,
    ) -> None:
        self.number = number
        self.dropped = 0
        self._clock = clock or SystemClock()
        self._tracker: _Tracker = tracker or Landmarker(face_model)
        self._capture = capture or _opened(index, self._tracker)
        self._newest: tuple[Any, float] | None = None
        self._first: float | None = None
        self._count = -1
        self._ended = self._closing = False
        self._changed = threading.Condition()
        self._looking = threading.Lock()  # nobody takes the tracker away from who looks at a picture
        self._thread = threading.Thread(target=self._empty, name="mimik-webcam", daemon=True)
        self._thread.start()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the newest frame if one came within ``timeout`` seconds, ``()`` for none.

        None after ``close``, or when the camera gives no more pictures.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._ended, max(timeout, 0.0))
            if self._closing or (self._newest is None and self._ended):
                return None
            if self._newest is None:
                return ()
            (picture, arrival), self._newest = self._newest, None
            number = self._count
        with self._looking:
            return None if self._closing else (self._frame(picture, arrival, number),)

    def close(self) -> None:
        """Let go of the camera; may be called twice, and from any thread but the camera's."""
        with self._changed:
            self._closing = self._ended = True
            self._changed.notify_all()
        self._thread.join(_PATIENCE)
        self._capture.release()
        with self._looking:
            self._tracker.close()

    def __enter__(self) -> Webcam:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _frame(self, picture: NDArray[np.uint8], arrival: float, number: int) -> Frame:
        self._first = arrival if self._first is None else self._first
        seconds = arrival - self._first
        values = self._tracker.values(picture, seconds)
        found = NOT_TRACKED if values is None else values
        return Frame(self.number, number, seconds, arrival, values is not None, found)

    def _empty(self) -> None:
        """Run in the thread: keep the newest picture until the camera ends."""
        failures = 0
        while failures < _FAILURES and not self._closing:
            there, picture = self._capture.read()
            failures = 0 if there else failures + 1
            if there:
                self._keep(picture)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _keep(self, picture: Any) -> None:
        with self._changed:
            self.dropped += self._newest is not None
            self._count += 1
            self._newest = (picture, self._clock.now())
            self._changed.notify_all()


def _opened(index: int, tracker: _Tracker) -> Capture:
    with needs_extra("webcam"):
        import cv2
    capture: Any = cv2.VideoCapture(index)
    if capture.isOpened():
        return capture  # type: ignore[no-any-return]  # OpenCV has no types
    capture.release()
    tracker.close()
    raise MimikError(
        f"Expected a webcam with the number {index}, found none that can be opened.",
        hint="Is it plugged in, used by another program, or barred in the system's privacy settings?"
        " Numbers begin at 0.",
    )
