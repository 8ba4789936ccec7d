"""The step of a phone's frame numbers, and what got lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.sources.cadence import Cadence


def seen(counts, base: float = 60.0) -> Cadence:
    """A cadence that saw these counts, each arriving when it was sent."""
    cadence = Cadence(base)
    for count in counts:
        cadence.see(count, count / base)
    return cadence


@pytest.mark.parametrize("step", [1, 2, 4])
def test_the_step_is_found(step):
    cadence = seen(range(100, 400, step))
    assert (cadence.step, cadence.lost, cadence.rate) == (step, 0, 60 / step)


def test_nothing_is_known_before_the_second_frame():
    cadence = seen([7])
    assert (cadence.step, cadence.lost) == (1, 0)
    assert math.isnan(cadence.rate)


def test_a_phone_slightly_slower_than_its_base_loses_nothing():
    # 59.9 a second: one whole number in 600 is skipped, none is lost.
    cadence = seen(np.arange(2000) * 1.00167)
    assert cadence.lost == 0
    assert cadence.rate == pytest.approx(59.9, rel=1e-4)


def test_a_gap_counts_what_is_missing():
    assert seen([*range(100), *range(107, 200)]).lost == 7
    assert seen([*range(0, 100, 2), *range(110, 200, 2)]).lost == 5


def test_a_gap_at_the_very_start_is_understood_later():
    assert seen([0, *range(8, 60)]).lost == 7


def test_falling_from_60_to_30_and_back_loses_nothing():
    cadence = seen([*range(200), *range(200, 400, 2), *range(400, 600)])
    assert (cadence.step, cadence.lost) == (1, 0)


@pytest.mark.parametrize("step", [1, 2])
def test_every_second_frame_lost_at_random_is_counted_exactly(step):
    rng = np.random.default_rng(5)
    sent = np.arange(0, 3000, step)
    arrived = sent[rng.random(len(sent)) < 0.5]
    cadence = seen(arrived)
    assert cadence.step == step
    assert cadence.lost == (arrived[-1] - arrived[0]) // step + 1 - len(arrived)


def test_a_restart_of_the_app_counts_nothing():
    assert seen([*range(5_000_000, 5_000_100), *range(100)]).lost == 0


def test_a_leap_to_another_clock_counts_nothing():
    cadence = Cadence(60)
    for i, count in enumerate([*range(100), *range(2_000_000, 2_000_100)]):
        cadence.see(count, i / 60)
    assert cadence.lost == 0


def test_a_minute_out_of_reach_is_a_minute_lost():
    assert seen([*range(100), *range(3700, 3800)]).lost == 3600


def test_late_frames_are_not_lost():
    assert seen([0, 1, 2, 5, 3, 4, 6, 7]).lost == 0


@given(st.lists(st.tuples(st.floats(0, 2**31), st.floats(0, 1e6)), max_size=80))
def test_any_numbers_give_sane_counts(seen_frames):
    cadence = Cadence(60)
    for count, arrival in seen_frames:
        cadence.see(count, arrival)
        assert cadence.lost >= 0
        assert cadence.step >= 1
        assert math.isnan(cadence.rate) or cadence.rate > 0
