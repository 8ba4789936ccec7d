"""Frames made coarser: fewer of them, fewer channels, no resting face; and nothing else of them changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import StudyError
from mimik.frame import COLUMNS, Block
from mimik.study.coarsening import AS_RECORDED, Coarsening
from mimik.study.frames import SessionFrames
from mimik.study.session import TrialInfo

RATES = st.sampled_from([0.5, 1.0, 5.0, 10.0, 15.0, 29.97, 30.0, 60.0, 240.0])


def frames_of(*times: np.ndarray, columns: tuple[str, ...] = COLUMNS, seed: int = 0) -> SessionFrames:
    """Return one trial for each series of times."""
    rng = np.random.default_rng(seed)
    trial = np.repeat(np.arange(1, len(times) + 1), [len(t) for t in times]).astype(np.int16)
    time = np.concatenate(times)
    n = len(time)
    values = rng.uniform(0, 1, (n, len(columns))).astype(np.float32)
    block = Block(np.arange(n, dtype=np.int32), time, time + 1e9, rng.random(n) < 0.9, values)
    return SessionFrames(trial, (trial % 2).astype(np.int32), ("neutral", "happy"), columns, block)


def trial_of(number: int, expression: str, outcome: str = "complete") -> TrialInfo:
    return TrialInfo(trial=number, expression=expression, onset=0, duration=5, outcome=outcome, frames=0)


@st.composite
def recordings(draw: st.DrawFn) -> SessionFrames:
    """Two trials of jittering frames, some of them lost or without a time."""
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    fps = draw(st.sampled_from([24, 30, 60]))
    times = []
    for start in (100.0, 250.0):
        n = draw(st.integers(0, 200))
        time = start + np.arange(n) / fps + rng.normal(0, 0.1 / fps, n)
        time[rng.random(n) < 0.02] = np.nan
        times.append(time[rng.random(n) < 0.95])
    return frames_of(*times, seed=seed)


def test_nothing_taken_away_is_the_same_frames() -> None:
    frames = frames_of(np.arange(90) / 60)
    assert AS_RECORDED.said == "as recorded"
    assert_same(AS_RECORDED.apply(frames, ()), frames)


@given(recordings(), RATES)
def test_a_rate_is_kept_in_every_trial_and_kept_again(frames: SessionFrames, rate: float) -> None:
    once = Coarsening(rate=rate).apply(frames, ())
    assert_same(Coarsening(rate=rate).apply(once, ()), once)
    for number in (1, 2):
        time = once.block.device_time[once.trial == number]
        if len(time):
            assert len(time) <= (time.max() - time[0]) * rate + 2
            assert len(np.unique(np.floor((time - time[0]) * rate + 0.25))) == len(time)


@given(recordings(), RATES)
def test_frames_that_stay_are_whole_and_in_their_order(frames: SessionFrames, rate: float) -> None:
    kept = Coarsening(rate=rate).apply(frames, ())
    assert (np.diff(kept.block.number) > 0).all()
    for was, now in zip(columns_of(frames), columns_of(kept), strict=True):
        np.testing.assert_array_equal(was[kept.block.number], now)


@pytest.mark.parametrize(("rate", "frames"), [(60, 600), (30, 300), (10, 100), (1, 10), (0.5, 5)])
def test_jitter_costs_no_frames(rate: float, frames: int) -> None:
    rng = np.random.default_rng(3)
    time = 5e5 + np.arange(600) / 60 + rng.uniform(-0.001, 0.001, 600)
    assert len(Coarsening(rate=rate).apply(frames_of(time), ())) == pytest.approx(frames, abs=1)


@given(st.sets(st.sampled_from(COLUMNS), min_size=1))
def test_other_channels_are_not_delivered_and_the_chosen_ones_untouched(names: set[str]) -> None:
    frames = frames_of(np.arange(40) / 60)
    kept = Coarsening(channels=tuple(names)).apply(frames, ())
    chosen = np.isin(COLUMNS, list(names))
    np.testing.assert_array_equal(kept.block.values[:, chosen], frames.block.values[:, chosen])
    assert np.isnan(kept.block.values[:, ~chosen]).all()
    assert kept.columns == COLUMNS


def test_a_neutral_trial_gives_the_resting_face_that_is_subtracted() -> None:
    frames = frames_of(np.arange(300) / 60, 50 + np.arange(300) / 60)
    done = Coarsening(without_rest=True).apply(frames, [trial_of(1, "Happy"), trial_of(2, "Neutral")])
    first = (frames.trial == 2) & frames.block.tracked & (frames.block.device_time < 50 + 299 / 60 / 2)
    face = np.median(frames.block.values[first, :52], axis=0)
    np.testing.assert_allclose(done.block.values[:, :52], frames.block.values[:, :52] - face, atol=1e-6)
    np.testing.assert_array_equal(done.block.values[:, 52:], frames.block.values[:, 52:])


@pytest.mark.parametrize("trials", [[], [trial_of(1, "neutral", "excluded")], [trial_of(1, "happy")]])
def test_without_a_usable_neutral_trial_a_low_quantile_is_the_resting_face(trials: list[TrialInfo]) -> None:
    frames = frames_of(np.arange(300) / 60)
    done = Coarsening(without_rest=True).apply(frames, trials)
    face = np.quantile(frames.block.values[frames.block.tracked, :52], 0.1, axis=0)
    np.testing.assert_allclose(done.block.values[:, :52], frames.block.values[:, :52] - face, atol=1e-6)
    assert done.block.values[:, :52].min() < 0


def test_a_study_can_call_its_neutral_trial_as_it_likes() -> None:
    frames = frames_of(np.arange(300) / 60)
    calm = Coarsening(without_rest=True).apply(frames, [trial_of(1, "calm")], at_rest={"calm"})
    neutral = Coarsening(without_rest=True).apply(frames, [trial_of(1, "neutral")])
    assert_same(calm, neutral)


def test_the_resting_face_is_that_of_all_frames_however_few_are_kept() -> None:
    frames, trials = frames_of(np.arange(300) / 60), [trial_of(1, "neutral")]
    both = Coarsening(rate=1, without_rest=True).apply(frames, trials)
    one_by_one = Coarsening(rate=1).apply(Coarsening(without_rest=True).apply(frames, trials), trials)
    assert_same(both, one_by_one)


def test_a_channel_that_is_not_delivered_stays_so() -> None:
    frames = frames_of(np.arange(60) / 60)
    frames.block.values[:, INDEX["tongueOut"]] = np.nan
    done = Coarsening(without_rest=True).apply(frames, ())
    assert np.isnan(done.block.values[:, INDEX["tongueOut"]]).all()
    assert np.isfinite(done.block.values[:, INDEX["jawOpen"]]).all()


@pytest.mark.parametrize("columns", [("headYaw", "jawOpen"), ("headYaw",), BLEND_SHAPES])
def test_any_columns_can_be_read(columns: tuple[str, ...]) -> None:
    frames = frames_of(np.arange(60) / 60, columns=columns)
    done = Coarsening(10, ("jawOpen",), without_rest=True).apply(frames, ())
    assert done.columns == columns
    assert done.block.values.shape == (len(done), len(columns))


def test_a_session_without_frames_stays_empty() -> None:
    frames = frames_of(np.empty(0))
    assert len(Coarsening(1, ("jawOpen",), without_rest=True).apply(frames, ())) == 0


def test_it_says_what_was_done() -> None:
    assert Coarsening(10, ("jawOpen", "browInnerUp"), without_rest=True).said == (
        "at most 10 frames per second; only the channels jawOpen, browInnerUp; "
        "each person's resting face subtracted"
    )


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_is_above_0(rate: float) -> None:
    with pytest.raises(StudyError, match="above 0"):
        Coarsening(rate=rate)


@pytest.mark.parametrize("channels", [(), ("jawopen",)])
def test_channels_are_known_ones(channels: tuple[str, ...]) -> None:
    with pytest.raises(StudyError, match="channels: expected"):
        Coarsening(channels=channels)


def columns_of(frames: SessionFrames) -> list[np.ndarray]:
    block = frames.block
    times: list[np.ndarray] = [block.number, block.device_time, block.arrival_time]
    return [frames.trial, frames.expression, *times, block.tracked, block.values]


def assert_same(one: SessionFrames, other: SessionFrames) -> None:
    for a, b in zip(columns_of(one), columns_of(other), strict=True):
        np.testing.assert_array_equal(a, b)
