"""One UDP socket, opened with a large buffer and emptied in batches."""

from __future__ import annotations

import errno
import socket
import time
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["UdpSocket"]

_WANTED_BUFFER = 8 << 20  # bytes; holds seconds of ten phones, where the system grants it
_LARGEST_DATAGRAM = 65535
_BATCH = 4096


class UdpSocket:
    """Datagrams that reach one port of this computer.

    Attributes:
        address: host and port it is bound to.
        buffer_bytes: what the system really grants for datagrams that wait to be read.

    Raises:
        MimikError: if the port is taken or the address is not this computer's.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._closed = False
        self._timeout = -1.0
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WANTED_BUFFER)
            self._socket.bind((host, port))
        except (OSError, OverflowError, UnicodeError) as error:
            self._socket.close()
            raise _cannot_listen(host, port, error) from error
        self.address: tuple[str, int] = self._socket.getsockname()
        self.buffer_bytes = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)

    @property
    def closed(self) -> bool:
        """Whether nothing comes any more."""
        return self._closed

    def receive(self, timeout: float) -> Iterator[tuple[bytes, str]]:
        """Yield (datagram, sender's host): ``timeout`` seconds for the first, then what is there."""
        self._set_timeout(max(timeout, 0.0))
        for _ in range(_BATCH):
            try:
                datagram, sender = self._socket.recvfrom(_LARGEST_DATAGRAM)
            except (TimeoutError, BlockingIOError):
                return
            except ConnectionResetError:  # Windows: something we sent earlier found nobody
                continue
            except OSError:
                if self._closed:  # by another thread, while we waited
                    return
                raise
            self._set_timeout(0.0)
            yield datagram, sender[0]

    def _set_timeout(self, seconds: float) -> None:
        if seconds != self._timeout:  # it is a call of the system each time
            self._timeout = seconds
            self._socket.settimeout(seconds)

    def until(self, timeout: float) -> Iterator[list[tuple[bytes, str]]]:
        """Yield batches as ``receive`` finds them, until ``timeout`` seconds are over; one at least."""
        deadline = time.monotonic() + timeout
        while not self._closed:
            yield list(self.receive(deadline - time.monotonic()))
            if time.monotonic() >= deadline:
                return

    def send(self, text: bytes, address: tuple[str, int]) -> bool:
        """Send one datagram; return False if the network would not take it."""
        try:
            self._socket.sendto(text, address)
        except OSError:  # no network for the moment, say: the caller repeats
            return False
        return True

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._closed = True
        self._socket.close()


def _cannot_listen(host: str, port: int, error: Exception) -> MimikError:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return MimikError(
            f"Expected UDP port {port} to be free, but another program uses it.",
            hint="Close it (another Mimik? Unreal Engine?), or choose another port here and in the app.",
        )
    return MimikError(
        f"Expected an address of this computer to listen on, found host {host!r}, port {port}: {error}.",
        hint="Leave the host empty to listen on all networks, and choose a port from 1024 to 65535.",
    )
