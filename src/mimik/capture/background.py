"""Writing a session in a thread of its own, so that who reads the phones never waits for a disk."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from mimik.capture.recorder import Writer
from mimik.errors import StudyError
from mimik.frame import Frame

if TYPE_CHECKING:
    from types import TracebackType

    from mimik.study.session import SessionInfo

__all__ = ["BackgroundWriter", "Queue", "WriterThread"]


class Queue(Protocol):
    """What a background writer needs of a ``WriterThread``."""

    def put(self, task: Callable[[], None]) -> None:
        """Carry out a task later, after those put before; it never raises."""


class WriterThread:
    """One thread that carries out tasks in the order in which they are put; many sessions can share it.

    A program that ends carries out what is waiting first.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mimik-writer")

    def put(self, task: Callable[[], None]) -> None:
        """Carry out a task in the thread; returns at once."""
        self._thread.submit(task)

    def close(self) -> None:
        """Wait until all tasks are carried out; none is taken after that."""
        self._thread.shutdown()

    def __enter__(self) -> WriterThread:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class BackgroundWriter:
    """A session writer whose calls return at once and are carried out in order by a thread.

    When a call has raised, the session is left (resumable, as far as it was written), what is still waiting
    is dropped, and every later call raises the same error; only ``leave`` then does nothing.

    A crash costs no more than without it: the journal is as safe as ever, and what had not reached it yet is
    the queue, in memory, which is empty but for the moment while a disk is slow. The methods of ``Writer``
    belong to one thread; ``problem`` and ``ended`` can be asked from any.

    Args:
        writer: of the session; nobody else may use it until ``ended`` is done.
        thread: carries the calls out.

    Attributes:
        ended: done once all is written, with what ``finish`` of the writer gave, or None after ``leave``; or
            with the error. Its callbacks are called in the writing thread.
    """

    def __init__(self, writer: Writer, thread: Queue) -> None:
        self.ended: Future[SessionInfo | None] = Future()
        self.ended.set_running_or_notify_cancel()  # who waits for it may give up, writing goes on
        self._writer = writer
        self._thread = thread
        self._problem: Exception | None = None
        self._closed = False
        self._flush_waits = False
        self._flush_at = 0.0

    @property
    def problem(self) -> Exception | None:
        """What a call raised, or None."""
        return self._problem

    def open_trial(self, trial: int, expression: str, at: float) -> None:
        """Begin a recording."""
        self.call(self._writer.open_trial, trial, expression, at)

    def frame(self, trial: int, frame: Frame) -> None:
        """Store one frame of an open recording."""
        self.call(self._writer.frame, trial, frame)

    def event(
        self, event: str, at: float, *, trial: int | None = None, duration: float | None = None
    ) -> None:
        """Note that something happened."""
        self.call(self._writer.event, event, at, trial=trial, duration=duration)

    def close_trial(self, trial: int, outcome: str, at: float) -> None:
        """End a recording."""
        self.call(self._writer.close_trial, trial, outcome, at)

    def answer(self, trial: int, question: str, value: str, at: float) -> None:
        """Store what the participant reported after a recording."""
        self.call(self._writer.answer, trial, question, value, at)

    def flush(self, now: float) -> None:
        """Write what is waiting, if it is time; at most one flush is ever queued."""
        self._flush_at = now
        if not self._flush_waits and not self._closed:
            self._flush_waits = True
            self.call(self._flush)

    def finish(self, at: float) -> None:
        """End the session for good; ``ended`` tells what came of it."""
        self._last(lambda: self._writer.finish(at))

    def leave(self) -> None:
        """Break off; the session can be resumed. Does nothing after ``finish``, ``leave`` or an error."""
        if not self._closed and self._problem is None:
            self._last(self._writer.leave)

    def call(self, function: Callable[..., object], *args: Any, **named: Any) -> None:
        """Carry out another call of the session's writer in its turn.

        Raises:
            StudyError: the session has ended.
            Exception: what an earlier call raised.
        """
        self._put(lambda: self._try(lambda: function(*args, **named)))

    def _last(self, end: Callable[[], SessionInfo | None]) -> None:
        """Queue the call that ends the session."""
        self._put(lambda: self._try(lambda: self.ended.set_result(end())))
        self._closed = True

    def _put(self, task: Callable[[], None]) -> None:
        if self._problem is not None:
            raise self._problem
        if self._closed:
            raise StudyError("expected a session that is being recorded, found one that has ended.")
        self._thread.put(task)

    # In the thread

    def _try(self, function: Callable[[], object]) -> None:
        if self._problem is not None:
            return
        try:
            function()
        except Exception as error:
            self._problem = error
            with contextlib.suppress(Exception):  # the first error is what to tell
                self._writer.leave()
            self.ended.set_exception(error)

    def _flush(self) -> None:
        self._flush_waits = False
        self._writer.flush(self._flush_at)
