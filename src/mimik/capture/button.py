"""The buttons of a session."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Button"]


class Button(StrEnum):
    """What a person can press: START by the participant, the others by who runs the session."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    REDO = "redo"
    STOP = "stop"
