"""Counting a recording's frames and seconds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.trial_clock import TrialClock, next_beat


@given(st.lists(st.floats(-1e9, 1e9) | st.just(math.nan), max_size=50))
def test_seconds_are_the_sum_of_short_forward_steps(times: list[float]) -> None:
    clock = TrialClock()
    for t in times:
        clock.add(t)
    steps = [times[i] - times[i - 1] for i in range(1, len(times))]
    assert clock.frames == len(times)
    assert clock.seconds == pytest.approx(sum(s for s in steps if 0 < s <= 0.5))


@given(beat=st.floats(0, 1e10), every=st.floats(0.01, 86_400), late=st.floats(0, 1e6))
def test_the_next_beat_is_after_now_and_by_no_more_than_one_beat(
    beat: float, every: float, late: float
) -> None:
    now = beat + late
    after = next_beat(beat, every, now)
    assert now < after <= now + every * 1.001 + 1e-5


def test_beats_keep_their_rhythm() -> None:
    assert next_beat(10.0, 1.0, 9.9) == 10.0
    assert next_beat(10.0, 1.0, 10.0) == 11.0
    assert next_beat(10.0, 1.0, 12.5) == 13.0
