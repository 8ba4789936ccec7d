"""Simulated people answer what the protocol asks after a trial."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from mimik.study.answers import questions_after

if TYPE_CHECKING:
    from mimik.frame import Frame
    from mimik.protocol import Protocol
    from mimik.protocol.trial import Question
    from mimik.study.session import SessionInfo
    from mimik.study.writer import SessionWriter

__all__ = ["AnsweringWriter"]

_PAUSE = 0.5
"""Seconds from the end of a trial to the answer, and from one answer to the next."""

_LEANING, _SCATTER = 0.1, 0.1
"""Standard deviations, as shares of the scale: of a person's habit of saying more or less; of each answer."""

_SAYS_WHAT_WAS_SHOWN = 0.85
"""How often a choice is the expression that was asked for, where that is one of the options."""


class AnsweringWriter:
    """A session writer that also stores made-up answers whenever a trial is complete.

    On a scale the answer scatters around what was shown: around the step itself on an ordinal scale, around a
    strength of that person's own for each expression elsewhere. All of it is made up, no model of people.

    Args:
        writer: what all else goes to.
        protocol: what asks.
        seed: of the answers.
    """

    def __init__(self, writer: SessionWriter, protocol: Protocol, *, seed: tuple[int, ...]) -> None:
        self._writer = writer
        self._protocol = protocol
        self._seed = seed
        self._rng = np.random.default_rng([*seed, 0x616E73])
        self._leaning = self._rng.normal(0.0, _LEANING)
        self._shown: dict[int, str] = {}

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        """Begin a recording."""
        self._shown[trial] = expression
        self._writer.open_trial(trial, expression, at)

    def frame(self, trial: int, frame: Frame) -> None:
        """Store one frame of an open recording."""
        self._writer.frame(trial, frame)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        """Note that something happened."""
        self._writer.event(event, at, trial=trial, duration=duration)

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        """End a recording, and answer."""
        self._writer.close_trial(trial, outcome, at)
        if outcome == "complete":
            for number, question in enumerate(questions_after(self._protocol, self._shown[trial]), 1):
                value = self._answer(question, self._shown[trial])
                self._writer.answer(trial, question.id, value, at + _PAUSE * number)

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        """Store what was reported."""
        self._writer.answer(trial, question, value, at)

    def flush(self, now: float) -> None:
        """Write what is waiting, if it is time."""
        self._writer.flush(now)

    def finish(self, at: float) -> SessionInfo:
        """End the session for good."""
        return self._writer.finish(at)

    def leave(self) -> None:
        """Break off; the session can be resumed."""
        self._writer.leave()

    def _answer(self, question: Question, shown: str) -> str:
        if question.kind == "choice":
            options = [option.value for option in question.options]
            if shown in options and self._rng.random() < _SAYS_WHAT_WAS_SHOWN:
                return shown
            return options[int(self._rng.integers(len(options)))]
        if question.minimum is None or question.maximum is None:
            return "simulated"
        low, high = question.minimum, question.maximum
        scatter = (self._leaning + self._rng.normal(0.0, _SCATTER)) * (high - low)
        return str(int(np.clip(np.rint(self._middle(shown, low, high) + scatter), low, high)))

    def _middle(self, shown: str, low: int, high: int) -> float:
        """Return what this person's answers scatter around."""
        if self._protocol.scale == "ordinal":
            steps = [int(expression) for expression in self._protocol.expressions]
            share = (int(shown) - min(steps)) / max(max(steps) - min(steps), 1)
        else:
            share = np.random.default_rng([*self._seed, zlib.crc32(shown.encode())]).uniform(0.3, 0.9)
        return low + float(share) * (high - low)
