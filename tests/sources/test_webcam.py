"""A webcam: the newest picture wins, and reading keeps the contract of sources."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import numpy as np
import pytest

from mimik.clock import ManualClock
from mimik.frame import COLUMNS, NOT_TRACKED
from mimik.sources.source import Source
from mimik.sources.webcam import Webcam

JAW = COLUMNS.index("jawOpen")
LONG = 30.0  # seconds; never waited for


class Camera:
    """Hands over pictures that a test shows; ``shown`` waits until the one before was taken."""

    def __init__(self) -> None:
        self._pictures: Queue[tuple[bool, Any]] = Queue(maxsize=1)
        self._asked = threading.Semaphore(0)
        self.released = False

    def read(self) -> tuple[bool, Any]:
        self._asked.release()
        return self._pictures.get(timeout=LONG)

    def release(self) -> None:
        self.released = True

    def show(self, level: int | None) -> None:
        """Show a picture of one brightness, or a failure, and wait until the next one is asked for."""
        picture = None if level is None else np.full((4, 4, 3), level, np.uint8)
        assert self._asked.acquire(timeout=LONG)
        self._pictures.put((level is not None, picture))
        assert self._asked.acquire(timeout=LONG)
        self._asked.release()

    def end(self) -> None:
        """Fail for good."""
        for _ in range(40):
            self._pictures.put((False, None))


class Tracker:
    """Sees a face in all but black pictures: jawOpen is their brightness."""

    def __init__(self) -> None:
        self.closed = False
        self.times: list[float] = []

    def values(self, picture: np.ndarray, seconds: float) -> np.ndarray | None:
        self.times.append(seconds)
        if not picture.any():
            return None
        values = NOT_TRACKED.copy()
        values[JAW] = picture[0, 0, 0]
        return values

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def cam():
    camera, tracker, clock = Camera(), Tracker(), ManualClock(1000.0)
    webcam = Webcam(capture=camera, tracker=tracker, clock=clock, number=3)
    yield webcam, camera, tracker, clock
    if not tracker.closed:
        threading.Thread(target=camera.end, daemon=True).start()
        webcam.close()


def test_a_picture_becomes_a_frame(cam):
    webcam, camera, tracker, clock = cam
    assert isinstance(webcam, Source)
    camera.show(5)
    (first,) = webcam.read(LONG)
    clock.advance(0.5)
    camera.show(0)
    (second,) = webcam.read(LONG)
    assert (first.device, first.number, first.device_time, first.arrival_time) == (3, 0, 0.0, 1000.0)
    assert (first.tracked, first.values[JAW]) == (True, 5)
    assert (second.number, second.device_time, second.tracked) == (1, 0.5, False)
    assert np.isnan(second.values).all()
    assert tracker.times == [0.0, 0.5]


def test_the_newest_picture_wins_and_the_others_are_counted(cam):
    webcam, camera, tracker, _ = cam
    for level in (1, 2, 3):
        camera.show(level)
    (frame,) = webcam.read(LONG)
    assert (frame.values[JAW], frame.number, webcam.dropped, len(tracker.times)) == (3, 2, 2, 1)


def test_without_a_picture_there_is_nothing_yet(cam):
    webcam, *_ = cam
    assert webcam.read(0.0) == ()
    assert webcam.read(-1.0) == ()


def test_a_picture_that_fails_is_passed_over(cam):
    webcam, camera, *_ = cam
    camera.show(None)
    camera.show(7)
    (frame,) = webcam.read(LONG)
    assert (frame.values[JAW], frame.number) == (7, 0)


def test_a_camera_that_is_unplugged_ends_the_source_after_its_last_picture(cam):
    webcam, camera, *_ = cam
    camera.show(9)
    threading.Thread(target=camera.end, daemon=True).start()
    frames = []
    while (got := webcam.read(LONG)) is not None:
        frames += got
    assert [frame.values[JAW] for frame in frames] == [9]


def test_closed_it_lets_go_of_the_camera_and_says_none(cam):
    webcam, camera, tracker, _ = cam
    threading.Thread(target=camera.end, daemon=True).start()
    webcam.close()
    webcam.close()
    assert camera.released
    assert tracker.closed
    assert webcam.read(LONG) is None
