"""Live Link Face over UDP: many phones, one port.

Phones are told apart by device id and address, and called by numbers from here on: ids stay in this module,
and names, which may be a person's, go no further than a screen.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from mimik.clock import Clock, SystemClock
from mimik.errors import DatagramError
from mimik.frame import NOT_TRACKED, Frame
from mimik.sources.cadence import Cadence
from mimik.sources.livelink import PORT, Packet, parse, sender_of, to_values
from mimik.sources.ration import Ration
from mimik.sources.refusals import Refusal, Refusals
from mimik.sources.udp import UdpSocket

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from types import TracebackType

__all__ = ["SILENCE", "LiveLinkReceiver", "PhoneStatus"]

SILENCE = 0.5
"""Seconds without a datagram after which a phone counts as silent and its face as lost."""

_MOST_PHONES = 256
_RECENT = 8

# Datagrams a second, and at once. A phone sends 60; one that is dropped costs a fifth of one that is taken.
_OF_FAVOURED = 240.0, 2400.0
_OF_OTHERS = 2000.0, 4000.0
_TOO_MANY = DatagramError(
    "Expected at most some 30 phones, found far more datagrams.",
    hint="Does another program flood this port? Use a network of your own for the phones.",
)
_NOT_ASKED = DatagramError("Expected the phone that is being recorded, found another one.")


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """How one phone is doing.

    Attributes:
        frames: frames received.
        lost: frames missing, by the phone's numbers.
        untracked: frames received without a face in view.
        duplicates: datagrams that came twice, and were dropped the second time.
        rate: frames per second by the phone's clock; NaN before the second frame.
        step: how the phone counts: 1, or 2 for 30 frames a second at base 60.
        last_arrival: seconds since 1970 (UTC).
        tracked: whether the last frame had a face.
        name: as set in the app, perhaps a person's: to be shown to who runs the study, never stored.
        host: address it sends from; likewise.
    """

    frames: int
    lost: int
    untracked: int
    duplicates: int
    rate: float
    step: int
    last_arrival: float
    tracked: bool
    name: str = field(default="", repr=False)
    host: str = field(default="", repr=False)

    def silent(self, now: float) -> bool:
        """Whether nothing came for half a second."""
        return now - self.last_arrival > SILENCE


class LiveLinkReceiver:
    """A ``Source`` of the frames of all phones that send to one port.

    Frames come in the order they arrive, late ones included; exact copies are dropped. Whatever is no
    datagram of Live Link Face is refused and counted in ``refusals``.

    Args:
        port: UDP port, 0 for any free one.
        host: this computer's address to listen on. The default "" is every network it is in, as phones must
            reach it; anyone in these networks can then send frames.
        clock: gives the arrival times.
        number_of: from a phone's identity (id and address) to its number, called once per phone; by default
            1, 2, 3 ... in order of appearance. What it raises, ``read`` raises.

    Raises:
        MimikError: if the port is taken or the host is not this computer's.
    """

    def __init__(
        self,
        port: int = PORT,
        *,
        host: str = "",
        clock: Clock | None = None,
        number_of: Callable[[str], int] | None = None,
    ) -> None:
        fresh = count(1)
        self._number_of = number_of or (lambda _: next(fresh))
        self._clock = clock or SystemClock()
        self._phones: dict[tuple[str, str], _Phone] = {}
        self._refusals = Refusals()
        self._others = Ration(*_OF_OTHERS)
        self._alone = False
        self._socket = UdpSocket(host, port)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        return self._socket.address

    @property
    def buffer_bytes(self) -> int:
        """Size of the system's buffer for datagrams that wait, as really granted."""
        return self._socket.buffer_bytes

    @property
    def phones(self) -> Mapping[int, PhoneStatus]:
        """Number of each phone met so far -> how it is doing."""
        return MappingProxyType({phone.number: phone.status() for phone in self._phones.values()})

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused: each message once per sender, with its count."""
        return self._refusals.all()

    def favour(self, numbers: Collection[int], *, alone: bool = False) -> None:
        """Let these phones have their frames whatever else is sent here.

        Every other phone shares what is left, enough for some 30; ``alone`` leaves them nothing, and no new
        one is met.
        """
        for phone in tuple(self._phones.values()):  # another thread may ask while frames come
            phone.ration = Ration(*_OF_FAVOURED) if phone.number in numbers else self._others
        self._alone = alone

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None after ``close``."""
        for batch in self._socket.until(timeout):
            frames = [frame for datagram, host in batch if (frame := self._frame(datagram, host))]
            if frames:
                return frames
        return None if self._socket.closed else ()

    def drop_waiting(self) -> int:
        """Throw away what arrived unread, such as while a question was asked; returns how many frames.

        Their arrival times would be wrong, and they show what was done before.
        """
        dropped = 0
        while frames := self.read(0.0):
            dropped += len(frames)
        return dropped

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._socket.close()

    def __enter__(self) -> LiveLinkReceiver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _frame(self, datagram: bytes, host: str) -> Frame | None:
        try:
            device_id, now = sender_of(datagram), self._clock.now()
            phone = self._phones.get((device_id, host))
            if (unwanted := self._unwanted(phone, now)) is not None:
                self._refusals.add(host, unwanted)
                return None
            packet = parse(datagram)
            phone = phone or self._new_phone(device_id, host)
        except DatagramError as error:
            self._refusals.add(host, error)
            return None
        return phone.take(packet, datagram, now)

    def _unwanted(self, phone: _Phone | None, now: float) -> DatagramError | None:
        """Return why a datagram is dropped unread, if it is."""
        ration = self._others if phone is None else phone.ration
        if self._alone and ration is self._others:
            return _NOT_ASKED
        return None if ration.take(now) else _TOO_MANY

    def _new_phone(self, device_id: str, host: str) -> _Phone:
        if len(self._phones) >= _MOST_PHONES:
            raise DatagramError(f"Expected at most {_MOST_PHONES} phones, found another.")
        phone = _Phone(self._number_of(f"{device_id}@{host}"), host, self._others)
        self._phones[device_id, host] = phone
        return phone


