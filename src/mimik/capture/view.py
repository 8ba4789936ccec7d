"""What the participant's screen shows at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimik.protocol import Media, Question

__all__ = ["Phase", "View", "message_key"]


class Phase(StrEnum):
    """Where a session stands."""

    READY = "ready"
    WAITING_FOR_START = "waiting-for-start"
    WAITING_FOR_FACE = "waiting-for-face"
    RECORDING = "recording"
    ASKING = "asking"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class View:
    """What the participant's screen shows; complete in itself, so that a reloaded screen needs no history.

    Attributes:
        phase: where the session stands.
        trial: place of the current trial in the sequence, from 1; ``of`` when all are complete.
        of: number of trials in the sequence.
        expression: the expression asked for; "" when all are complete.
        prompt: what to do, in the participant's language; "" when all are complete.
        fixation_text: what to look at.
        message: how to start, to hold on, how to get a lost face back, a pause, or the end; often "".
        progress: share of the trial's frames or seconds that is there, 0 to 1.
        frames: tracked frames recorded in this trial.
        seconds: tracked seconds recorded in this trial.
        face: whether the device sees a face now.
        media: the picture or clip of the current trial while its prompt is shown, else None.
        questions: what is asked now, else ().
    """

    phase: Phase
    trial: int
    of: int
    expression: str
    prompt: str
    fixation_text: str
    message: str
    progress: float
    frames: int
    seconds: float
    face: bool
    media: Media | None = None
    questions: tuple[Question, ...] = ()


_MESSAGES = {
    Phase.WAITING_FOR_START: "start",
    Phase.WAITING_FOR_FACE: "face_lost",
    Phase.PAUSED: "paused",
    Phase.DONE: "done",
    Phase.STOPPED: "done",
}


def message_key(phase: Phase, *, reminding: bool) -> str:
    """Return which of a protocol's texts to show as the message, or ""."""
    if phase is Phase.RECORDING and reminding:
        return "reminder"
    return _MESSAGES.get(phase, "")
