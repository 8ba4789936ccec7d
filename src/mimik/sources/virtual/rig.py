"""A table with several simulated phones, as a source: faster than life or in real time, over real UDP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.clock import Clock, ManualClock
    from mimik.frame import Frame
    from mimik.sources.receiver import LiveLinkReceiver
    from mimik.sources.virtual.phone import VirtualPhone

__all__ = ["LiveRig", "Rig"]

_PATIENCE = 5.0  # seconds to wait for a datagram on loopback before giving up


class Rig:
    """Phones that send in step with a clock turned by hand.

    Each ``read`` lets every phone send one frame, waits until the receiver has them all, and moves the clock
    on by one frame. So a sitting takes as long as the computer needs, and is the same each time.

    Args:
        phones: the phones, all of one frame rate.
        receiver: what they send to; it must use the same ``clock``.
        clock: turned by hand, here.

    Attributes:
        phones: device number -> phone.
    """

    def __init__(
        self, phones: Sequence[VirtualPhone], receiver: LiveLinkReceiver, clock: ManualClock
    ) -> None:
        self._receiver, self._clock = receiver, clock
        self._step = 1.0 / phones[0].person.fps
        self.phones = {self._connect(phone): phone for phone in phones}

    def read(self, timeout: float) -> Sequence[Frame] | None:  # noqa: ARG002 - simulated time needs no waiting
        """Return the next frame of every phone (fewer where datagrams were lost on purpose)."""
        self._clock.advance(self._step)
        return self._receive(sum(phone.send() for phone in self.phones.values()))

    def _connect(self, phone: VirtualPhone) -> int:
        while not phone.send():
            pass
        return self._receive(1)[0].device

    def _receive(self, expected: int) -> list[Frame]:
        got: list[Frame] = []
        while len(got) < expected:
            more = self._receiver.read(_PATIENCE)
            if not more:
                raise MimikError(
                    f"Expected {expected} simulated frames on loopback, found {len(got)} in {_PATIENCE:g} s.",
                    hint="Is a firewall blocking UDP on this computer's own address?",
                )
            got += more
        return got


class LiveRig:
    """Phones that send in real time, as a source; everything happens in the thread that reads.

    Args:
        phones: the phones, all of one frame rate.
        receiver: what they send to.
        clock: real time.
    """

    def __init__(self, phones: Sequence[VirtualPhone], receiver: LiveLinkReceiver, clock: Clock) -> None:
        self._receiver, self._clock = receiver, clock
        self._step = 1.0 / phones[0].person.fps
        self._all = tuple(phones)
        self._due = clock.now()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Send what is due and return what arrives within ``timeout`` seconds."""
        end = self._clock.now() + timeout
        while (now := self._clock.now()) < end:
            if now >= self._due:
                for phone in self._all:
                    phone.send()
                self._due += self._step
            got = self._receiver.read(max(0.0, min(self._due, end) - self._clock.now()))
            if got is None or got:
                return got
        return ()
