"""Records one session, frame by frame, so that a crash loses at most a second."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.study.answers import check_answer, questions_after
from mimik.study.attempts import done_trials
from mimik.study.finishing import finish_journal
from mimik.study.layout import session_folder
from mimik.study.oneline import is_one_line, one_line
from mimik.study.session import COMPLETE, NOTE

if TYPE_CHECKING:
    from types import TracebackType

    from mimik.frame import Frame
    from mimik.protocol import Protocol
    from mimik.study.attempts import Attempt
    from mimik.study.journal import JournalWriter
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store

__all__ = ["SessionWriter"]

_OUTCOMES = ("complete", "incomplete", "redone")


class SessionWriter:
    """Writes one session; times are seconds since 1970 (UTC), of the clock that stamps arrivals.

    As a context manager it leaves the session, resumable, unless it was finished.

    Attributes:
        info: what is known of the session.
        done: the trials that were complete when the session was resumed.
    """

    def __init__(
        self,
        store: Store,
        info: SessionInfo,
        journal: JournalWriter,
        protocol: Protocol | None,
        past: tuple[Attempt, ...] = (),
    ) -> None:
        self.info = info
        self.done = done_trials(past)
        self._store = store
        self._journal = journal
        self._protocol = protocol
        self._begun = {attempt.trial: attempt.expression for attempt in past}
        self._open: dict[int, str] = {}
        self._ended = False

    @property
    def participant(self) -> str:
        """The pseudonym."""
        return self.info.participant

    @property
    def session(self) -> str:
        """The session's name, such as "ses-01"."""
        return self.info.session

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        """Begin a trial, or begin it again: earlier frames of it are then kept as redone."""
        if not 0 <= trial < 1 << 15:
            raise StudyError(f"trial: expected a number from 0 to 32767, found {trial}.")
        if not expression or not expression.isprintable():
            raise StudyError(
                f"trial {trial}: expected an expression's name in one line, found {expression!r}."
            )
        self._open[trial] = self._begun[trial] = expression
        self._note({"event": "open", "trial": trial, "expression": expression, "at": at})

    def frame(self, trial: int, frame: Frame) -> None:
        """Store one frame of an open trial, as it came."""
        if trial not in self._open or self._ended:
            raise StudyError(f"trial {trial}: a frame came while it was not open.")
        self._journal.frame(trial, frame)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        """Note that something happened, such as "face-lost" or "reminder"; ``duration`` in seconds."""
        if event == "trial" or not is_one_line(event):
            raise StudyError(f"event: expected a name in one line, other than 'trial', found {event!r}.")
        self._note({"event": "note", "what": event, "at": at, "trial": trial, "duration": duration})

    def note(self, text: str, at: float, *, trial: int | None = None) -> None:
        """Keep a note of the operator as an event; see ``mimik.study.oneline`` for what becomes of its text.

        Args:
            text: free text.
            at: when it was written.
            trial: during which, if it was during one.

        Raises:
            StudyError: it says nothing, or too much.
        """
        self.event(NOTE + one_line(text, where="note"), at, trial=trial)

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        """End a trial: "complete", "incomplete" or "redone" (it will be done again)."""
        if outcome not in _OUTCOMES or trial not in self._open:
            raise StudyError(
                f"trial {trial}: expected an open trial to end as one of {_OUTCOMES}, found {outcome!r}."
            )
        del self._open[trial]
        self._note({"event": "close", "trial": trial, "outcome": outcome, "at": at})

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        """Store what the participant reported after a trial; given again, the later answer counts.

        Args:
            trial: its number; it has begun, now or before the session was resumed.
            question: id of a question that the protocol asks after it.
            value: of a choice, a whole number on a scale, or text.
            at: when it was given.

        Raises:
            StudyError: no such trial has begun, or the protocol knows no such question or answer.
        """
        if trial not in self._begun:
            raise StudyError(f"trial {trial}: an answer came before the trial had begun.")
        asked = questions_after(self._protocol, self._begun[trial]) if self._protocol else ()
        stored = check_answer(asked, question, value, where=f"trial {trial} ({self._begun[trial]})")
        self._note({"event": "answer", "trial": trial, "question": question, "answer": stored, "at": at})

    def flush(self, now: float) -> None:
        """Write what is waiting if half a second has passed since the last time; call it often."""
        if not self._ended:
            self._journal.flush(now)

    def finish(self, at: float, *, status: str = COMPLETE) -> SessionInfo:
        """End the session: its frames become a Parquet file and the journal goes."""
        for trial in tuple(self._open):
            self.close_trial(trial, "incomplete", at)
        self._note({"event": "finish", "status": status, "at": at})
        self._journal.sync()
        self._ended = True
        folder = session_folder(self.participant, self.session)
        try:
            written = self._journal.written
            self.info = finish_journal(self._store, folder, self.info, self._journal, written)
        finally:
            self._journal.close()  # else nobody could finish or resume what a full disk interrupted
        return self.info

    def leave(self) -> None:
        """Break off: all that came is written, and the session can be resumed."""
        if self._ended:
            return
        self._ended = True
        try:
            self._journal.sync()
        finally:
            self._journal.close()

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error the first one is what to tell; the journal holds what was written.
        with contextlib.suppress(StudyError) if error else contextlib.nullcontext():
            self.leave()

    def _note(self, event: dict[str, Any]) -> None:
        if self._ended:
            raise StudyError(f"{self.participant}/{self.session}: the session has ended already.")
        self._journal.event(event)
