"""A study: the folder that holds participants, their consent and their sessions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from mimik.protocol import Protocol
    from mimik.study.consent import Consent
    from mimik.study.frames import SessionFrames
    from mimik.study.participants import Participant
    from mimik.study.session import SessionFacts, SessionInfo
    from mimik.study.store import Store
    from mimik.study.writer import SessionWriter

__all__ = ["Study"]


class Study:
    """A study's folder, opened."""

    folder: Path
    store: Store
    title: str
    synthetic: bool
    protocol: Protocol

    @classmethod
    def create(
        cls,
        folder: Path | str,
        *,
        title: str,
        protocol: Protocol,
        synthetic: bool = False,
        consent: str | None = None,
    ) -> Study:
        """Make a new study; ``consent`` is the text people agree to (version "1"), a plain one by default."""
        raise NotImplementedError

    @classmethod
    def open(cls, folder: Path | str) -> Study:
        """Open a study, first bringing half-done work to its end."""
        raise NotImplementedError

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Everyone in participants.tsv, in its order: Participant(id, columns, consent)."""
        raise NotImplementedError

    def add_participant(
        self, pseudonym: str | None = None, *, rng: Generator | None = None, **columns: str
    ) -> Participant:
        """Add a participant under a new pseudonym, drawn from ``rng`` or from the system's randomness."""
        raise NotImplementedError

    def record_consent(
        self, participant: str, *, at: float, version: str | None = None, basis: str | None = None
    ) -> Consent:
        """Record what a participant agreed to (a version of the text), or the basis of imported data."""
        raise NotImplementedError

    def device_number(self, identity: str) -> int:
        """Return the study's number of a device, from 1; the identity itself is not stored."""
        raise NotImplementedError

    def sessions(self, participant: str | None = None) -> tuple[SessionInfo, ...]:
        """Return all sessions, or one participant's, by participant and name."""
        raise NotImplementedError

    def start_session(self, participant: str, facts: SessionFacts) -> SessionWriter:
        """Begin a session under the next free name; raises ConsentMissing without consent."""
        raise NotImplementedError

    def resume_session(self, info: SessionInfo) -> SessionWriter:
        """Go on with an interrupted session; ``writer.done`` holds the trials already complete."""
        raise NotImplementedError

    def finish_session(self, info: SessionInfo) -> SessionInfo:
        """Keep an interrupted session as it is."""
        raise NotImplementedError

    def discard_session(self, info: SessionInfo) -> None:
        """Remove an interrupted session for good."""
        raise NotImplementedError

    def read_session(self, info: SessionInfo, columns: Sequence[str] | None = None) -> SessionFrames:
        """Return a session's frames; ``columns`` chooses among COLUMNS."""
        raise NotImplementedError

    def fingerprint(self) -> str:
        """Return a SHA-256 (hex) over the content of all finished sessions."""
        raise NotImplementedError
