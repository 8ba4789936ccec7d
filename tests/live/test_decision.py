"""Decisions stay with what was said last, within limits, and are late by what the settings state."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import MimikError
from mimik.live.decision import UNSURE, Decider
from mimik.live.settings import LiveSettings
from mimik.live.smoothing import Smoother

FREE = LiveSettings(unsure_below=0.5, surer=0.2, margin=0.1, hold=0.0)  # sure above 0.6


def said(settings: LiveSettings, rows: list[list[float]], step: float = 0.1) -> list[int]:
    decider = Decider(settings)
    return [decider.push(p, i * step) for i, p in enumerate(rows)]


def test_a_label_is_named_once_it_is_sure() -> None:
    assert said(FREE, [[0.55, 0.45], [0.61, 0.39]]) == [UNSURE, 0]


def test_a_label_stays_until_no_probability_reaches_the_threshold() -> None:
    assert said(FREE, [[0.7, 0.2, 0.1], [0.51, 0.3, 0.19], [0.49, 0.3, 0.21], [0.55, 0.3, 0.15]]) == [
        *(0, 0, UNSURE, UNSURE)
    ]


def test_another_label_takes_over_once_it_is_sure_and_leads() -> None:
    free = LiveSettings(unsure_below=0.2, surer=0.0, margin=0.1, hold=0.0)

    assert said(free, [[0.6, 0.4], [0.46, 0.54], [0.44, 0.56]]) == [0, 0, 1]


def test_a_label_is_held_however_briefly_it_was_shown() -> None:
    held = LiveSettings(unsure_below=0.5, surer=0.2, hold=0.25)

    assert said(held, [[0.9, 0.1], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]]) == [0, 0, 0, 1]
    assert said(held, [[0.9, 0.1], [0.4, 0.4], [0.4, 0.4], [0.4, 0.4]]) == [0, 0, 0, UNSURE]


def test_what_was_said_can_be_forgotten() -> None:
    decider = Decider(FREE)
    decider.push([0.9, 0.1], 0.0)
    decider.forget()

    assert decider.push([0.55, 0.45], 0.1) == UNSURE


probabilities = st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3).map(
    lambda p: [x / (sum(p) or 1) for x in p]
)
some_settings = st.builds(
    LiveSettings,
    unsure_below=st.floats(0.0, 0.9),
    surer=st.floats(0.0, 0.9),
    margin=st.floats(0.0, 0.9),
    hold=st.sampled_from([0.0, 0.3, 1.0]),
)


@given(settings=some_settings, rows=st.lists(probabilities, max_size=60))
def test_labels_come_and_go_only_as_promised(settings: LiveSettings, rows: list[list[float]]) -> None:
    """A second reading of the rules, from what was said."""
    found = said(settings, rows)
    before, since = UNSURE, -math.inf
    for i, (p, now) in enumerate(zip(rows, found, strict=True)):
        time = i * 0.1
        if now != before:
            if before != UNSURE:
                assert time - since >= settings.hold
            if now == UNSURE:
                assert max(p) < settings.unsure_below
            else:
                assert p[now] == max(p) >= settings.sure_above
                if before != UNSURE:
                    assert p[now] - p[before] >= settings.margin
            before, since = now, time
        elif now == UNSURE:
            assert max(p) < settings.sure_above
        elif time - since >= settings.hold:
            assert max(p) >= settings.unsure_below, "would have been given up"


@given(
    settings=st.builds(
        LiveSettings,
        smoothing=st.floats(0.05, 2.0),
        unsure_below=st.floats(0.0, 0.8),
        surer=st.floats(0.0, 0.5),
        margin=st.floats(0.0, 0.5),
        hold=st.just(0.3),
    ),
    fps=st.sampled_from([30, 60]),
)
def test_a_sudden_sure_change_is_named_by_the_first_frame_after_the_stated_delay(settings, fps) -> None:
    smoother, decider = Smoother(settings.smoothing), Decider(settings)
    for i in range(fps):
        assert decider.push(smoother.push([1.0, 0.0], 1 / fps), i / fps) == 0
    frames = 0
    while decider.push(smoother.push([0.0, 1.0], 1 / fps), 1 + frames / fps) != 1:
        frames += 1
    assert frames / fps <= settings.delay + 1e-6
    if settings.unsure_below <= 0.5 or settings.margin <= 2 * settings.sure_above - 1:
        assert (frames + 1) / fps >= settings.delay - 1e-6


def test_without_smoothing_there_is_no_delay() -> None:
    assert LiveSettings(smoothing=0.0).delay == 0.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("smoothing", -1.0), ("smoothing", math.nan), ("unsure_below", 1.0), ("hold", -0.1), ("silence", 0.0)],
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(MimikError, match=f"Expected {name} to be"):
        LiveSettings(**{name: value})
