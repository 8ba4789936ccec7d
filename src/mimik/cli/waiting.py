"""Waiting for a phone: where it must send to, who is there, and what usually is wrong when nobody is."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.prompt import IntPrompt

from mimik.cli.console import notes
from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.sources.receiver import LiveLinkReceiver, PhoneStatus

__all__ = ["own_addresses", "wait_for_phone"]

_HINT = (
    "Same Wi-Fi for both? Local network allowed for the app (iOS Settings, Privacy)? App in the foreground, "
    'in mode "Live Link (ARKit)", with this computer\'s address? A firewall, a VPN or a guest Wi-Fi may also '
    "be in the way."
)
_SETTLE = 1.0  # seconds to let other phones show up after the first, and to measure the rate


def own_addresses() -> tuple[str, ...]:
    """Return this computer's IPv4 addresses in local networks, the likeliest first; sends nothing."""
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # an address reserved for documentation; UDP connect sends no packet
            found[probe.getsockname()[0]] = None
        except OSError:
            pass  # in no network at all
    try:
        names = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        names = []
    found.update({str(info[4][0]): None for info in names})
    return tuple(address for address in found if not address.startswith("127."))


def wait_for_phone(receiver: LiveLinkReceiver, clock: Clock, *, device: int | None, patience: float) -> int:
    """Wait until a phone sends, and return its number; asks where there are several.

    Raises:
        MimikError: nothing came within ``patience`` seconds.
    """
    start, seen = clock.now(), None
    told: set[str] = set()
    while clock.now() - start < patience:
        receiver.read(0.2)
        _tell_refusals(receiver, told)
        phones = receiver.phones
        if phones and device in (None, *phones):
            seen = clock.now() if seen is None else seen
            if clock.now() - seen >= _SETTLE:
                return _choose(phones) if device is None else device
    refused = " What came was refused, see above." if told else ""
    wanted = "a phone" if device is None else f"device {device}"
    raise MimikError(f"Expected {wanted} to send, found nothing in {patience:g} s.{refused}", hint=_HINT)


def _tell_refusals(receiver: LiveLinkReceiver, told: set[str]) -> None:
    """Print each kind of refused packet when it first comes."""
    for refusal in receiver.refusals:
        if refusal.message not in told:
            told.add(refusal.message)
            notes.print(f"A packet from {refusal.sender} was refused. {refusal.message} {refusal.hint}")


def _choose(phones: Mapping[int, PhoneStatus]) -> int:
    for number, phone in phones.items():
        face = "face in view" if phone.tracked else "no face in view"
        notes.print(f"Device {number}: {phone.rate:.0f} frames a second, {phone.lost} lost, {face}")
    if len(phones) == 1:
        return next(iter(phones))
    return IntPrompt.ask("Which device?", console=notes, choices=[str(number) for number in phones])
