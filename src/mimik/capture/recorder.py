"""Carries out what a session engine wants done, on a session writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from mimik.capture.button import Button
from mimik.capture.effects import (
    Answered,
    Effect,
    FaceFound,
    FaceLost,
    Finished,
    FrameKept,
    Paused,
    Reminder,
    Resumed,
    Stopped,
    TrialBroughtForward,
    TrialClosed,
    TrialOpened,
)
from mimik.capture.engine import Engine
from mimik.capture.view import View
from mimik.errors import StudyError
from mimik.frame import Frame
from mimik.study.oneline import one_line
from mimik.study.session import NOTE

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo

__all__ = ["Recorder", "Writer"]


class Writer(Protocol):
    """What a recorder needs of ``mimik.study.SessionWriter``; see there."""

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        """Begin a recording."""

    def frame(self, trial: int, frame: Frame) -> None:
        """Store one frame of an open recording."""

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        """Note that something happened."""

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        """End a recording."""

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        """Store what the participant reported after a recording."""

    def flush(self, now: float) -> None:
        """Write what is waiting, if it is time."""

    def finish(self, at: float) -> SessionInfo | None:
        """End the session for good; return what is known of it, or None if that comes later."""

    def leave(self) -> None:
        """Break off; the session can be resumed."""


class Recorder:
    """One session being recorded: ``engine`` decides, ``writer`` writes.

    Times are seconds since 1970 (UTC), of the clock that stamps arrivals. Beside the recordings it notes the
    events "face-lost" and "pause" (with durations), "reminder" and "next: " with the expression of a trial
    brought forward. An error of the writer comes through; call
    ``leave`` then.
    """

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self.engine = engine
        self._writer = writer
        self._closed = False
        self._lost: FaceLost | None = None
        self._paused: Paused | None = None
        self._opened = 0.0
        self._trial: int | None = None  # being recorded

    @property
    def view(self) -> View:
        """What the participant's screen shows now."""
        return self.engine.view

    @property
    def finished(self) -> bool:
        """Whether nothing more will be recorded: all trials complete, stopped, or left."""
        return self._closed or self.engine.over

    def frame(self, frame: Frame, now: float) -> None:
        """Take in a frame of this session's device."""
        if not self._closed:
            self._carry_out(self.engine.on_frame(frame, now))

    def tick(self, now: float) -> None:
        """Take in that time has passed; due ten times a second or more."""
        if self.finished:
            return
        self._carry_out(self.engine.on_tick(now))
        if not self.finished:
            self._writer.flush(now)

    def press(self, button: Button, now: float) -> None:
        """Take in a press."""
        if not self._closed:
            self._carry_out(self.engine.on_press(button, now))

    def wish(self, expression: str, now: float) -> None:
        """Take in that a trial still to come should be shown next."""
        if not self._closed:
            self._carry_out(self.engine.on_wish(expression, now))

    def answer(self, answers: Mapping[str, str], now: float) -> None:
        """Take in answers to what is asked now, by question; those left out are skipped.

        Raises:
            AnswerRefused: one does not fit its question; nothing has changed.
        """
        if not self._closed:
            self._carry_out(self.engine.on_answers(answers, now))

    def event(self, event: str, now: float) -> None:
        """Note that something else happened, in one line, such as "device 2" after a change of devices."""
        if not self.finished:
            self._writer.event(event, now)

    def note(self, text: str, at: float) -> None:
        """Keep a note of who runs the session, in one line, with the trial that is being recorded.

        Raises:
            StudyError: it says nothing or too much, or the session has ended.
        """
        what = NOTE + one_line(text, where="note")  # here, since a writer that refuses ends the session
        if self.finished:
            raise StudyError("note: expected a session that is being recorded, found one that has ended.")
        self._writer.event(what, at, trial=self._trial)

    def leave(self) -> None:
        """Break off, so that the session can be resumed; does nothing once the writer has ended it."""
        if not self._closed:
            self._closed = True
            self._writer.leave()

    def _carry_out(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, FrameKept):  # first, since nearly all are
                self._writer.frame(effect.trial, effect.frame)
            else:
                self._note(effect)

    def _note(self, effect: Effect) -> None:
        match effect:
            case TrialOpened():
                self._opened, self._trial = effect.at, effect.trial
                self._writer.open_trial(effect.trial, effect.expression, effect.at)
            case TrialClosed():
                self._end_lost(effect.at)
                self._trial = None
                self._writer.close_trial(effect.trial, effect.outcome, effect.at)
            case FaceLost():
                self._lost = effect
            case FaceFound():
                self._end_lost(effect.at)
            case Answered():
                self._writer.answer(effect.trial, effect.question, effect.value, effect.at)
            case Reminder():
                self._writer.event("reminder", effect.at, trial=effect.trial)
            case TrialBroughtForward():
                self._writer.event(f"next: {effect.expression}", effect.at)
            case Paused():
                self._end_lost(effect.at)
                self._paused = effect
            case Resumed():
                self._end_pause(effect.at)
            case Stopped():
                self._end_pause(effect.at)
                self.leave()
            case Finished():
                self._writer.finish(effect.at)
                self._closed = True

    def _end_lost(self, at: float) -> None:
        """Note the time without a face, from when it was last seen in this recording."""
        if self._lost is not None:
            onset = max(self._lost.since, self._opened)
            self._writer.event("face-lost", onset, trial=self._lost.trial, duration=at - onset)
            self._lost = None

    def _end_pause(self, at: float) -> None:
        if self._paused is not None:
            onset = self._paused.at
            self._writer.event("pause", onset, trial=self._paused.trial, duration=at - onset)
            self._paused = None
