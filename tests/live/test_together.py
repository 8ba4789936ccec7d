"""Several sources as one."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from scripted_frames import HAPPY, face

from mimik.frame import Frame
from mimik.live.together import Together


class Given:
    """A ``Source`` that gives what it was given, then ends, raises, or stays silent until it is let go."""

    def __init__(self, *batches: Sequence[Frame], then: str = "end") -> None:
        self._batches, self._then = list(batches), then
        self.silent = threading.Event()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        if self._batches:
            return self._batches.pop(0)
        if self._then == "raise":
            raise RuntimeError("broken")
        if self._then == "silence":
            self.silent.wait(timeout)
            return ()
        return None


def everything(together: Together) -> list[Frame]:
    found: list[Frame] = []
    while (got := together.read(5.0)) is not None:
        found += got
    return found


def test_every_frame_comes_in_its_sources_order_and_every_device_has_a_number_of_its_own() -> None:
    first = Given(*([face(float(i), HAPPY, device=d)] for i in range(50) for d in (1, 2)))
    second = Given(*([face(float(i), HAPPY, device=1)] for i in range(50)))
    with Together([first, second]) as together:
        found = everything(together)

    assert sorted({frame.device for frame in found}) == [1, 2, 3]
    for number in (1, 2, 3):
        assert [f.device_time for f in found if f.device == number] == [float(i) for i in range(50)]


def test_a_silent_source_holds_up_none() -> None:
    with Together([Given(then="silence"), Given([face(0.0, HAPPY)], then="silence")]) as together:
        assert len(together.read(5.0) or ()) == 1
        assert together.read(0.0) == ()


def test_what_a_source_raises_is_raised() -> None:
    with Together([Given(then="raise"), Given(then="silence")]) as together, pytest.raises(RuntimeError):
        together.read(5.0)


def test_closing_ends_it_also_while_much_is_waiting() -> None:
    together = Together([Given(*[[face(0.0, HAPPY)]] * 10_000)])
    together.close()
    together.close()

    assert together.read(0.0) is None
