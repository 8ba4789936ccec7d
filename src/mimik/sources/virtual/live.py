"""A simulated person before a simulated phone, in real time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.expressions import PATTERNS
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.sources.virtual.rig import LiveRig

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimik.clock import Clock
    from mimik.frame import Frame

__all__ = ["FPS", "Performance", "live_rig"]

FPS = 60
"""Frames a second of the simulated phone."""

REST = 6.0
"""Seconds of a resting face before each expression."""

HOLD = 5.0
"""Seconds an expression is asked for; people take one or two of them to react."""


def live_rig(
    person: Person, clock: Clock, at_end: ExitStack, *, number_of: Callable[[str], int] | None, seed: int
) -> tuple[LiveRig, int]:
    """Put a phone before a person.

    Args:
        person: who sits there.
        clock: real time.
        at_end: closes phone and receiver.
        number_of: from the phone's identity to its number, as for ``LiveLinkReceiver``.
        seed: of the phone's uptime.

    Returns:
        The source, and the phone's number.

    Raises:
        MimikError: this computer cannot listen on its own address.
    """
    receiver = LiveLinkReceiver(0, host="127.0.0.1", clock=clock, number_of=number_of)
    at_end.enter_context(receiver)
    phone = at_end.enter_context(VirtualPhone(person, receiver.address, device_id="virtual-0", seed=seed))
    rig = LiveRig([phone], receiver, clock)
    while not receiver.phones:
        rig.read(0.1)
    return rig, next(iter(receiver.phones))


class Performance:
    """A ``Source``: a simulated person who rests and shows one expression after the other, again and again.

    Args:
        expressions: what is shown; by default all that have a pattern.
        clock: real time.
        number_of: from the phone's identity to its number, as for ``LiveLinkReceiver``.
        seed: makes the person.
    """

    def __init__(
        self,
        expressions: Sequence[str] = (),
        *,
        clock: Clock,
        number_of: Callable[[str], int] | None = None,
        seed: int = 0,
    ) -> None:
        self._expressions = tuple(expressions) or tuple(name for name in PATTERNS if name != "neutral")
        self._clock = clock
        self._person = Person(seed, fps=FPS)
        self._open = ExitStack()
        self._closed = False
        self._rig, _ = live_rig(self._person, clock, self._open, number_of=number_of, seed=seed)
        self._start = clock.now()

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None after ``close``."""
        if self._closed:
            return None
        self._person.ask(self.asked(self._clock.now() - self._start))
        return self._rig.read(timeout)

    def asked(self, elapsed: float) -> str | None:
        """Return what the person is asked for after ``elapsed`` seconds; None is a resting face."""
        turn, within = divmod(elapsed, REST + HOLD)
        return self._expressions[int(turn) % len(self._expressions)] if within >= REST else None

    def close(self) -> None:
        """Send the person home; may be called twice."""
        self._closed = True
        self._open.close()
