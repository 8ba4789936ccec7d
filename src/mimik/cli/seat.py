"""A seat for a session: where the frames come from, and who presses the buttons."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.capture.simulation import APP, Sitters, require_synthetic
from mimik.cli.console import notes
from mimik.cli.screen import Keys
from mimik.cli.waiting import own_addresses, wait_for_phone
from mimik.errors import MimikError
from mimik.sources.ifacialmocap import PORT, IFacialMocapReceiver
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.sources.virtual.rig import LiveRig

if TYPE_CHECKING:
    from mimik.capture.button import Button
    from mimik.capture.view import View
    from mimik.clock import Clock
    from mimik.sources.source import Source
    from mimik.study.study import Study

__all__ = ["Seat", "ifacialmocap_seat", "live_link_seat", "virtual_seat"]

_VIRTUAL_FPS = 60


@dataclass(frozen=True, slots=True)
class Seat:
    """One device ready to record.

    Attributes:
        source: where its frames come from.
        device: its number in the study.
        app: what sends the frames.
        rate: frames a second, or None if not known.
        presses: who presses the buttons.
        begin: called right before the first prompt.
        watch: also sees each view; None for people, who see the terminal.
        lost: how many of the device's frames went missing so far, by its own count.
        heard: when the last frame arrived, seconds since 1970; infinity for who is never silent.
    """

    source: Source
    device: int
    app: str
    rate: float | None
    presses: Callable[[], Iterable[tuple[int, Button]]]
    begin: Callable[[], object] = lambda: None
    watch: Callable[[int, View], None] | None = None
    lost: Callable[[], int] = lambda: 0
    heard: Callable[[], float] = lambda: math.inf


def live_link_seat(
    study: Study, clock: Clock, at_end: ExitStack, *, port: int, device: int | None, patience: float
) -> Seat:
    """Wait for a phone with Live Link Face."""
    receiver = at_end.enter_context(LiveLinkReceiver(port, clock=clock, number_of=study.device_number))
    addresses = " or ".join(own_addresses()) or "(this computer is in no network)"
    notes.print('On the phone: Live Link Face, mode "Live Link (ARKit)", add this target:')
    notes.print(f"  address {addresses}   port {receiver.address[1]}", style="bold")
    number = wait_for_phone(receiver, clock, device=device, patience=patience)
    rate = float(round(receiver.phones[number].rate))
    return Seat(
        receiver,
        number,
        "Live Link Face",
        rate,
        Keys(number).presses,
        begin=receiver.drop_waiting,
        lost=lambda: receiver.phones[number].lost,
        heard=lambda: receiver.phones[number].last_arrival,
    )


def ifacialmocap_seat(study: Study, clock: Clock, at_end: ExitStack, *, phone: str) -> Seat:
    """Ask the phone at an address, with iFacialMocap, or "address:49993" for Facemotion3d, for its frames.

    Raises:
        MimikError: what follows the colon is no port.
    """
    host, _, port = phone.partition(":")
    if port and not port.isdecimal():
        raise MimikError(
            f"Expected an address, or an address and a port such as {host}:49993, found {phone!r}."
        )
    number = study.device_number(host)
    receiver = IFacialMocapReceiver(host, int(port or PORT), device=number, clock=clock)
    at_end.enter_context(receiver)
    notes.print(f"Asking iFacialMocap at {phone} for frames.")
    asked = clock.now()
    return Seat(
        receiver,
        number,
        "iFacialMocap",
        None,
        Keys(number).presses,
        heard=lambda: max(asked, receiver.last_arrival),
    )


def virtual_seat(study: Study, clock: Clock, at_end: ExitStack, *, seed: int) -> Seat:
    """Seat a simulated person, in real time.

    Raises:
        StudyError: the study is for real people.
    """
    require_synthetic(study)
    receiver = LiveLinkReceiver(0, host="127.0.0.1", clock=clock, number_of=study.device_number)
    at_end.enter_context(receiver)
    person = Person(seed, fps=_VIRTUAL_FPS)
    phone = at_end.enter_context(VirtualPhone(person, receiver.address, device_id="virtual-0", seed=seed))
    rig = LiveRig([phone], receiver, clock)
    while not receiver.phones:
        rig.read(0.1)
    number = next(iter(receiver.phones))
    sitters, keys = Sitters({number: person}, clock.now, seed), Keys(number)

    def presses() -> Iterable[tuple[int, Button]]:
        return (*sitters.presses(), *keys.presses())

    return Seat(rig, number, APP, float(_VIRTUAL_FPS), presses, watch=sitters.on_view)
