"""The session engine: a pure state machine from frames, ticks and presses to effects and a view.

It does no I/O, reads no clock and has no chance but its seed: the same inputs give the same effects.

    READY ── first tick or frame ──▶ each trial ── all complete ──▶ DONE
    each trial:  [WAITING_FOR_START ── START ──▶]  WAITING_FOR_FACE ◀──▶ RECORDING ── enough ──▶
                 [ASKING ── answers ──▶]  next trial
    PAUSE ⇄ RESUME and STOP from anywhere in between; REDO closes the recording and begins the trial again.
    A trial still to come can be brought forward; none is added, and none is lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from mimik.capture.button import Button
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
from mimik.capture.resumption import PastRecording, brought_forward, resumed, unanswered
from mimik.capture.trial_clock import LONGEST_GAP, TrialClock, next_beat
from mimik.capture.view import Phase, View, message_key
from mimik.errors import ProtocolError
from mimik.frame import Frame
from mimik.protocol import Protocol, Trial
from mimik.study.answers import check_answers

__all__ = ["Button", "Engine", "PastRecording"]

REMINDER_SHOWN = 2.0
"""Seconds that a reminder stays on the screen."""

_OPEN = (Phase.WAITING_FOR_FACE, Phase.RECORDING)
_SHOWN = (Phase.WAITING_FOR_START, *_OPEN)


class Engine:
    """One participant's sitting.

    Every input takes ``now``, seconds on any clock that goes forward (a step back counts as none), and gives
    the effects in the order in which they happened. Presses that make no sense in a phase are ignored: they
    give (). Frames without a face are never kept. A trial is complete at the first check that finds enough;
    checks are ``check_every`` seconds apart, counted from its opening or resumption.

    Args:
        protocol: what the participant is asked to do.
        seed: of the order, at least 0; stored with the session.
        position: the participant's place among all, from 0, for Latin squares.
        language: one of the protocol's.
        done: all recordings made before an interruption, whatever their outcome.
        asks: whether a complete trial's questions are asked before the next one; a session that is resumed
            begins with those of its last trial if that is complete and not one of them was answered.

    Raises:
        ProtocolError: the protocol lacks the language, or ``done`` has trials that it has not.
    """

    def __init__(
        self,
        protocol: Protocol,
        *,
        seed: int,
        position: int = 0,
        language: str = "en",
        done: Iterable[PastRecording] = (),
        asks: bool = False,
    ) -> None:
        if language not in protocol.languages:
            known = ", ".join(protocol.languages)
            raise ProtocolError(
                f"{protocol.name}: expected one of its languages ({known}), found {language!r}"
            )
        self.protocol = protocol
        self.language = language
        past = sorted(done, key=lambda recording: recording.trial)
        self.sequence, self._place = resumed(past, protocol.sequence(seed, position), protocol.name)
        self._number = past[-1].trial if past else 0
        self._asks = asks
        self._asked = unanswered(past, self.sequence, self._place) if asks else None
        self._place -= self._asked is not None  # a trial is behind us once its questions are
        self._phase = Phase.READY
        self._now = self._seen = -math.inf
        self._face = False
        self._recording: int | None = None
        self._reset()

    @property
    def phase(self) -> Phase:
        """Where the session stands."""
        return self._phase

    @property
    def open(self) -> bool:
        """Whether a recording is open, which REDO would begin again."""
        return self._recording is not None

    @property
    def over(self) -> bool:
        """Whether the session is done or stopped."""
        return self._phase in (Phase.DONE, Phase.STOPPED)

    def on_frame(self, frame: Frame, now: float) -> tuple[Effect, ...]:
        """Take in a frame of the participant's device."""
        effects = self._begin(now)
        if frame.tracked:
            self._see(frame, effects)
        else:
            self._lose(effects)
        self._check(effects)
        return tuple(effects)

    def on_tick(self, now: float) -> tuple[Effect, ...]:
        """Take in that time has passed; due ten times a second or more, after the frames of that time."""
        effects = self._begin(now)
        if self._face and self._now - self._seen >= LONGEST_GAP:
            self._lose(effects)
        self._check(effects)
        return tuple(effects)

    def on_press(self, button: Button, now: float) -> tuple[Effect, ...]:
        """Take in a press. READY, which ends with the first tick or frame, knows only STOP."""
        self._now = max(now, self._now)
        effects: list[Effect] = []
        if button is Button.STOP and not self.over:
            self._close(Outcome.INCOMPLETE, effects)
            self._phase = Phase.STOPPED
            effects.append(Stopped(self._now))
        elif button is Button.START and self._phase is Phase.WAITING_FOR_START:
            self._open(effects)
        elif button is Button.PAUSE and self._phase in (*_SHOWN, Phase.ASKING):
            self._phase = Phase.PAUSED
            effects.append(Paused(self._recording, self._now))
        elif button is Button.RESUME and self._phase is Phase.PAUSED:
            self._resume(effects)
        elif button is Button.REDO and self._recording is not None:
            self._redo(effects)
        return tuple(effects)

    def on_answers(self, answers: Mapping[str, str], now: float) -> tuple[Effect, ...]:
        """Take in answers, by question, to all that is asked now; those left out or empty are skipped.

        Raises:
            AnswerRefused: one does not fit its question; nothing has changed.
        """
        if self._phase is not Phase.ASKING or self._asked is None:
            return ()
        trial = self.sequence[self._place]
        given = check_answers(trial.questions, answers, where=f"trial {self._asked} ({trial.expression})")
        self._now = max(now, self._now)
        effects: list[Effect] = [Answered(self._asked, q, value, self._now) for q, value in given.items()]
        self._asked = None
        self._next(effects)
        return tuple(effects)

    def on_wish(self, expression: str, now: float) -> tuple[Effect, ...]:
        """Bring the next trial of an expression forward, right behind the current one; that one goes on.

        Baseline trials keep their place. Gives () where no such trial is to come or it comes next anyway,
        before the session has begun and after it is over.
        """
        self._now = max(now, self._now)
        if self._phase is Phase.READY or self.over:
            return ()
        sequence = brought_forward(self.sequence, self._place, expression)
        if sequence is None:
            return ()
        self.sequence = sequence
        return (TrialBroughtForward(expression, self._now),)

    @property
    def view(self) -> View:
        """What the participant's screen shows now."""
        of = len(self.sequence)
        trial = self.sequence[self._place] if self._place < of else None
        clock = self._clock
        message = message_key(self._phase, reminding=self._now < self._reminded + REMINDER_SHOWN)
        return View(
            phase=self._phase,
            trial=min(self._place + 1, of),
            of=of,
            expression=trial.expression if trial else "",
            prompt=trial.prompt[self.language] if trial else "",
            fixation_text=self._text("fixation"),
            message=self._text(message) if message else "",
            progress=self._progress(trial),
            frames=clock.frames,
            seconds=clock.seconds,
            face=self._face,
            media=trial.media if trial and self._phase in _SHOWN else None,
            questions=trial.questions if trial and self._phase is Phase.ASKING else (),
        )

    def _progress(self, trial: Trial | None) -> float:
        if trial is None or self._asked is not None:
            return 1.0
        return trial.progress(self._clock.frames, self._clock.seconds)

    def _begin(self, now: float) -> list[Effect]:
        if now > self._now:
            self._now = now
        effects: list[Effect] = []
        if self._phase is Phase.READY:
            self._go_on(effects)
        return effects

    def _go_on(self, effects: list[Effect]) -> None:
        """Turn to the trial at ``_place`` or its questions, or finish."""
        if self._asked is not None:
            self._phase = Phase.ASKING
        elif self._place == len(self.sequence):
            self._phase = Phase.DONE
            effects.append(Finished(self._now))
        elif self.protocol.start == "button":
            self._phase = Phase.WAITING_FOR_START
        else:
            self._open(effects)

    def _next(self, effects: list[Effect]) -> None:
        """Turn to the trial behind the one at ``_place``."""
        self._place += 1
        self._go_on(effects)

    def _open(self, effects: list[Effect]) -> None:
        self._number += 1
        self._recording = self._number
        effects.append(TrialOpened(self._number, self.sequence[self._place].expression, self._now))
        self._start_watch()

    def _start_watch(self) -> None:
        self._phase = Phase.RECORDING if self._face else Phase.WAITING_FOR_FACE
        self._next_check = self._now + self.protocol.check_every
        self._start_reminders()

    def _start_reminders(self) -> None:
        every = self.protocol.remind_every
        self._next_reminder = math.inf if every is None else self._now + every
        self._reminded = -math.inf

    def _see(self, frame: Frame, effects: list[Effect]) -> None:
        self._seen = self._now
        if not self._face:
            self._face = True
            if self._phase is Phase.WAITING_FOR_FACE and self._recording is not None:
                self._phase = Phase.RECORDING
                self._start_reminders()
                effects.append(FaceFound(self._recording, self._now))
        if self._phase is Phase.RECORDING and self._recording is not None:
            self._clock.add(frame.device_time)
            effects.append(FrameKept(self._recording, frame))

    def _lose(self, effects: list[Effect]) -> None:
        self._face = False
        if self._phase is Phase.RECORDING and self._recording is not None:
            self._phase = Phase.WAITING_FOR_FACE
            effects.append(FaceLost(self._recording, self._seen, self._now))

    def _check(self, effects: list[Effect]) -> None:
        if self._phase is Phase.RECORDING and self._now >= self._next_reminder:
            assert self.protocol.remind_every is not None and self._recording is not None
            self._next_reminder = next_beat(self._next_reminder, self.protocol.remind_every, self._now)
            self._reminded = self._now
            effects.append(Reminder(self._recording, self._now))
        if self._now < self._next_check or self._phase not in _OPEN:
            return
        self._next_check = next_beat(self._next_check, self.protocol.check_every, self._now)
        if self.sequence[self._place].is_complete(self._clock.frames, self._clock.seconds):
            self._complete(effects)

    def _complete(self, effects: list[Effect]) -> None:
        asked = self._recording
        self._close(Outcome.COMPLETE, effects)
        if self._asks and self.sequence[self._place].questions:
            self._asked = asked
            self._go_on(effects)
        else:
            self._next(effects)

    def _close(self, outcome: Outcome, effects: list[Effect]) -> None:
        if self._recording is not None:
            effects.append(TrialClosed(self._recording, outcome, self._now))
        self._reset()

    def _reset(self) -> None:
        """Forget the recording that was: none is open."""
        self._recording = None
        self._clock = TrialClock()
        self._next_check = self._next_reminder = math.inf
        self._reminded = -math.inf

    def _resume(self, effects: list[Effect]) -> None:
        effects.append(Resumed(self._recording, self._now))
        if self._recording is None:
            self._go_on(effects)
        else:
            self._start_watch()

    def _redo(self, effects: list[Effect]) -> None:
        """Begin the trial again; a session that is paused stays so until RESUME."""
        self._close(Outcome.REDONE, effects)
        if self._phase is not Phase.PAUSED:
            self._go_on(effects)

    def _text(self, key: str) -> str:
        return self.protocol.texts[key][self.language]
