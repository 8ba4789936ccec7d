"""Several sources as one: a thread reads each, so that a silent one holds up none."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from mimik.frame import Frame
    from mimik.sources.source import Source

__all__ = ["Together"]

_PATIENCE = 0.05
_MOST_WAITING = 4096
"""Batches that wait to be read; then the threads wait, and the systems' own buffers fill."""


class Together:
    """A ``Source`` of the frames of others, whose devices get new numbers: 1, 2, 3 ... as they appear.

    It ends when all have ended. What one of them raises, ``read`` raises.

    Args:
        sources: read by nobody else from now on.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._waiting: queue.Queue[tuple[int, Sequence[Frame] | BaseException | None]] = queue.Queue(
            _MOST_WAITING
        )
        self._numbers: dict[tuple[int, int], int] = {}
        self._going = len(sources)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._carry, args=(place, source), daemon=True)
            for place, source in enumerate(sources)
        ]
        for thread in self._threads:
            thread.start()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None at the end."""
        end = time.monotonic() + timeout
        while self._going:
            try:
                place, got = self._waiting.get(timeout=max(end - time.monotonic(), 0.0))
            except queue.Empty:
                return ()
            if isinstance(got, BaseException):
                raise got
            if got is None:
                self._going -= 1
            elif got:
                return tuple(self._numbered(place, frame) for frame in got)
        return None

    def close(self) -> None:
        """Stop reading; may be called twice. The sources are their owners' to close, afterwards."""
        self._stop.set()
        while any(thread.is_alive() for thread in self._threads):
            with suppress(queue.Empty):
                self._waiting.get(timeout=_PATIENCE)  # a thread may wait for room
        self._going = 0

    def __enter__(self) -> Together:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _carry(self, place: int, source: Source) -> None:
        try:
            while not self._stop.is_set():
                got = source.read(_PATIENCE)
                if got is None or got:
                    self._waiting.put((place, got))
                if got is None:
                    return
        except BaseException as error:  # told to whoever reads
            self._waiting.put((place, error))

    def _numbered(self, place: int, frame: Frame) -> Frame:
        number = self._numbers.setdefault((place, frame.device), len(self._numbers) + 1)
        return frame if number == frame.device else replace(frame, device=number)
