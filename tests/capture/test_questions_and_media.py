"""What a participant is asked after a trial, and what is shown during one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest

from mimik.capture.effects import (
    Answered,
    Effect,
    Finished,
    FrameKept,
    Outcome,
    Paused,
    Resumed,
    Stopped,
    TrialBroughtForward,
    TrialClosed,
    TrialOpened,
)
from mimik.capture.engine import Button, Engine
from mimik.capture.view import Phase
from mimik.errors import AnswerRefused
from mimik.frame import Frame
from mimik.protocol import Protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)
QUESTIONS = """
    [[trials.questions]]
    id = "strength"
    kind = "scale"
    minimum = 0
    maximum = 10
    text = { en = "How strongly?" }
    [[trials.questions]]
    id = "sure"
    kind = "choice"
    text = { en = "Are you sure?" }
    options = [{ value = "yes", text = { en = "Yes" } }, { value = "no", text = { en = "No" } }]
    [[trials.questions]]
    id = "thought"
    kind = "text"
    text = { en = "What did you think of?" }
"""
MEDIA = '\nmedia = { kind = "picture", file = "media/a.png", description = { en = "a face" } }\n'


def protocol(
    *, asks_after: str = "ab", button: bool = False, shows: str = "a", trials: str = "abc"
) -> Protocol:
    """Three trials of a second; a and b ask questions, a shows a picture."""
    text = f"""
        format = 1
        name = "test"
        version = 1
        languages = ["en"]
        start = "{"button" if button else "automatic"}"
        min_frames = 60
        title = {{ en = "t" }}
        [texts]
    """
    for key in ("fixation", "face_lost", "paused", "done", "start"):
        text += f'{key} = {{ en = "{key}!" }}\n'
    for name in trials:
        text += f'[[trials]]\nexpression = "{name}"\nprompt = {{ en = "show {name}" }}\n'
        text += MEDIA if name in shows else ""
        text += QUESTIONS if name in asks_after else ""
    return parse_protocol(text, where="test.toml")


def play(engine: Engine, start: float, seconds: float = 1.0) -> list[Effect]:
    """A face at 60 fps from ``start`` on, and the frame that ends the time."""
    times = start + np.arange(round(seconds * 60) + 1) / 60
    return [e for t in times for e in engine.on_frame(Frame(1, -1, t, t, True, FACE), float(t))]


def others(effects: list[Effect]) -> list[Effect]:
    return [e for e in effects if not isinstance(e, FrameKept)]


def asking(**facts) -> Engine:
    """An engine that asks what follows the first trial, since second 1."""
    engine = Engine(protocol(**facts), seed=0, asks=True)
    if facts.get("button"):
        engine.on_tick(0.0)
        engine.on_press(Button.START, 0.0)
    play(engine, 0.0)
    assert engine.phase is Phase.ASKING
    return engine


# Questions


def test_after_a_trial_its_questions_are_asked_before_the_next() -> None:
    engine = Engine(protocol(), seed=0, asks=True)
    assert others(play(engine, 0.0))[-1] == TrialClosed(1, Outcome.COMPLETE, 1.0)
    view = engine.view
    assert view.phase is Phase.ASKING
    assert [question.id for question in view.questions] == ["strength", "sure", "thought"]
    assert (view.trial, view.of, view.expression, view.progress, view.message) == (1, 3, "a", 1.0, "")
    assert play(engine, 2.0, 60.0) == []
    assert engine.on_tick(63.0) == ()
    assert engine.view.questions == view.questions


def test_answers_are_told_in_the_order_of_the_questions_and_the_session_goes_on() -> None:
    engine = asking()
    engine.on_tick(8.9)
    assert engine.on_answers({"thought": " of home ", "sure": "no", "strength": "7.0"}, 9.0) == (
        Answered(1, "strength", "7", 9.0),
        Answered(1, "sure", "no", 9.0),
        Answered(1, "thought", "of home", 9.0),
        TrialOpened(2, "b", 9.0),
    )
    assert (engine.view.phase, engine.view.trial, engine.view.questions) == (Phase.WAITING_FOR_FACE, 2, ())


def test_a_face_that_stayed_is_recorded_at_once_in_the_next_trial() -> None:
    engine = asking()
    play(engine, 1.0, 3.0)
    engine.on_answers({}, 4.0)
    assert engine.view.phase is Phase.RECORDING
    assert others(play(engine, 4.0)) == [TrialClosed(2, Outcome.COMPLETE, 5.0)]


@pytest.mark.parametrize("answers", [{}, {"strength": ""}, {"strength": " ", "sure": "", "thought": "n/a"}])
def test_questions_can_be_skipped(answers: Mapping[str, str]) -> None:
    engine = asking()
    assert engine.on_answers(answers, 2.0) == (TrialOpened(2, "b", 2.0),)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"strength": "11"},
            r"trial 1 \(a\): expected a whole number from 0 to 10 to the question 'strength'",
        ),
        ({"strength": "7", "sure": "perhaps"}, "expected one of 'yes', 'no' to the question 'sure'"),
        (
            {"mood": "good"},
            r"a question that the protocol asks there \(strength, sure, thought\), found 'mood'",
        ),
        ({"mood": ""}, "found 'mood'"),
        ({"thought": "x" * 10_001}, "at most 10000 characters to the question 'thought', found 10001"),
    ],
)
def test_answers_that_do_not_fit_are_refused_as_a_whole(answers: Mapping[str, str], message: str) -> None:
    engine = asking()
    view = engine.view
    with pytest.raises(AnswerRefused, match=message):
        engine.on_answers(answers, 2.0)
    assert engine.view == view
    assert engine.on_answers({"strength": "7"}, 2.0)[0] == Answered(1, "strength", "7", 2.0)


def test_answers_that_nobody_asked_for_are_ignored() -> None:
    engine = Engine(protocol(), seed=0, asks=True)
    assert engine.on_answers({"strength": "7"}, 0.0) == ()
    play(engine, 0.0, 0.5)
    assert engine.on_answers({"strength": "7"}, 0.6) == ()
    play(engine, 0.6, 1.5)
    assert engine.on_answers({"strength": "7"}, 2.5) != ()
    assert engine.on_answers({"strength": "7"}, 2.5) == (), "pressed twice"


def test_a_trial_without_questions_is_followed_by_the_next_at_once() -> None:
    engine = Engine(protocol(asks_after="b"), seed=0, asks=True)
    assert others(play(engine, 0.0))[-1] == TrialOpened(2, "b", 1.0)


def test_the_last_questions_come_before_the_end() -> None:
    engine = asking(trials="a")
    assert (engine.view.trial, engine.view.of, engine.view.prompt) == (1, 1, "show a")
    assert not engine.over
    assert engine.on_answers({"sure": "yes"}, 3.0) == (Answered(1, "sure", "yes", 3.0), Finished(3.0))
    assert engine.view.phase is Phase.DONE


def test_with_a_button_the_next_trial_waits_for_its_press_after_the_answers() -> None:
    engine = asking(button=True)
    assert engine.on_press(Button.START, 1.5) == ()
    assert engine.on_answers({}, 2.0) == ()
    assert (engine.view.phase, engine.view.trial) == (Phase.WAITING_FOR_START, 2)


def test_an_engine_that_does_not_ask_goes_on() -> None:
    engine = Engine(protocol(), seed=0)
    assert others(play(engine, 0.0))[-1] == TrialOpened(2, "b", 1.0)
    assert engine.on_answers({"strength": "7"}, 2.0) == ()


def test_a_trial_done_again_is_asked_about_once_by_its_new_number() -> None:
    engine = Engine(protocol(), seed=0, asks=True)
    play(engine, 0.0, 0.5)
    engine.on_press(Button.REDO, 0.6)
    play(engine, 0.6, 1.1)
    assert engine.on_answers({"strength": "7"}, 3.0)[0] == Answered(2, "strength", "7", 3.0)


# Buttons while questions are asked


def test_a_pause_hides_the_questions_until_it_ends() -> None:
    engine = asking()
    assert engine.on_press(Button.PAUSE, 2.0) == (Paused(None, 2.0),)
    assert (engine.view.phase, engine.view.message, engine.view.questions) == (Phase.PAUSED, "paused!", ())
    assert engine.on_answers({"strength": "7"}, 2.5) == ()
    assert engine.on_press(Button.RESUME, 3.0) == (Resumed(None, 3.0),)
    assert engine.view.phase is Phase.ASKING
    assert engine.on_answers({"strength": "7"}, 4.0)[0] == Answered(1, "strength", "7", 4.0)


def test_what_is_complete_cannot_be_done_again_while_questions_are_asked() -> None:
    engine = asking()
    view = engine.view
    assert engine.on_press(Button.REDO, 2.0) == ()
    engine.on_press(Button.PAUSE, 2.0)
    assert engine.on_press(Button.REDO, 2.0) == ()
    engine.on_press(Button.RESUME, 2.0)
    assert engine.view == view


def test_a_stop_while_questions_are_asked_ends_the_session() -> None:
    engine = asking()
    assert engine.on_press(Button.STOP, 2.0) == (Stopped(2.0),)
    assert engine.over
    assert engine.on_answers({"strength": "7"}, 3.0) == ()


def test_a_wish_while_questions_are_asked_brings_a_trial_behind_them() -> None:
    engine = asking()
    assert engine.on_wish("c", 2.0) == (TrialBroughtForward("c", 2.0),)
    assert engine.view.expression == "a"
    assert engine.on_answers({}, 3.0) == (TrialOpened(2, "c", 3.0),)


# Going on with an interrupted session


@dataclass
class Past:
    trial: int
    expression: str
    outcome: str = "complete"
    answers: Mapping[str, str] = field(default_factory=dict)


def test_a_session_that_broke_off_at_the_questions_begins_with_them() -> None:
    engine = Engine(protocol(), seed=0, asks=True, done=[Past(1, "a", "redone"), Past(2, "a")])
    assert (engine.view.phase, engine.view.trial, engine.view.questions) == (Phase.READY, 1, ())
    assert engine.on_tick(0.0) == ()
    assert engine.phase is Phase.ASKING
    assert engine.on_answers({"sure": "no"}, 5.0) == (
        Answered(2, "sure", "no", 5.0),
        TrialOpened(3, "b", 5.0),
    )


@pytest.mark.parametrize(
    "past",
    [
        [Past(1, "a", answers={"sure": "no"})],
        [Past(1, "a"), Past(2, "b", "incomplete")],
        [Past(1, "b"), Past(2, "c")],
        [],
    ],
    ids=["something was answered", "another trial has begun", "nothing is asked", "nothing is done"],
)
def test_otherwise_it_begins_with_the_next_trial(past: list[Past]) -> None:
    engine = Engine(protocol(), seed=0, asks=True, done=past)
    engine.on_tick(0.0)
    assert engine.phase is Phase.WAITING_FOR_FACE
    assert engine.view.trial == sum(recording.outcome == "complete" for recording in past) + 1


def test_a_session_that_broke_off_at_the_last_questions_asks_them_and_ends() -> None:
    engine = Engine(protocol(trials="a"), seed=0, asks=True, done=[Past(1, "a")])
    assert engine.on_tick(0.0) == ()
    assert engine.on_answers({"sure": "no"}, 5.0) == (Answered(1, "sure", "no", 5.0), Finished(5.0))


def test_an_engine_that_does_not_ask_never_does() -> None:
    engine = Engine(protocol(), seed=0, done=[Past(1, "a")])
    assert engine.on_tick(0.0) == (TrialOpened(2, "b", 0.0),)


# Pictures and clips


def test_the_picture_of_a_trial_is_in_the_view_while_its_prompt_is_shown() -> None:
    engine = Engine(protocol(button=True), seed=0, asks=True)
    assert engine.view.media is None
    engine.on_tick(0.0)
    picture = engine.protocol.trials[0].media
    assert picture is not None
    assert (engine.phase, engine.view.media) == (Phase.WAITING_FOR_START, picture)
    engine.on_press(Button.START, 0.0)
    assert (engine.phase, engine.view.media) == (Phase.WAITING_FOR_FACE, picture)
    play(engine, 0.0, 0.5)
    assert (engine.phase, engine.view.media) == (Phase.RECORDING, picture)
    engine.on_press(Button.PAUSE, 0.6)
    assert (engine.phase, engine.view.media) == (Phase.PAUSED, None)
    engine.on_press(Button.RESUME, 0.7)
    play(engine, 0.7)
    assert (engine.phase, engine.view.media) == (Phase.ASKING, None)
    engine.on_answers({}, 4.0)
    assert (engine.view.expression, engine.view.media) == ("b", None)
