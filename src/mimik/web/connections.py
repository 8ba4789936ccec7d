"""Connections that somebody opens and leaves open, or feeds byte by byte: closed, and not more than a few.

Each takes a file handle of this program, and when there are none left, no recording can begin.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, ClassVar, cast
from weakref import WeakSet

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["FROM_ONE_ADDRESS", "IN_ALL", "PATIENCE", "PatientProtocol"]

PATIENCE = 20.0
"""Seconds in which the head of a request must come, from the first moment or byte on."""

IN_ALL = 400
"""Connections at once; half of the file handles that most systems give a program are left for its files."""

FROM_ONE_ADDRESS = 100
"""Connections of one computer at once; a browser opens six, and one more for each page that watches."""

_LOG = logging.getLogger("mimik.web")


class PatientProtocol(H11Protocol):
    """HTTP/1.1 of uvicorn with an end to patience."""

    _open: ClassVar[WeakSet[asyncio.Transport]] = WeakSet()
    _refused = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or refuse one connection too many."""
        super().connection_made(transport)
        others = [each for each in self._open if not each.is_closing()]
        same = sum(_address(each) == _address(transport) for each in others)
        if len(others) >= IN_ALL or same >= FROM_ONE_ADDRESS:
            self._tell_refusal()
            transport.abort()
            return
        self._open.add(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request, and wait on where its head isn't whole."""
        super().data_received(data)
        upgraded = self.transport.get_protocol() is not self
        if upgraded or self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of it."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(PATIENCE, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            _LOG.info("a connection was closed, as no whole request came within %g s", PATIENCE)
            self.transport.abort()

    @classmethod
    def _tell_refusal(cls) -> None:
        """Say it at the first, and at each power of two from there on: a flood must not fill the log."""
        cls._refused += 1
        if cls._refused & (cls._refused - 1) == 0:
            _LOG.warning("%d connections were refused so far: too many at once", cls._refused)


def _address(transport: asyncio.Transport) -> str:
    peer = cast("Any", transport.get_extra_info("peername"))
    return str(peer[0]) if peer else ""
