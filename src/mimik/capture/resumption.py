"""The order of a session's trials when it goes on after a break, and when one is asked for out of turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mimik.capture.effects import Outcome
from mimik.errors import ProtocolError
from mimik.protocol import Trial

__all__ = ["PastRecording", "brought_forward", "resumed", "unanswered"]


class PastRecording(Protocol):
    """What the engine asks of each recording of an interrupted session."""

    @property
    def trial(self) -> int:
        """Its number within the session, from 1."""

    @property
    def expression(self) -> str:
        """What was asked for."""

    @property
    def outcome(self) -> str:
        """How it ended; only "complete" ones are not asked for again."""

    @property
    def answers(self) -> Mapping[str, str]:
        """What was reported afterwards, by question."""


def resumed(
    past: Sequence[PastRecording], sequence: Sequence[Trial], name: str
) -> tuple[tuple[Trial, ...], int]:
    """Return the trials in the order in which they were and will be met, and how many are complete.

    Those left keep their order, but the one that broke off comes first: it may have been brought forward.

    Args:
        past: all recordings in their order.
        sequence: as the protocol has it.
        name: of the protocol.

    Raises:
        ProtocolError: a recording is complete that the sequence does not ask for, or not so often.
    """
    left, done = list(sequence), []
    for recording in past:
        if recording.outcome == Outcome.COMPLETE:
            place = _place(left, recording.expression)
            if place is None:
                raise _other_protocol(past, sequence, name)
            done.append(left.pop(place))
    if past and past[-1].outcome != Outcome.COMPLETE:
        place = _place(left, past[-1].expression)
        if place is not None:
            left.insert(0, left.pop(place))
    return (*done, *left), len(done)


def unanswered(past: Sequence[PastRecording], sequence: Sequence[Trial], place: int) -> int | None:
    """Return the number of the last recording if its questions are still to be asked, else None.

    They are if it is complete and not one of them was answered.

    Args:
        past: all recordings in their order.
        sequence: the trials as ``resumed`` orders them.
        place: how many of them are complete.
    """
    last = past[-1] if past else None
    if last is None or last.outcome != Outcome.COMPLETE or last.answers:
        return None
    return last.trial if sequence[place - 1].questions else None


def brought_forward(sequence: Sequence[Trial], after: int, expression: str) -> tuple[Trial, ...] | None:
    """Return the sequence with the next trial of an expression right behind the one at ``after``.

    Baseline trials keep their place: others come behind them. None if no such trial is to come, or if it
    comes next anyway.
    """
    done, left = list(sequence[: after + 1]), list(sequence[after + 1 :])
    place = _place(left, expression)
    if place is None:
        return None
    first = 0 if left[place].baseline else sum(trial.baseline for trial in left[:place])
    if place == first:
        return None
    left.insert(first, left.pop(place))
    return (*done, *left)


def _place(trials: Sequence[Trial], expression: str) -> int | None:
    return next((i for i, trial in enumerate(trials) if trial.expression == expression), None)


def _other_protocol(past: Sequence[PastRecording], sequence: Sequence[Trial], name: str) -> ProtocolError:
    found = [recording.expression for recording in past if recording.outcome == Outcome.COMPLETE]
    expected = [trial.expression for trial in sequence]
    return ProtocolError(
        f"{name}: expected a session with trials of {expected}, found one with {found}",
        hint="Resume with the protocol that the session began with.",
    )
