"""A short name of the recordings a study holds, to see whether they have changed since a model was made."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mimik.study.session import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.study.session import SessionInfo

__all__ = ["stamp_of"]


def stamp_of(sessions: Iterable[SessionInfo]) -> str:
    """Return 64 hex digits that change with the finished sessions, their frames and what became of trials."""
    lines = sorted(
        f"{session.participant} {session.session} {session.frames_sha256} "
        + " ".join(f"{trial.trial}:{trial.expression}:{trial.outcome}" for trial in session.trials)
        for session in sessions
        if session.status != INTERRUPTED
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
