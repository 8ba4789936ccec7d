"""A simulated phone that sends a simulated person's face as real Live Link Face datagrams."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import numpy as np

from mimik.sources.livelink import Packet, encode
from mimik.sources.virtual.person import Person

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["APP", "VirtualPhone"]

APP = "Mimik virtual phone"
"""What simulated sessions name as their app."""

_BASE = 60  # the app counts at 60 a second, also when it sends 30


class VirtualPhone:
    """Sends one datagram a frame to ``address``, and loses some on the way if told to.

    Args:
        person: who sits before it; decides the frame rate, 30 or 60.
        address: host and UDP port of the receiver.
        device_id: as a phone's own; must differ between phones.
        subject: the name set in the app.
        loss: share of datagrams lost on the way, 0..1.
        seed: of the losses and of the phone's uptime.
    """

    def __init__(
        self,
        person: Person,
        address: tuple[str, int],
        *,
        device_id: str,
        subject: str = "virtual",
        loss: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.person = person
        self.sent = 0
        self.lost = 0
        self._address = address
        self._device_id, self._subject = device_id, subject
        self._loss, self._rng = loss, np.random.default_rng([seed, 0x70686F6E65])
        self._step = _BASE // person.fps
        self._number = int(self._rng.integers(1_000, 1_000_000)) * self._step
        self._values = np.empty((0, 61), dtype=np.float32)
        self._seen = np.empty(0, dtype=np.bool_)
        self._next = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> VirtualPhone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self) -> bool:
        """Send the next frame; returns False if it was lost on the way."""
        packet = self._packet()
        if self._loss and self._rng.random() < self._loss:
            self.lost += 1
            return False
        self._socket.sendto(encode(packet), self._address)
        self.sent += 1
        return True

    def _packet(self) -> Packet:
        if self._next == len(self._seen):
            self._values, self._seen = self.person.move()
            self._next = 0
        values = self._values[self._next] if self._seen[self._next] else None
        self._next += 1
        self._number += self._step
        return Packet(self._device_id, self._subject, self._number, 0.0, values, _BASE, 1)
