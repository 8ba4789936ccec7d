"""Records one session, frame by frame, so that a crash loses at most a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimik.frame import Frame
    from mimik.study.session import SessionInfo

__all__ = ["SessionWriter"]


class SessionWriter:
    """Writes one session; times are seconds since 1970 (UTC), of the clock that stamps arrivals."""

    participant: str
    session: str
    done: frozenset[int]

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        """Begin a trial, or begin it again."""
        raise NotImplementedError

    def frame(self, trial: int, frame: Frame) -> None:
        """Store one frame of an open trial."""
        raise NotImplementedError

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        """Note that something happened, such as "face-lost" or "reminder"."""
        raise NotImplementedError

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        """End a trial: "complete", "incomplete" or "redone" (it will be done again)."""
        raise NotImplementedError

    def flush(self, now: float) -> None:
        """Write what is waiting if half a second has passed; call it often."""
        raise NotImplementedError

    def finish(self, at: float) -> SessionInfo:
        """End the session: its frames become a Parquet file and the journal goes."""
        raise NotImplementedError

    def leave(self) -> None:
        """Break off: all that came is written and the session can be resumed."""
        raise NotImplementedError