class _Phone:
    """One phone's count of frames."""

    def __init__(self, number: int, host: str, ration: Ration) -> None:
        self.number = number
        self.ration = ration
        self._host, self._name = host, ""
        self._frames = self._untracked = self._duplicates = 0
        self._lost_before = 0
        self._cadence = Cadence(60.0)
        self._recent: deque[bytes] = deque(maxlen=_RECENT)
        self._last_arrival = 0.0
        self._tracked = False

    def take(self, packet: Packet, datagram: bytes, now: float) -> Frame | None:
        """Count a packet and return its frame, or None for a copy."""
        if packet.rate != self._cadence.base:
            self._lost_before += self._cadence.lost
            self._cadence = Cadence(packet.rate)
        # The copy is sought first: it must not pass for a late frame that fills a gap.
        if datagram in self._recent:
            self._duplicates += 1
            return None
        self._cadence.see(packet.count, now)
        self._recent.append(datagram)
        self._frames += 1
        self._last_arrival = now
        self._name = packet.subject
        self._tracked = packet.values is not None
        self._untracked += not self._tracked
        values = NOT_TRACKED if packet.values is None else to_values(packet.values)
        return Frame(self.number, packet.number, packet.time, now, self._tracked, values)

    def status(self) -> PhoneStatus:
        """Return a copy of the counts."""
        return PhoneStatus(
            frames=self._frames,
            lost=self._lost_before + self._cadence.lost,
            untracked=self._untracked,
            duplicates=self._duplicates,
            rate=self._cadence.rate,
            step=self._cadence.step,
            last_arrival=self._last_arrival,
            tracked=self._tracked,
            name=self._name,
            host=self._host,
        )
