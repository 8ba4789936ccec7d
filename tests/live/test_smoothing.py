"""Smoothing goes by time: the mean depends on what was shown when, not on how many frames told it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.live.smoothing import Smoother

steps = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=40)


@given(steps=steps, seconds=st.floats(0.01, 5.0), seed=st.integers(0, 10**6))
def test_the_mean_is_the_weighted_sum_of_all_frames(steps: list[float], seconds: float, seed: int) -> None:
    """An independent reading: each frame counts for the time before it, by its age in closed form."""
    P = np.random.default_rng(seed).dirichlet(np.ones(3), len(steps))
    smoother = Smoother(seconds)
    found = [list(smoother.push(p, step)) for p, step in zip(P.tolist(), steps, strict=True)]

    times = np.cumsum([0.0, *steps[1:]])
    edges = np.exp(-(times[-1] - times) / seconds)
    weights = np.diff(edges, prepend=0.0)  # of the frame at each time: the decay over the interval before it

    np.testing.assert_allclose(found[-1], weights @ P, atol=1e-9)
    np.testing.assert_allclose(np.sum(found, axis=1), 1.0, atol=1e-9)


@given(lost=st.sets(st.integers(1, 58)), seconds=st.floats(0.05, 2.0))
def test_lost_frames_change_nothing_while_the_same_is_shown(lost: set[int], seconds: float) -> None:
    whole, with_losses = Smoother(seconds), Smoother(seconds)
    whole.push([1.0, 0.0], 0.0), with_losses.push([1.0, 0.0], 0.0)
    last = 0.0
    for i in range(1, 60):
        p = whole.push([0.2, 0.8], 1 / 60)
        if i not in lost:
            q = with_losses.push([0.2, 0.8], i / 60 - last)
            last = i / 60

    np.testing.assert_allclose(q, p, atol=1e-9)


def test_63_percent_of_a_sudden_change_is_gone_after_the_time_constant() -> None:
    smoother = Smoother(0.5)
    smoother.push([0.0, 1.0], 0.0)
    for _ in range(30):
        mean = smoother.push([1.0, 0.0], 1 / 60)

    assert mean[0] == pytest.approx(1 - math.exp(-1))


def test_the_first_frame_is_taken_as_it_is_also_after_forgetting() -> None:
    smoother = Smoother(1.0)
    smoother.push([0.9, 0.1], 0.0)
    smoother.forget()

    assert list(smoother.push([0.3, 0.7], 1 / 60)) == [0.3, 0.7]


def test_without_smoothing_each_frame_is_itself() -> None:
    smoother = Smoother(0.0)
    smoother.push([0.9, 0.1], 0.0)

    assert list(smoother.push([0.3, 0.7], 0.0)) == [0.3, 0.7]


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan])
def test_frames_without_time_between_them_leave_the_mean(step: float) -> None:
    smoother = Smoother(1.0)
    smoother.push([0.9, 0.1], 0.0)

    assert list(smoother.push([0.3, 0.7], step)) == [0.9, 0.1]
