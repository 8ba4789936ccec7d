"""Onset and offset: found from the face alone, against people whose reaction times are known."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from acted import CHUNK, EXPRESSIONS, Acted, acted, half_way
from numpy.typing import NDArray

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.learn.context import Context
from mimik.learn.labels.bins import SHOWING, pooled, seconds_since_start
from mimik.learn.labels.onset import Reason, Span, expressing, find_spans
from mimik.sources.virtual.person import Person


def onsets(spans: tuple[Span, ...]) -> NDArray[np.float64]:
    return np.array([span.onset_s for span in spans])


def offsets(spans: tuple[Span, ...]) -> NDArray[np.float64]:
    return np.array([span.offset_s for span in spans])


def reasons(spans: tuple[Span, ...]) -> Counter[Reason]:
    return Counter(span.reason for span in spans)


def alone(X: NDArray[np.float32], *, fps: float = 30, resting: NDArray[np.float32] | None = None) -> Span:
    """Return the span of one recording of one person."""
    face = np.full((1, 52), np.nan, dtype=np.float32) if resting is None else resting[None]
    none = np.zeros(len(X), dtype=np.int32)
    [span] = find_spans(X, Context(none, none, np.arange(len(X)) / fps, face))
    return span


def smile(
    seconds: float, *, at: float, until: float = np.inf, fps: int = 30, size: float = 0.6
) -> NDArray[np.float32]:
    """A face that smiles from a moment on, with the camera's noise."""
    t = np.arange(round(seconds * fps)) / fps
    X = np.abs(np.random.default_rng(0).normal(0.1, 0.004, (len(t), 52))).astype(np.float32)
    there = np.clip((t - at) / 0.3, 0, 1) * np.clip(1 - (t - until) / 0.3, 0, 1)
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        X[:, INDEX[name]] += (size * there).astype(np.float32)
    return X


# --- the truth of the simulated people ---


@pytest.fixture(scope="module")
def published() -> Acted:
    """Trials as in the paper: recorded from the moment the prompt appears."""
    return acted(40)


def test_the_truth_is_when_half_of_the_way_is_gone() -> None:
    person = Person(3, fps=30)
    person.ask("happy")
    told = half_way(person)

    arrived = np.concatenate([person._effort.chunk()[0] for _ in range(5)])

    assert told == pytest.approx(np.argmax(arrived >= 0.5) / 30, abs=1 / 30)
    assert 1.1 <= told <= 2.35


@pytest.mark.parametrize(("fps", "seconds"), [(30, 17), (60, 17), (30, 5), (30, 4)])
def test_reaction_times_are_found(published: Acted, fps: int, seconds: int) -> None:
    trials = published if (fps, seconds) == (30, 17) else acted(20, fps=fps, seconds=seconds)

    error = np.abs(onsets(find_spans(trials.X, trials.context)) - trials.begins)

    print(
        f"{fps} fps, {seconds} s: median error {np.median(error):.3f} s, {np.mean(error <= 0.3):.1%} in 0.3 s"
    )
    assert np.median(error) <= 0.05
    assert np.mean(error <= 0.3) >= 0.95


def test_the_end_of_the_effort_is_found() -> None:
    trials = acted(20, seconds=10, rest=4)

    spans = find_spans(trials.X, trials.context)

    assert np.median(np.abs(onsets(spans) - trials.begins)) <= 0.05
    error = np.abs(offsets(spans) - trials.ends)
    print(f"end: median error {np.median(error):.3f} s, {np.mean(error <= 0.3):.1%} within 0.3 s")
    assert np.median(error) <= 0.05
    assert np.mean(error <= 0.3) >= 0.95


def test_waning_effort_is_still_effort(published: Acted) -> None:
    spans = find_spans(published.X, published.context)

    assert np.mean(offsets(spans) == [span.seconds for span in spans]) >= 0.95


@pytest.mark.parametrize("seconds", [17, 5])
def test_after_a_start_button_the_expression_is_already_there(seconds: int) -> None:
    trials = acted(20, before=3, seconds=seconds)

    spans = find_spans(trials.X, trials.context)

    print(f"start button, {seconds} s: {reasons(spans)}")
    compared = reasons(tuple(span for span in spans if span.recording % 5))  # the first has nothing before it
    assert sum(compared.values()) == 80
    assert compared[Reason.THERE] >= 75
    assert reasons(spans)[Reason.THERE] + reasons(spans)[Reason.STILL] >= 95


def test_people_who_do_nothing_never_move() -> None:
    trials = acted(10, asked=False)

    assert reasons(find_spans(trials.X, trials.context)) == {Reason.STILL: 50}


