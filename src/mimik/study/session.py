"""What is known about one sitting of one participant, as its files tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "COMPLETE",
    "EXCLUDED",
    "IMPORTED",
    "INTERRUPTED",
    "NOTE",
    "PARTIAL",
    "RECORDING",
    "EventInfo",
    "SessionFacts",
    "SessionInfo",
    "TrialInfo",
]

COMPLETE = "complete"
"""Status: recorded to the end."""
PARTIAL = "partial"
"""Status: kept as it was when the recording broke off; some trials are missing."""
INTERRUPTED = "interrupted"
"""Status: broke off (or is being recorded right now); can be resumed, finished as it is, or discarded."""
IMPORTED = "imported"
"""Status: recorded elsewhere."""
EXCLUDED = "excluded"
"""Outcome of a trial that somebody marked as bad: kept, but nothing learns from it."""
NOTE = "note: "
"""How the events begin that are an operator's notes."""
RECORDING = "recording"
"""What session.json says until the session is finished; told as ``INTERRUPTED``."""


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What whoever starts a session knows about it.

    Attributes:
        started: seconds since 1970 (UTC), from which events count; NaN where unknown, as in imports.
        device: the study's number of the device, or None.
        app: what sent the frames, such as "Live Link Face 1.3".
        rate: frames per second the device says it sends, or None.
        seed: what the order of the trials was drawn from, or None.
        position: the participant's place in the study's order of people (Latin squares), or None.
        language: of the prompts, such as "de".
        protocol: name of the protocol; the study's own by default.
        protocol_version: its version, or None.
        takes: for imported sessions, one mapping of facts per take (trial, sha256, rate, rows, ...).
    """

    started: float
    device: int | None = None
    app: str = ""
    rate: float | None = None
    seed: int | None = None
    position: int | None = None
    language: str = ""
    protocol: str = ""
    protocol_version: int | None = None
    takes: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True)
class TrialInfo:
    """One trial of a session: one recording of one expression.

    Attributes:
        trial: its number in the session, as in the frames' column ``trial``.
        expression: what the participant was asked to show.
        onset: seconds from the session's start.
        duration: seconds, or None where the end is not known.
        outcome: "complete", "incomplete", "redone" (done again later), "imported" or "excluded".
        frames: how many frames were stored.
        answers: what the participant reported afterwards, by question.
        excluded: why somebody marked it as bad; "" for all others.
    """

    trial: int
    expression: str
    onset: float
    duration: float | None
    outcome: str
    frames: int
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    excluded: str = ""


@dataclass(frozen=True)
class EventInfo:
    """Something that happened in a session, other than a trial.

    Attributes:
        onset: seconds from the session's start.
        duration: seconds, or None for a moment.
        event: such as "face-lost" or "reminder", or "note: " and what the operator wrote.
        trial: during which it happened, or None.
    """

    onset: float
    duration: float | None
    event: str
    trial: int | None

    @property
    def note(self) -> str:
        """What the operator wrote; "" for other events."""
        return self.event.removeprefix(NOTE) if self.event.startswith(NOTE) else ""


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    """A session in a study.

    Attributes:
        participant: the pseudonym.
        session: its name, such as "ses-01".
        path: its folder.
        status: "complete", "partial", "interrupted" or "imported".
        facts: what was known at its start.
        trials: in the order they began; attempts that were done again are among them as "redone".
        consent: version of the consent text, or basis of imported data.
        synthetic: whether the frames are made up.
        software: what wrote it, such as "mimik 0.1.0".
        frames: how many frames are stored; for an interrupted session, how many can be recovered.
        frames_sha256: of the frames' content; "" before the session is finished.
        problem: "" or why an interrupted session cannot be resumed.
    """

    participant: str
    session: str
    path: Path
    status: str
    facts: SessionFacts
    trials: tuple[TrialInfo, ...] = ()
    consent: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False
    software: str = ""
    frames: int = 0
    frames_sha256: str = ""
    problem: str = ""
