"""A phone that sends only after it was asked, as iFacialMocap and VTube Studio want it."""

from __future__ import annotations

import math
import socket
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from mimik.errors import DatagramError, MimikError
from mimik.frame import Frame
from mimik.sources.onephone import OnePhone

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from mimik.clock import Clock

__all__ = ["AskedPhone", "Reading"]

_ASK_EVERY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one datagram says.

    Attributes:
        values: float32 (64,), named by ``COLUMNS``, about 0..1, radians, metres; NaN is "not delivered".
        tracked: whether the phone saw a face.
        device_time: seconds on the phone's clock; None where the app does not tell.
        extra: names that are no known values.
    """

    values: NDArray[np.float32]
    tracked: bool = True
    device_time: float | None = None
    extra: tuple[str, ...] = ()


class AskedPhone(OnePhone):
    """A ``Source`` of one phone's frames: asks it, again each second until frames come, and when they stop.

    What another address sends is refused. Frames have ``number`` -1, as these apps do not count them.

    Args:
        phone: the phone's IP address, as the app shows it, or its name.
        port: where the phone listens.
        host: this computer's address to listen on, "" for all.
        local_port: port to listen on, 0 for any free one.
        device: number the frames get.
        clock: gives the arrival times.

    Raises:
        MimikError: if the port is taken, the host is not this computer's, or the phone's name leads nowhere.
    """

    _asks_on: ClassVar[bool] = False  # whether the phone must be asked again while frames come

    def __init__(
        self, phone: str, port: int, *, host: str, local_port: int, device: int, clock: Clock | None
    ) -> None:
        self._phone = (_address(phone), port)
        self._last_asked = -math.inf
        super().__init__(host, local_port, device=device, clock=clock)

    @abstractmethod
    def _question(self) -> bytes:
        """Return what makes the phone send."""

    @abstractmethod
    def _parse(self, datagram: bytes) -> Reading:
        """Read one datagram; raises DatagramError."""

    def _ask(self) -> None:
        now = self._clock.now()
        answered = self._last_asked if self._asks_on else max(self._last_asked, self._last_frame)
        if self._socket.closed or now - answered < _ASK_EVERY:
            return
        self._last_asked = now
        self._socket.send(self._question(), self._phone)

    def _read(self, datagram: bytes, host: str) -> Iterable[Frame]:
        if host != self._phone[0]:
            raise DatagramError("Expected datagrams of the one phone asked, found another sender.")
        reading = self._parse(datagram)
        self._note(reading.extra)
        now = self._last_frame = self._clock.now()
        sent = now if reading.device_time is None else reading.device_time
        return (Frame(self._device, -1, sent, now, reading.tracked, reading.values),)


def _address(host: str) -> str:
    """Return the IPv4 address of a name, since packets come with an address; raises MimikError."""
    try:
        return socket.gethostbyname(host)
    except (OSError, UnicodeError) as error:
        raise MimikError(
            f"Expected the phone's address, found {host!r}, which leads nowhere.",
            hint="The app shows the address on its screen, such as 192.168.1.20.",
        ) from error