# --- single faces ---


@pytest.mark.parametrize("size", [0.15, 0.3, 0.9])
@pytest.mark.parametrize("at", [0.7, 1.5, 4.0])
def test_a_smile_begins_when_half_of_it_is_there(at: float, size: float) -> None:
    span = alone(smile(12, at=at, size=size))

    assert span.reason is Reason.BEGINS
    assert span.onset_s == pytest.approx(at + 0.15, abs=0.1)
    assert span.offset_s == span.seconds == pytest.approx(12 - 1 / 30)


def test_a_smile_that_comes_and_goes_has_both_ends() -> None:
    span = alone(smile(12, at=1.5, until=10))

    assert span.reason is Reason.BOTH
    assert (span.onset_s, span.offset_s) == (pytest.approx(1.65, abs=0.1), pytest.approx(10.15, abs=0.1))
    assert span.shown == pytest.approx(8.5 * 30, abs=6)


def test_of_a_single_change_the_longer_side_is_the_expression() -> None:
    assert alone(smile(12, at=3)).reason is Reason.BEGINS
    assert alone(smile(12, at=9)).reason is Reason.ENDS
    assert alone(smile(4, at=2.1)).reason is Reason.BEGINS, "2.5 s of reaction are nothing unusual"


def test_blinks_and_gaze_are_no_expression() -> None:
    X = smile(10, at=99)
    X[100:, [INDEX["eyeBlinkLeft"], INDEX["eyeLookDownLeft"], INDEX["eyeLookDownRight"]]] = 0.9

    assert alone(X).reason is Reason.STILL


def test_dips_do_not_end_the_effort() -> None:
    X = smile(12, at=1.5)
    for second in (3, 6, 9, 11):
        X[30 * second : 30 * second + 12, INDEX["mouthSmileLeft"]] = 0.1
        X[30 * second : 30 * second + 12, INDEX["mouthSmileRight"]] = 0.1

    span = alone(X)

    assert span.reason is Reason.BEGINS
    assert span.onset_s == pytest.approx(1.65, abs=0.1)


def test_a_twitch_is_no_beginning() -> None:
    X = smile(12, at=2.5)
    X[20:30, INDEX["jawOpen"]] = 0.9

    assert alone(X).onset_s == pytest.approx(2.65, abs=0.15)


def test_slow_sagging_is_no_end() -> None:
    X = smile(15, at=-1)
    X[:, INDEX["mouthSmileLeft"]] *= np.linspace(1, 0.2, len(X), dtype=np.float32)

    assert alone(X).reason is Reason.THERE


def test_lost_stretches_are_only_gaps() -> None:
    X = smile(12, at=1.5, until=10)
    kept = np.ones(len(X), dtype=bool)
    kept[200:260] = kept[5:25] = False
    none = np.zeros(kept.sum(), dtype=np.int32)
    seconds = (np.arange(len(X)) / 30)[kept]

    [span] = find_spans(X[kept], Context(none, none, seconds, np.full((1, 52), np.nan, np.float32)))

    assert (span.onset_s, span.offset_s) == (pytest.approx(1.65, abs=0.1), pytest.approx(10.15, abs=0.1))


def test_channels_that_were_not_delivered_do_not_matter() -> None:
    X = smile(12, at=1.5)
    X[:, [INDEX["jawOpen"], INDEX["tongueOut"]]] = np.nan
    X[40:90, INDEX["browInnerUp"]] = np.nan

    assert alone(X).onset_s == pytest.approx(1.65, abs=0.1)


def test_where_nothing_changes_the_resting_face_tells_why() -> None:
    still, smiling = smile(8, at=99), smile(8, at=-1)
    resting = np.median(still, axis=0)

    assert alone(still, resting=resting).reason is Reason.STILL
    assert alone(smiling, resting=resting).reason is Reason.THERE


def test_a_channel_that_only_the_resting_face_has_does_not_tell() -> None:
    still = smile(8, at=99)
    resting = np.median(still, axis=0)
    resting[INDEX["jawOpen"]] = 0.8
    still[:, INDEX["jawOpen"]] = np.nan

    assert alone(still, resting=resting).reason is Reason.STILL


def test_or_the_last_face_of_the_recording_before() -> None:
    X = np.concatenate([smile(8, at=99), smile(8, at=99), smile(8, at=-1)])
    recording = np.repeat(np.arange(3, dtype=np.int32), 240)
    resting = np.full((3, 52), np.nan, dtype=np.float32)
    one = Context(np.zeros(720, dtype=np.int32), recording, np.arange(720) / 30, resting)

    assert [s.reason for s in find_spans(X, one)] == [Reason.STILL, Reason.STILL, Reason.THERE]

    others = replace(one, participant=recording)
    assert [s.reason for s in find_spans(X, others)][2] is Reason.STILL, "nobody else's face is asked"


