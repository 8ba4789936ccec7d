"""The frames of one device, under a number that is known later."""

from __future__ import annotations

import math

from mimik.clock import ManualClock
from mimik.frame import NOT_TRACKED, Frame
from mimik.sources.numbered import Numbered
from mimik.sources.source import Source


class Listed:
    """Gives what is listed, then ends."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def read(self, timeout):
        return self.answers.pop(0) if self.answers else None


def frame(number: int) -> Frame:
    return Frame(1, number, 1.0, 2.0, False, NOT_TRACKED)


def test_frames_get_the_number_and_nothing_else_changes():
    clock = ManualClock(50.0)
    source = Numbered(Listed([frame(1)], (), [frame(2), frame(3)]), clock)
    assert isinstance(source, Source)
    assert source.heard == -math.inf
    first = source.read(0.0)
    source.device = 7
    clock.advance(1.0)
    assert source.read(0.0) == ()
    assert source.heard == 50.0
    rest = source.read(0.0)
    assert [(f.device, f.number, f.device_time) for f in (*first, *rest)] == [
        (1, 1, 1.0),
        (7, 2, 1.0),
        (7, 3, 1.0),
    ]
    assert source.heard == 51.0
    assert source.read(0.0) is None


def test_what_waited_unread_can_be_dropped():
    source = Numbered(Listed([frame(1)], [frame(2)], (), [frame(3)]), ManualClock())
    source.drop_waiting()
    assert [f.number for f in source.read(0.0)] == [3]
