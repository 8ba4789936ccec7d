"""The hub: one thread that reads the phones, and does all that must happen between two frames."""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.frame import Frame
    from mimik.sources.source import Source

__all__ = ["TICK_EVERY", "Hub"]

TICK_EVERY = 0.02
"""Seconds between ticks."""

_PATIENCE = 0.01  # s to wait for a frame before calls and ticks get their turn

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Hub:
    """Reads a source for as long as the studio runs. Sittings, devices and live recognition listen.

    A listener that raises is written to the log and called again with the next frames: nothing that goes
    wrong in one place may cost another participant a frame.

    Args:
        source: all phones.
        clock: seconds since 1970 (UTC), the one that stamps arrivals.

    Attributes:
        ended: whether no more frames can come, though nobody asked for it.
    """

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self._listeners: list[Callable[[Sequence[Frame], float], object]] = []
        self._ticks: list[Callable[[float], object]] = []
        self._calls: deque[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mimik-hub", daemon=True)
        self._ticked = -math.inf
        self.ended = False

    def add_listener(self, listener: Callable[[Sequence[Frame], float], object]) -> None:
        """Call ``listener(frames, now)`` with every batch of frames."""
        self._listeners.append(listener)

    def add_tick(self, tick: Callable[[float], object]) -> None:
        """Call ``tick(now)`` fifty times a second, after the frames of that time."""
        self._ticks.append(tick)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def call(self, function: Callable[..., _T], *arguments: Any) -> Future[_T]:
        """Have a function called in the hub's thread, between two reads; done within some milliseconds.

        Called from the hub's thread itself, it happens at once.
        """
        future: Future[_T] = Future()
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            _carry_out(future, function, arguments)
        else:
            self._calls.append((future, function, arguments))
        return future

    def close(self) -> None:
        """Stop reading; may be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        while self._calls:
            _carry_out(*self._calls.popleft())

    def _run(self) -> None:
        while not self._stop.is_set():
            frames = self._read()
            if frames is None:
                self.ended = not self._stop.is_set()
                self._stop.wait(_PATIENCE)  # calls are still answered
            now = self._clock.now()
            if frames:
                self._tell(self._listeners, frames, now)
            while self._calls:
                _carry_out(*self._calls.popleft())
            if not 0 <= now - self._ticked < TICK_EVERY:
                self._ticked = now
                self._tell(self._ticks, now)

    def _read(self) -> Sequence[Frame] | None:
        try:
            return self._source.read(_PATIENCE)
        except Exception:
            _log.exception("the phones could not be read")
            return None

    def _tell(self, functions: Sequence[Callable[..., object]], *arguments: Any) -> None:
        for function in functions:
            try:
                function(*arguments)
            except Exception:
                _log.exception("a listener failed")


def _carry_out(future: Future[Any], function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    with suppress(Exception):  # told to whoever asked
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
