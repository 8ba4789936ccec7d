"""What holds for the session engine whatever happens to it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.effects import (
    Answered,
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
from mimik.errors import AnswerRefused
from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
QUESTIONS = """
[[trials.questions]]
id = "strength"
kind = "scale"
minimum = 0
maximum = 10
text = { de = "Wie stark?", en = "How strongly?" }
[[trials.questions]]
id = "thought"
kind = "text"
text = { de = "Woran haben Sie gedacht?", en = "What did you think of?" }
"""


def asking(text: str) -> str:
    """Ask after all trials but "happy"."""
    head, *trials = text.split("[[trials]]\n")
    return "[[trials]]\n".join([head, *(t if '"happy"' in t else t + QUESTIONS for t in trials)])


PROTOCOLS = [
    parse_protocol(change(load_protocol(name).text.replace(old, new)), where=name)
    for name in ("hartmann2022", "follow-up")
    for old, new in [
        ("min_frames = 500", "min_frames = 3"),
        ("min_seconds = 15.0", "min_seconds = 0.1"),
        ("min_seconds = 15.0", "min_seconds = 0.1\nmin_frames = 5"),
    ]
    for change in (str, asking)
]

steps = st.one_of(st.just(1 / 60), st.just(0.3), st.just(1.0), st.floats(-2, 3))
device_steps = st.one_of(st.just(1 / 60), st.floats(-1, 2), st.just(math.nan))
given_answers = st.fixed_dictionaries(
    {},
    optional={
        "strength": st.sampled_from(["0", "7", "10.0", "", "11", "much"]),
        "thought": st.sampled_from(["of home", " ", "n/a", "two\nlines", "x" * 20_000]),
        "mood": st.sampled_from(["", "good"]),
    },
)
fitting_answers = st.fixed_dictionaries(
    {}, optional={"strength": st.just("7"), "thought": st.just("of home")}
)
inputs = st.one_of(
    st.tuples(st.just("frame"), steps, st.booleans(), device_steps),
    st.tuples(st.just("face"), st.just(1 / 60), st.just(True), st.just(1 / 60)),
    st.tuples(st.just("tick"), steps),
    st.tuples(st.just("press"), steps, st.sampled_from([*Button, Button.RESUME])),
    st.tuples(st.just("wish"), steps, st.sampled_from(["happy", "sad", "surprised", "stressed", "angry"])),
    st.tuples(st.just("answers"), steps, st.one_of(given_answers, fitting_answers)),
)
WHOLE_TRIAL = [
    ("press", 1 / 60, Button.START),
    *[("face", 1 / 60, True, 1 / 60)] * 8,
    ("tick", 1.0),
]
"""Enough of every protocol here, so that plays also get far."""
answering = st.tuples(st.tuples(st.just("answers"), steps, fitting_answers)).map(list)
parts = st.one_of(st.just(WHOLE_TRIAL), st.just(WHOLE_TRIAL), answering, st.lists(inputs, max_size=6))
plays = st.lists(parts, min_size=2, max_size=20).map(
    lambda parts: [given_ for part in parts for given_ in part]
)
engines = st.builds(
    lambda which, seed, asks: lambda done=(): Engine(which, seed=seed, asks=asks, done=done),
    st.sampled_from(PROTOCOLS),
    st.integers(0, 99),
    st.sampled_from([True, True, False]),
)
"""Ways to make the same engine again."""


def asked(engine: Engine, kind: str, rest: list, now: float) -> tuple[Effect, ...]:
    match kind:
        case "press":
            return engine.on_press(rest[0], now)
        case "tick":
            return engine.on_tick(now)
        case "wish":
            return engine.on_wish(rest[0], now)
        case _:
            return engine.on_answers(rest[0], now)


def drive(engine: Engine, play: list[tuple]) -> list[tuple[View, tuple[Effect, ...], View]]:
    """Give each input; return the view before, the effects and the view after."""
    now, device, log = 100.0, 0.0, []
    for kind, step, *rest in play:
        now += step
        before = engine.view
        if kind in ("frame", "face"):
            tracked, device_step = rest
            device = (
                device_step
                if math.isnan(device_step)
                else (0 if math.isnan(device) else device) + device_step
            )
            effects = engine.on_frame(
                Frame(1, 1, device, now, tracked, FACE if tracked else NOT_TRACKED), now
            )
        else:
            try:
                effects = asked(engine, kind, rest, now)
            except AnswerRefused:
                effects = ()
        log.append((before, effects, engine.view))
    return log


def told(log) -> str:
    """All of a log as text, to be compared."""
    return repr(
        [
            (v, [(e.trial, e.frame.device_time) if isinstance(e, FrameKept) else e for e in effects], w)
            for v, effects, w in log
        ]
    )


@given(make=engines, play=plays)
def test_the_same_inputs_give_the_same_effects(make, play) -> None:
    first, second = (told(drive(make(), play)) for _ in range(2))
    assert first == second


@given(make=engines, play=plays)
def test_refused_answers_leave_no_trace(make, play) -> None:
    engine = make()
    drive(engine, play)
    before = (dict(vars(engine)), engine.view)
    if engine.phase is Phase.ASKING:
        with pytest.raises(AnswerRefused, match="asks there"):
            engine.on_answers({"strength": "7", "mood": "good"}, 1e6)
    else:
        assert engine.on_answers({"strength": "7", "mood": "good"}, 1e6) == ()
    assert (vars(engine), engine.view) == before


@given(make=engines, play=plays)
def test_frames_are_kept_only_with_a_face_and_while_recording(make, play) -> None:
    for (before, effects, _), given_ in zip(drive(make(), play), play, strict=True):
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
                Phase.ASKING,
                Phase.PAUSED,
                Phase.DONE,
                Phase.STOPPED,
            )


@given(make=engines, play=plays)
def test_progress_never_falls_within_a_recording(make, play) -> None:
    for before, effects, after in drive(make(), play):
        assert 0.0 <= after.progress <= 1.0
        new = before.phase is Phase.ASKING and after.trial != before.trial
        if not new and not any(isinstance(e, TrialOpened | TrialClosed) for e in effects):
            assert after.progress >= before.progress
            assert after.frames >= before.frames
            assert after.seconds >= before.seconds


@given(make=engines, play=plays)
def test_effects_tell_one_orderly_story(make, play) -> None:
    """A second, naive reading: every effect must fit what was told before it."""
    engine = make()
    log = drive(engine, play)
    open_trial, number, face, paused, over, last = None, 0, False, False, False, -math.inf
    complete: list[str] = []
    expression, answered = "", []
    for effect in (e for _, effects, _ in log for e in effects):
        assert not over
        if not isinstance(effect, FrameKept):
            assert effect.at >= last
            last = effect.at
        match effect:
            case TrialOpened():
                assert open_trial is None and not paused and effect.trial == number + 1
                open_trial = number = effect.trial
                expression, answered = effect.expression, []
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
            case Answered():
                assert effect.trial == number and open_trial is None and not paused
                questions = engine.sequence[len(complete) - 1].questions
                assert complete[-1] == expression
                answered.append(effect.question)
                assert answered == [q.id for q in questions if q.id in answered]
                assert effect.value in ("0", "7", "10", "of home", "two\nlines")
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


@given(make=engines, play=plays)
def test_the_frames_shown_are_the_frames_kept(make, play) -> None:
    counts: Counter[int] = Counter()
    current = 0
    for _, effects, after in drive(make(), play):
        for e in effects:
            if isinstance(e, FrameKept):
                counts[e.trial] += 1
            if isinstance(e, TrialOpened):
                current = e.trial
            if isinstance(e, TrialClosed):
                current = 0
        assert after.frames == (counts[current] if current else 0)


@given(make=engines, play=plays)
def test_questions_are_asked_after_each_complete_trial_that_has_some_and_never_else(make, play) -> None:
    engine = make()
    asks = engine._asks
    complete = 0
    for before, effects, after in drive(engine, play):
        complete += sum(isinstance(e, TrialClosed) and e.outcome is Outcome.COMPLETE for e in effects)
        just_closed = any(isinstance(e, TrialClosed) and e.outcome is Outcome.COMPLETE for e in effects)
        has_some = complete > 0 and bool(engine.sequence[complete - 1].questions)
        if just_closed:
            assert (after.phase is Phase.ASKING) == (asks and has_some)
        if after.phase is Phase.ASKING:
            assert after.questions == engine.sequence[complete - 1].questions != ()
            assert (after.trial, after.progress, after.media) == (complete, 1.0, None)
        else:
            assert after.questions == ()
        if before.phase is Phase.ASKING and after.phase not in (Phase.ASKING, Phase.PAUSED, Phase.STOPPED):
            assert after.trial == min(complete + 1, after.of)


def same_trials(one, other) -> bool:
    return sorted(map(id, one)) == sorted(map(id, other))


@given(make=engines, play=plays)
def test_wishes_change_the_order_and_nothing_else(make, play) -> None:
    as_planned = make().sequence
    engine = make()
    drive(engine, play)
    assert same_trials(engine.sequence, as_planned)
    baselines = sum(trial.baseline for trial in as_planned)
    assert engine.sequence[:baselines] == as_planned[:baselines]


@dataclass
class Past:
    """A recording as the files of a session tell it after a kill."""

    trial: int
    expression: str
    outcome: str = "incomplete"
    answers: Mapping[str, str] = field(default_factory=dict)


@given(make=engines, play=plays)
def test_after_a_kill_what_broke_off_begins_again_and_nothing_is_lost(make, play) -> None:
    engine = make()
    past: list[Past] = []
    for effect in (e for _, effects, _ in drive(engine, play) for e in effects):
        if isinstance(effect, TrialOpened):
            past.append(Past(effect.trial, effect.expression))
        if isinstance(effect, TrialClosed):
            past[-1].outcome = effect.outcome
        if isinstance(effect, Answered):
            past[-1].answers = {**past[-1].answers, effect.question: effect.value}
    again = make(past)

    complete = [recording.expression for recording in past if recording.outcome == "complete"]
    assert [trial.expression for trial in again.sequence[: len(complete)]] == complete
    assert same_trials(again.sequence, make().sequence)
    if past and past[-1].outcome != "complete":
        assert again.view.expression == past[-1].expression

    again.on_tick(1e6)
    last = past[-1] if past and past[-1].outcome == "complete" and not past[-1].answers else None
    left_to_ask = again.sequence[len(complete) - 1].questions if last and again._asks else ()
    assert again.view.questions == left_to_ask
    if left_to_ask:
        assert again.view.trial == len(complete)
        assert again.on_answers({"strength": "7"}, 1e6)[0] == Answered(last.trial, "strength", "7", 1e6)
