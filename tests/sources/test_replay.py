"""A recording played back: when each frame is due."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.clock import ManualClock
from mimik.frame import NOT_TRACKED, Block, Frame
from mimik.sources.replay import Replay
from mimik.sources.source import Source, frames


def block(*times: float) -> Block:
    return Block.of([Frame(1, i, time, float("nan"), False, NOT_TRACKED) for i, time in enumerate(times)])


def replay(recording: Block, speed: float | None = 1.0) -> tuple[Replay, ManualClock]:
    clock = ManualClock(100.0)
    return Replay(recording, speed=speed, clock=clock, sleep=clock.advance), clock


def test_it_is_a_source():
    assert isinstance(replay(block())[0], Source)


@pytest.mark.parametrize(("speed", "took"), [(1.0, 0.4), (2.0, 0.2), (0.5, 0.8)])
def test_frames_are_as_far_apart_as_they_were(speed, took):
    source, clock = replay(block(7.0, 7.1, 7.4), speed)
    begun = clock.now()
    due = [clock.now() - begun for _ in frames(source)]
    assert due == pytest.approx([0.0, took / 4, took])


def test_read_waits_no_longer_than_told():
    source, clock = replay(block(0.0, 10.0))
    assert len(source.read(1.0) or ()) == 1
    assert source.read(1.0) == ()
    assert clock.now() == pytest.approx(101.0)


def test_all_that_is_due_comes_at_once():
    source, clock = replay(block(0.0, 0.1, 0.2, 5.0))
    source.read(0.0)
    clock.advance(1.0)
    assert [frame.number for frame in source.read(0.0) or ()] == [1, 2]


def test_as_fast_as_possible_never_waits_and_leaves_nothing_out():
    recording = block(*np.arange(3000) / 60)
    source, clock = replay(recording, speed=None)
    assert [frame.number for frame in frames(source)] == list(range(3000))
    assert clock.now() == 100.0


def test_the_end_is_none_for_good():
    source, _ = replay(block(0.0))
    source.read(0.0)
    assert source.read(0.0) is None
    assert source.read(0.0) is None
    assert replay(block())[0].read(0.0) is None


def test_time_that_runs_back_is_played_without_a_pause():
    source, clock = replay(block(5.0, 1.0, 1.5))
    assert len(list(frames(source))) == 3
    assert clock.now() == pytest.approx(100.5)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_is_above_zero(speed):
    with pytest.raises(ValueError, match="above 0"):
        replay(block(), speed)
