"""One phone that sends over UDP: what receivers of such apps have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from mimik.clock import Clock, SystemClock
from mimik.errors import DatagramError
from mimik.sources.refusals import Refusal, Refusals
from mimik.sources.udp import UdpSocket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType
    from typing import Self

    from mimik.frame import Frame

__all__ = ["OnePhone"]

_MOST_EXTRA = 64


class OnePhone(ABC):
    """A ``Source`` of one phone's frames; whatever is none is refused and counted.

    An app's own receiver says what a datagram holds (``_read``), and may ask the phone (``_ask``) or hold
    back a frame that is not complete (``_overdue``).

    Args:
        host: this computer's address to listen on, "" for all.
        port: UDP port to listen on, 0 for any free one.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MimikError: if the port is taken or the host is not this computer's.
    """

    def __init__(self, host: str, port: int, *, device: int, clock: Clock | None) -> None:
        self._device = device
        self._clock = clock or SystemClock()
        self._refusals = Refusals()
        self._extra: dict[str, None] = {}
        self._last_frame = -math.inf
        self._socket = UdpSocket(host, port)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        return self._socket.address

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused: each message once per sender, with its count."""
        return self._refusals.all()

    @property
    def last_arrival(self) -> float:
        """When the last frame came, seconds since 1970; minus infinity before the first."""
        return self._last_frame

    @property
    def extra(self) -> tuple[str, ...]:
        """Names the phone sends that are no known values, at most 64; ignored."""
        return tuple(self._extra)

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None after ``close``."""
        self._ask()
        for batch in self._socket.until(timeout):
            frames = [frame for datagram, host in batch for frame in self._frames(datagram, host)]
            frames += self._overdue()
            if frames:
                return frames
            self._ask()
        return None if self._socket.closed else ()

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _read(self, datagram: bytes, host: str) -> Iterable[Frame]:
        """Return the frames that a datagram completes.

        Raises:
            DatagramError: it is not what the app sends, or comes from elsewhere.
        """

    def _ask(self) -> None:
        """Ask the phone to send, where its app wants to be asked."""
        return

    def _overdue(self) -> Iterable[Frame]:
        """Return what was held back and must not wait any longer."""
        return ()

    def _frames(self, datagram: bytes, host: str) -> Iterable[Frame]:
        try:
            return self._read(datagram, host)
        except DatagramError as error:
            self._refusals.add(host, error)
            return ()

    def _note(self, extra: Iterable[str]) -> None:
        """Remember names that are no known values."""
        for name in extra:
            if len(self._extra) < _MOST_EXTRA:
                self._extra[name] = None
