"""The session engine, told to the frame what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

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
from mimik.capture.view import Phase
from mimik.errors import ProtocolError
from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import Protocol, load_protocol, parse_protocol

FACE = np.zeros(64, dtype=np.float32)


def frame(t: float, *, tracked: bool = True) -> Frame:
    return Frame(1, -1, t, t, tracked, FACE if tracked else NOT_TRACKED)


def protocol(
    minimum: str = "min_frames = 60", *, button: bool = False, remind: float = 100.0, trials: str = "ab"
) -> Protocol:
    head = f"""
        format = 1
        name = "test"
        version = 1
        languages = ["en", "de"]
        start = "{"button" if button else "automatic"}"
        remind_every = {remind}
        {minimum}
        title = {{ en = "t", de = "t" }}
        [texts]
    """
    texts = ("fixation", "face_lost", "paused", "done", "start", "reminder")
    head += "".join(f'{t} = {{ en = "{t}!", de = "{t} auf Deutsch" }}\n' for t in texts)
    for name in trials:
        head += f'[[trials]]\nexpression = "{name}"\nprompt = {{ en = "show {name}", de = "zeige {name}" }}\n'
    return parse_protocol(head, where="test.toml")


def play(engine: Engine, start: float, n: int, fps: float = 60.0, *, tracked: bool = True) -> list[Effect]:
    """Feed n frames, the first at ``start``."""
    return [
        e for i in range(n) for e in engine.on_frame(frame(start + i / fps, tracked=tracked), start + i / fps)
    ]


def kept(effects: list[Effect]) -> list[Frame]:
    return [e.frame for e in effects if isinstance(e, FrameKept)]


def others(effects: list[Effect] | tuple[Effect, ...]) -> list[Effect]:
    return [e for e in effects if not isinstance(e, FrameKept)]


def session(engine: Engine, fps: float) -> Iterator[Effect]:
    """A face that never leaves, until the end."""
    i = 0
    while not engine.over:
        yield from engine.on_frame(frame(i / fps), i / fps)
        i += 1


# The published protocol


@pytest.mark.parametrize(
    ("fps", "frames"),
    # 500 frames are there after 8.3 s at 60 fps, seen at second 9; after 16.7 s at 30 fps, seen at second 17.
    # The frame that falls on the check belongs to the closing trial.
    [(60.0, [541, 540, 540, 540, 540]), (30.0, [511, 510, 510, 510, 510])],
)
def test_a_check_once_a_second_overshoots_a_little(fps: float, frames: list[int]) -> None:
    effects = list(session(Engine(load_protocol("hartmann2022"), seed=0), fps))
    counts = [0] * 5
    for e in effects:
        if isinstance(e, FrameKept):
            counts[e.trial - 1] += 1
    assert counts == frames
    opened = [e.expression for e in effects if isinstance(e, TrialOpened)]
    assert opened == ["disappointed", "stressed", "happy", "sad", "surprised"]
    assert isinstance(effects[-1], Finished)
    assert effects[-1].at == pytest.approx(5 * round(sum(frames) / 5 / fps))


def test_the_first_input_shows_the_first_prompt() -> None:
    engine = Engine(protocol(), seed=0)
    assert engine.view.phase is Phase.READY
    assert engine.view.prompt == "show a"
    assert engine.on_tick(5.0) == (TrialOpened(1, "a", 5.0),)
    assert engine.view.phase is Phase.WAITING_FOR_FACE
    assert engine.on_tick(6.0) == ()


def test_a_trial_closes_and_the_next_opens_in_one_moment() -> None:
    engine = Engine(protocol(), seed=0)
    effects = play(engine, 0.0, 61)
    assert others(effects) == [
        TrialOpened(1, "a", 0.0),
        FaceFound(1, 0.0),
        TrialClosed(1, Outcome.COMPLETE, 1.0),
        TrialOpened(2, "b", 1.0),
    ]
    assert len(kept(effects)) == 61
    assert engine.view.phase is Phase.RECORDING
    assert (engine.view.trial, engine.view.frames, engine.view.progress) == (2, 0, 0.0)


def test_enough_frames_are_noticed_only_at_a_check() -> None:
    engine = Engine(protocol("min_frames = 10"), seed=0)
    assert len(kept(play(engine, 0.0, 59))) == 59
    assert (engine.view.trial, engine.view.progress) == (1, 1.0)
    assert others(engine.on_tick(1.0)) == [TrialClosed(1, Outcome.COMPLETE, 1.0), TrialOpened(2, "b", 1.0)]


def test_a_check_also_happens_while_the_face_is_lost() -> None:
    engine = Engine(protocol("min_frames = 10"), seed=0)
    play(engine, 0.0, 10)
    assert others(engine.on_tick(0.9)) == [FaceLost(1, since=9 / 60, at=0.9)]
    assert others(engine.on_tick(1.0))[0] == TrialClosed(1, Outcome.COMPLETE, 1.0)


def test_late_ticks_do_not_pile_up_checks() -> None:
    engine = Engine(protocol("min_frames = 1"), seed=0)
    play(engine, 0.0, 1)
    assert [type(e) for e in engine.on_tick(7.3)] == [FaceLost, TrialClosed, TrialOpened]
    assert engine.on_tick(8.2) == ()  # trial 2 opened at 7.3 and is due at 8.3


# The face


def test_frames_without_a_face_are_never_kept_and_recording_resumes_by_itself() -> None:
    engine = Engine(protocol(), seed=0)
    before = play(engine, 0.0, 10)
    lost = play(engine, 10 / 60, 5, tracked=False)
    assert lost == [FaceLost(1, since=9 / 60, at=10 / 60)]
    assert engine.view.phase is Phase.WAITING_FOR_FACE
    assert (engine.view.message, engine.view.face) == ("face_lost!", False)
    after = play(engine, 15 / 60, 10)
    assert after[0] == FaceFound(1, 15 / 60)
    assert len(kept(before + lost + after)) == 20 == engine.view.frames
    assert all(f.tracked for f in kept(before + lost + after))


def test_half_a_second_of_silence_is_a_lost_face() -> None:
    engine = Engine(protocol(), seed=0)
    play(engine, 0.0, 1)
    assert engine.on_tick(0.4999) == ()
    assert engine.on_tick(0.5) == (FaceLost(1, since=0.0, at=0.5),)
    assert engine.on_tick(0.6) == ()
    assert others(play(engine, 0.7, 1)) == [FaceFound(1, 0.7)]


def test_a_face_that_is_there_need_not_be_found_again_in_the_next_trial() -> None:
    effects = list(session(Engine(protocol(), seed=0), 60))
    assert [e for e in effects if isinstance(e, FaceFound | FaceLost)] == [FaceFound(1, 0.0)]


# Seconds


@pytest.mark.parametrize("fps", [30.0, 60.0])
def test_seconds_take_as_long_at_any_rate(fps: float) -> None:
    effects = list(session(Engine(protocol("min_seconds = 2.5", trials="a"), seed=0), fps))
    assert effects[-1] == Finished(3.0)
    assert len(kept(effects)) == 3 * fps + 1


def test_seconds_are_steps_of_the_device_s_clock_without_long_gaps_or_steps_back() -> None:
    engine = Engine(protocol("min_seconds = 100"), seed=0)
    device = [50.0, 50.25, 50.75, 51.5, 51.75, 3.0, 3.5, float("nan"), 4.0, 4.5]
    #   steps:      .25    .5   (.75)   .25  (back)  .5      (nan)    (nan)  .5
    for i, t in enumerate(device):
        engine.on_frame(Frame(1, -1, t, 0.0, True, FACE), i * 0.01)
    assert engine.view.seconds == 2.0
    assert engine.view.frames == 10


def test_both_frames_and_seconds_must_be_there() -> None:
    engine = Engine(protocol("min_frames = 10\nmin_seconds = 1.5", trials="a"), seed=0)
    assert list(session(engine, 60))[-1] == Finished(2.0)
    engine = Engine(protocol("min_frames = 150\nmin_seconds = 1.5", trials="a"), seed=0)
    assert list(session(engine, 60))[-1] == Finished(3.0)


# The start button


def test_with_a_button_only_frames_after_the_press_count() -> None:
    engine = Engine(protocol(button=True), seed=0)
    assert play(engine, 0.0, 120) == []
    assert (engine.view.phase, engine.view.message) == (Phase.WAITING_FOR_START, "start!")
    assert engine.view.face
    assert engine.on_press(Button.START, 2.0) == (TrialOpened(1, "a", 2.0),)
    assert len(kept(play(engine, 2.0, 61))) == 61
    assert engine.view.phase is Phase.WAITING_FOR_START
    assert (engine.view.trial, engine.view.expression) == (2, "b")


def test_a_press_without_a_face_waits_for_it() -> None:
    engine = Engine(protocol(button=True), seed=0)
    engine.on_tick(0.0)
    assert engine.on_press(Button.START, 1.0) == (TrialOpened(1, "a", 1.0),)
    assert engine.view.phase is Phase.WAITING_FOR_FACE
    assert others(play(engine, 5.0, 1)) == [FaceFound(1, 5.0)]


# Reminders


def test_reminders_come_at_their_pace_and_stay_two_seconds() -> None:
    engine = Engine(protocol("min_frames = 10_000", remind=5.0), seed=0)
    effects = play(engine, 0.0, 12 * 60)
    assert [e for e in effects if isinstance(e, Reminder)] == [Reminder(1, 5.0), Reminder(1, 10.0)]
    assert engine.view.message == "reminder!"
    play(engine, 12.0, 1)
    assert engine.view.message == ""


def test_nobody_without_a_face_is_reminded_and_the_pace_begins_anew_with_it() -> None:
    engine = Engine(protocol("min_frames = 10_000", remind=5.0), seed=0)
    play(engine, 0.0, 240)
    play(engine, 4.0, 120, tracked=False)
    effects = play(engine, 6.0, 6 * 60)
    assert [e for e in effects if isinstance(e, Reminder)] == [Reminder(1, 11.0)]


# Pause, redo, stop


def test_a_pause_keeps_no_frames_and_what_was_recorded() -> None:
    engine = Engine(protocol(), seed=0)
    play(engine, 0.0, 30)
    assert engine.on_press(Button.PAUSE, 0.5) == (Paused(1, 0.5),)
    assert play(engine, 0.5, 600) == []
    assert (engine.view.message, engine.view.frames) == ("paused!", 30)
    assert engine.on_press(Button.RESUME, 10.5) == (Resumed(1, 10.5),)
    effects = play(engine, 10.5, 61)
    assert TrialClosed(1, Outcome.COMPLETE, 11.5) in effects
    assert len(kept(effects)) == 61


def test_a_face_lost_in_a_pause_is_waited_for_afterwards() -> None:
    engine = Engine(protocol(), seed=0)
    play(engine, 0.0, 30)
    engine.on_press(Button.PAUSE, 0.5)
    assert engine.on_tick(3.0) == ()
    engine.on_press(Button.RESUME, 4.0)
    assert engine.view.phase is Phase.WAITING_FOR_FACE
    assert others(play(engine, 5.0, 1)) == [FaceFound(1, 5.0)]


def test_a_pause_between_trials_comes_back_to_the_start_button() -> None:
    engine = Engine(protocol(button=True), seed=0)
    engine.on_tick(0.0)
    assert engine.on_press(Button.PAUSE, 1.0) == (Paused(None, 1.0),)
    assert engine.on_press(Button.START, 1.5) == ()
    assert engine.on_press(Button.RESUME, 2.0) == (Resumed(None, 2.0),)
    assert engine.view.phase is Phase.WAITING_FOR_START


def test_a_redone_trial_gets_a_new_number_and_starts_from_nothing() -> None:
    engine = Engine(protocol(), seed=0)
    play(engine, 0.0, 30)
    assert engine.on_press(Button.REDO, 0.5) == (
        TrialClosed(1, Outcome.REDONE, 0.5),
        TrialOpened(2, "a", 0.5),
    )
    assert (engine.view.trial, engine.view.frames) == (1, 0)
    effects = play(engine, 0.5, 61)
    assert {e.trial for e in effects if isinstance(e, FrameKept)} == {2}
    assert others(effects) == [TrialClosed(2, Outcome.COMPLETE, 1.5), TrialOpened(3, "b", 1.5)]


def test_a_redo_with_a_button_waits_for_it_and_in_a_pause_for_its_end() -> None:
    engine = Engine(protocol(button=True), seed=0)
    engine.on_tick(0.0)
    engine.on_press(Button.START, 0.0)
    engine.on_press(Button.PAUSE, 0.5)
    assert engine.on_press(Button.REDO, 1.0) == (TrialClosed(1, Outcome.REDONE, 1.0),)
    assert engine.view.phase is Phase.PAUSED
    assert engine.on_press(Button.REDO, 1.0) == ()
    engine.on_press(Button.RESUME, 2.0)
    assert engine.view.phase is Phase.WAITING_FOR_START
    assert engine.on_press(Button.START, 3.0) == (TrialOpened(2, "a", 3.0),)


def test_a_stop_closes_the_recording_as_incomplete_and_nothing_follows() -> None:
    engine = Engine(protocol(), seed=0)
    play(engine, 0.0, 30)
    assert engine.on_press(Button.STOP, 0.5) == (TrialClosed(1, Outcome.INCOMPLETE, 0.5), Stopped(0.5))
    assert engine.over
    assert play(engine, 0.5, 600) == []
    assert all(engine.on_press(b, 20.0) == () for b in Button)


def test_a_stop_before_the_beginning_opens_nothing() -> None:
    engine = Engine(protocol(), seed=0)
    assert engine.on_press(Button.STOP, 0.5) == (Stopped(0.5),)


@pytest.mark.parametrize("button", [Button.START, Button.RESUME])
def test_presses_that_make_no_sense_are_ignored(button: Button) -> None:
    engine = Engine(protocol(), seed=0)
    assert engine.on_press(button, 0.0) == ()
    play(engine, 0.0, 5)
    view = engine.view
    assert engine.on_press(button, 0.1) == ()
    assert engine.view == view


# Going on with an interrupted session


@dataclass
class Past:
    trial: int
    expression: str
    outcome: str


def test_an_interrupted_session_goes_on_at_the_first_trial_that_is_not_complete() -> None:
    past = [Past(1, "a", "redone"), Past(2, "a", "complete"), Past(3, "b", "incomplete")]
    engine = Engine(protocol(trials="abc"), seed=0, done=past)
    assert (engine.view.trial, engine.view.expression) == (2, "b")
    assert engine.on_tick(0.0) == (TrialOpened(4, "b", 0.0),)


def test_a_session_resumed_with_all_complete_finishes_at_once() -> None:
    engine = Engine(protocol(button=True), seed=0, done=[Past(1, "a", "complete"), Past(2, "b", "complete")])
    assert (engine.view.trial, engine.view.of, engine.view.progress, engine.view.prompt) == (2, 2, 1.0, "")
    assert engine.on_tick(3.0) == (Finished(3.0),)
    assert (engine.view.phase, engine.view.message) == (Phase.DONE, "done!")
    assert engine.on_tick(4.0) == ()


@pytest.mark.parametrize("done", ["c", "aa", "abb"])
def test_a_session_of_another_protocol_is_refused(done: str) -> None:
    past = [Past(i, expression, "complete") for i, expression in enumerate(done, 1)]
    with pytest.raises(ProtocolError, match=r"trials of \['a', 'b'\], found one with") as caught:
        Engine(protocol(), seed=0, done=past)
    assert "protocol" in caught.value.hint


# Trials out of turn


def finish_trial(engine: Engine, start: float) -> list[Effect]:
    return others(play(engine, start, 61))


def test_a_trial_still_to_come_can_be_brought_forward_and_the_current_one_goes_on() -> None:
    engine = Engine(protocol(trials="abcd"), seed=0)
    play(engine, 0.0, 10)
    view = engine.view
    assert engine.on_wish("c", 0.2) == (TrialBroughtForward("c", 0.2),)
    assert engine.view == view
    effects = [e for e in session(engine, 60.0) if isinstance(e, TrialOpened)]
    assert [e.expression for e in effects] == ["c", "b", "d"]
    assert engine.view.phase is Phase.DONE


@pytest.mark.parametrize("wish", ["b", "a", "x", ""])
def test_a_wish_for_the_current_the_next_or_no_trial_changes_nothing(wish: str) -> None:
    engine = Engine(protocol(trials="abc"), seed=0)
    play(engine, 0.0, 10)
    sequence = engine.sequence
    assert engine.on_wish(wish, 0.2) == ()
    assert engine.sequence == sequence


def test_wishes_before_the_beginning_and_after_the_end_change_nothing() -> None:
    engine = Engine(protocol(trials="abc"), seed=0)
    assert engine.on_wish("c", 0.0) == ()
    engine.on_press(Button.STOP, 1.0)
    assert engine.on_wish("c", 2.0) == ()


def test_the_later_of_two_wishes_comes_first() -> None:
    engine = Engine(protocol(trials="abcd"), seed=0)
    play(engine, 0.0, 10)
    engine.on_wish("c", 0.2)
    engine.on_wish("d", 0.2)
    assert [trial.expression for trial in engine.sequence] == ["a", "d", "c", "b"]


def test_a_trial_that_waits_for_its_start_stays_the_current_one() -> None:
    engine = Engine(protocol(button=True, trials="abc"), seed=0)
    engine.on_tick(0.0)
    engine.on_wish("c", 0.1)
    assert engine.view.expression == "a"
    assert [trial.expression for trial in engine.sequence] == ["a", "c", "b"]


def test_baseline_trials_keep_their_place() -> None:
    first_two = protocol(trials="abcd").text.replace('expression = "b"', 'expression = "b"\nbaseline = true')
    with_baselines = parse_protocol(
        first_two.replace('expression = "a"', 'expression = "a"\nbaseline = true'), where="test.toml"
    )
    engine = Engine(with_baselines, seed=0)
    play(engine, 0.0, 10)
    engine.on_wish("d", 0.2)
    assert [trial.expression for trial in engine.sequence] == ["a", "b", "d", "c"]


def test_a_session_with_a_trial_brought_forward_goes_on_with_what_is_left() -> None:
    past = [Past(1, "a", "complete"), Past(2, "c", "complete"), Past(3, "d", "incomplete")]
    engine = Engine(protocol(trials="abcd"), seed=0, done=past)
    assert (engine.view.trial, engine.view.expression) == (3, "d")
    assert [trial.expression for trial in engine.sequence] == ["a", "c", "d", "b"]


# Words


def test_the_screen_speaks_the_participant_s_language() -> None:
    view = Engine(protocol(), seed=0, language="de").view
    assert (view.prompt, view.fixation_text) == ("zeige a", "fixation auf Deutsch")
    with pytest.raises(ProtocolError, match=r"\(en, de\), found 'fr'"):
        Engine(protocol(), seed=0, language="fr")