@pytest.mark.parametrize("n", [1, 2, 14, 59])
def test_very_short_recordings_keep_all_their_frames(n: int) -> None:
    span = alone(smile(2, at=1)[:n])

    assert span.reason is Reason.SHORT
    assert (span.onset_s, span.offset_s, span.shown) == (0.0, span.seconds, n)


def test_all_that_is_nan_is_survived() -> None:
    assert alone(np.full((300, 52), np.nan, dtype=np.float32)).reason is Reason.STILL


# --- arrays ---


def test_the_mask_is_what_the_spans_say(published: Acted) -> None:
    spans = find_spans(published.X, published.context)

    mask = expressing(published.X, published.context)

    since = seconds_since_start(published.context)
    for span in spans:
        rows = published.context.recording == span.recording
        inside = (since[rows] >= span.onset_s) & (since[rows] <= span.offset_s)
        np.testing.assert_array_equal(mask[rows], inside)
        assert (span.frames, span.shown) == (rows.sum(), inside.sum())
        assert span.shown > 0
    np.testing.assert_array_equal(mask, expressing(published.X, published.context, spans))


def test_a_recording_is_judged_by_itself(published: Acted) -> None:
    """But for the face before, which only tells "already there" from "never moved"."""
    all_spans = find_spans(published.X, published.context)
    some = np.isin(published.context.recording, [3, 70, 71])

    spans = find_spans(published.X[some], published.context.rows(some))

    assert spans == tuple(all_spans[i] for i in (3, 70, 71))


def test_frames_are_pooled_to_tenths_of_a_second() -> None:
    X = np.arange(52 * 10, dtype=np.float32).reshape(10, 52)
    X[0, INDEX["jawOpen"]] = np.nan
    recording = np.repeat(np.array([4, 2], dtype=np.int32), 5)
    seconds = np.array([7, 7.01, 7.11, 7.12, 7.55, 3, 3.25, 3.29, 3.31, 3.42])
    context = Context(recording, recording, seconds, np.zeros((5, 52), dtype=np.float32))

    bins = pooled(X, context)

    groups = [[0, 1], [2, 3], [4], [5], [6, 7], [8], [9]]
    naive = np.array([np.nanmean(X[g], axis=0) for g in groups])[:, SHOWING]
    np.testing.assert_allclose(bins.faces, naive)
    np.testing.assert_allclose(bins.seconds, [0.05, 0.15, 0.55, 0.05, 0.25, 0.35, 0.45])
    assert bins.first.tolist() == [0, 3, 7]
    assert bins.recording.tolist() == [4, 2]
    assert bins.rows.tolist() == [0, 5, 10]
    assert SHOWING.sum() == len(BLEND_SHAPES) - 10


def test_a_clock_that_jumps_back_stands_still_meanwhile() -> None:
    none = np.zeros(4, dtype=np.int32)
    context = Context(none, none, np.array([5, 6, 2, 7.0]), np.zeros((1, 52), dtype=np.float32))

    assert seconds_since_start(context).tolist() == [0, 1, 1, 2]


def test_no_frames_no_spans() -> None:
    none = np.zeros(0, dtype=np.int32)
    empty = Context(none, none, np.zeros(0), np.zeros((0, 52), dtype=np.float32))

    assert find_spans(np.zeros((0, 52), dtype=np.float32), empty) == ()
    assert expressing(np.zeros((0, 52), dtype=np.float32), empty).shape == (0,)


def test_frames_that_do_not_fit_are_refused() -> None:
    X = smile(4, at=1)
    mixed = np.array([0, 1] * 60, dtype=np.int32)
    context = Context(mixed, mixed, np.arange(120) / 30, np.zeros((2, 52), dtype=np.float32))

    with pytest.raises(DataError, match=r"\(120, 52\), got \(119, 52\)"):
        find_spans(X[1:], context)
    with pytest.raises(DataError, match="several pieces"):
        find_spans(X, context)


def test_a_study_of_the_published_size_takes_seconds(published: Acted) -> None:
    seen: list[tuple[int, int]] = []
    start = time.process_time()

    find_spans(published.X, published.context, on_progress=lambda *at: seen.append(at))

    share = len(published.X) / 563_226
    assert (time.process_time() - start) / share < 10  # some 2 s; other machines are slower
    assert seen[-1] == (200, 200)
    assert len(EXPRESSIONS) * 40 == 200
    assert CHUNK / 30 == 1.0
