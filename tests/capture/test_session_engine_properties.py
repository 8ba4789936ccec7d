"""What holds for the session engine whatever happens to it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.effects import (
    Effect,
    FaceFound,
    FaceLost,
    Finished,
    FrameKept,
    Outcome,
    Paused,
    Reminder,
    Resumed,
    Stopped,
    TrialBroughtForward,
    TrialClosed,
    TrialOpened,
)
from mimik.capture.engine import Button, Engine
from mimik.capture.view import Phase, View
from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
PROTOCOLS = [
    parse_protocol(load_protocol(name).text.replace(old, new), where=name)
    for name in ("hartmann2022", "follow-up")
    for old, new in [
        ("min_frames = 500", "min_frames = 3"),
        ("min_seconds = 15.0", "min_seconds = 0.1"),
        ("min_seconds = 15.0", "min_seconds = 0.1\nmin_frames = 5"),
    ]
]

steps = st.one_of(st.just(1 / 60), st.just(0.3), st.just(1.0), st.floats(-2, 3))
device_steps = st.one_of(st.just(1 / 60), st.floats(-1, 2), st.just(math.nan))
inputs = st.one_of(
    st.tuples(st.just("frame"), steps, st.booleans(), device_steps),
    st.tuples(st.just("face"), st.just(1 / 60), st.just(True), st.just(1 / 60)),
    st.tuples(st.just("tick"), steps),
    st.tuples(st.just("press"), steps, st.sampled_from(Button)),
    st.tuples(st.just("wish"), steps, st.sampled_from(["happy", "sad", "surprised", "stressed", "angry"])),
)
plays = st.lists(inputs, max_size=120)


def drive(engine: Engine, play: list[tuple]) -> list[tuple[View, tuple[Effect, ...], View]]:
    """Give each input; return the view before, the effects and the view after."""
    now, device, log = 100.0, 0.0, []
    for kind, step, *rest in play:
        now += step
        before = engine.view
        if kind == "press":
            effects = engine.on_press(rest[0], now)
        elif kind == "tick":
            effects = engine.on_tick(now)
        elif kind == "wish":
            effects = engine.on_wish(rest[0], now)
        else:
            tracked, device_step = rest
            device = (
                device_step
                if math.isnan(device_step)
                else (0 if math.isnan(device) else device) + device_step
            )
            effects = engine.on_frame(
                Frame(1, 1, device, now, tracked, FACE if tracked else NOT_TRACKED), now
            )
        log.append((before, effects, engine.view))
    return log


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_the_same_inputs_give_the_same_effects(which, seed, play) -> None:
    def told(log):
        return [
            (v, [(e.trial, e.frame.device_time) if isinstance(e, FrameKept) else e for e in effects], w)
            for v, effects, w in log
        ]

    first, second = (told(drive(Engine(which, seed=seed), play)) for _ in range(2))
    assert repr(first) == repr(second)


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_frames_are_kept_only_with_a_face_and_while_recording(which, seed, play) -> None:
    for (before, effects, _), given_ in zip(drive(Engine(which, seed=seed), play), play, strict=True):
        kept = [e for e in effects if isinstance(e, FrameKept)]
        assert len(kept) <= 1
        if kept:
            assert given_[0] in ("frame", "face")
            assert kept[0].frame.tracked
            assert before.phase in (Phase.RECORDING, Phase.WAITING_FOR_FACE, Phase.READY)
        elif given_[0] in ("frame", "face") and given_[2]:
            assert before.phase in (
                Phase.READY,
                Phase.WAITING_FOR_START,
                Phase.PAUSED,
                Phase.DONE,
                Phase.STOPPED,
            )


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_progress_never_falls_within_a_recording(which, seed, play) -> None:
    for before, effects, after in drive(Engine(which, seed=seed), play):
        assert 0.0 <= after.progress <= 1.0
        if not any(isinstance(e, TrialOpened | TrialClosed) for e in effects):
            assert after.progress >= before.progress
            assert after.frames >= before.frames
            assert after.seconds >= before.seconds


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_effects_tell_one_orderly_story(which, seed, play) -> None:
    """A second, naive reading: every effect must fit what was told before it."""
    engine = Engine(which, seed=seed)
    log = drive(engine, play)
    open_trial, number, face, paused, over, last = None, 0, False, False, False, -math.inf
    complete: list[str] = []
    expression = ""
    for effect in (e for _, effects, _ in log for e in effects):
        assert not over
        if not isinstance(effect, FrameKept):
            assert effect.at >= last
            last = effect.at
        match effect:
            case TrialOpened():
                assert open_trial is None and not paused and effect.trial == number + 1
                open_trial = number = effect.trial
                expression = effect.expression
                assert expression == engine.sequence[len(complete)].expression
                face = None  # either may follow
            case TrialClosed():
                assert effect.trial == open_trial
                open_trial = None
                complete += [expression] * (effect.outcome is Outcome.COMPLETE)
            case FaceLost() | FaceFound():
                assert effect.trial == open_trial and not paused
                now_there = isinstance(effect, FaceFound)
                assert face is not now_there
                face = now_there
            case FrameKept() | Reminder():
                assert effect.trial == open_trial and not paused and face is not False
            case TrialBroughtForward():
                assert effect.expression in [trial.expression for trial in engine.sequence[len(complete) :]]
            case Paused():
                assert not paused and effect.trial == open_trial
                paused, face = True, None
            case Resumed():
                assert paused and effect.trial == open_trial
                paused = False
            case Finished():
                assert len(complete) == len(engine.sequence)
                over = True
            case Stopped():
                assert open_trial is None
                over = True
    assert over == engine.over


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_the_frames_shown_are_the_frames_kept(which, seed, play) -> None:
    counts: Counter[int] = Counter()
    current = 0
    for _, effects, after in drive(Engine(which, seed=seed), play):
        for e in effects:
            if isinstance(e, FrameKept):
                counts[e.trial] += 1
            if isinstance(e, TrialOpened):
                current = e.trial
            if isinstance(e, TrialClosed):
                current = 0
        assert after.frames == (counts[current] if current else 0)


def same_trials(one, other) -> bool:
    return sorted(map(id, one)) == sorted(map(id, other))


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_wishes_change_the_order_and_nothing_else(which, seed, play) -> None:
    engine = Engine(which, seed=seed)
    drive(engine, play)
    as_planned = which.sequence(seed)
    assert same_trials(engine.sequence, as_planned)
    baselines = sum(trial.baseline for trial in as_planned)
    assert engine.sequence[:baselines] == as_planned[:baselines]


@dataclass
class Past:
    """A recording as the files of a session tell it after a kill."""

    trial: int
    expression: str
    outcome: str = "incomplete"


@given(which=st.sampled_from(PROTOCOLS), seed=st.integers(0, 99), play=plays)
def test_after_a_kill_what_broke_off_begins_again_and_nothing_is_lost(which, seed, play) -> None:
    engine = Engine(which, seed=seed)
    past: list[Past] = []
    for effect in (e for _, effects, _ in drive(engine, play) for e in effects):
        if isinstance(effect, TrialOpened):
            past.append(Past(effect.trial, effect.expression))
        if isinstance(effect, TrialClosed):
            past[-1].outcome = effect.outcome
    again = Engine(which, seed=seed, done=past)

    complete = [recording.expression for recording in past if recording.outcome == "complete"]
    assert [trial.expression for trial in again.sequence[: len(complete)]] == complete
    assert same_trials(again.sequence, which.sequence(seed))
    if past and past[-1].outcome != "complete":
        assert again.view.expression == past[-1].expression
