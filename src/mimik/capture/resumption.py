"""Going on with a session that was interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mimik.capture.effects import Outcome
from mimik.errors import ProtocolError
from mimik.protocol import Trial

__all__ = ["PastRecording", "completed"]


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


def completed(past: Sequence[PastRecording], sequence: Sequence[Trial], name: str) -> int:
    """Return how many trials of the sequence are complete, given all recordings in their order.

    Raises:
        ProtocolError: the complete ones are not the beginning of the sequence.
    """
    found = [recording.expression for recording in past if recording.outcome == Outcome.COMPLETE]
    expected = [trial.expression for trial in sequence[: len(found)]]
    if found != expected:
        raise ProtocolError(
            f"{name}: expected a session that began with {expected}, found one with {found}",
            hint="Resume with the protocol, seed and position that the session began with.",
        )
    return len(found)
