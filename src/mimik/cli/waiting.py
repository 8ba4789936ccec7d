"""Waiting for a phone: where it must send to, who is there, and what usually is wrong when nobody is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.prompt import IntPrompt

from mimik.cli.console import notes
from mimik.errors import MimikError
from mimik.sources.addresses import own_addresses

if TYPE_CHECKING:
    from mimik.clock import Clock
    from mimik.sources.numbered import Numbered
    from mimik.sources.opensource import OpenSource
    from mimik.sources.receiver import LiveLinkReceiver, PhoneStatus
    from mimik.sources.refusals import Refusal

__all__ = ["address_line", "tell_address", "wait_for_frames", "wait_for_phone"]

_HINT = (
    "Same Wi-Fi for both? Local network allowed for the app (iOS Settings, Privacy)? App in the foreground, "
    'in mode "Live Link (ARKit)", with this computer\'s address? A firewall, a VPN or a guest Wi-Fi may also '
    "be in the way."
)
_HINT_ANY = (
    "Same Wi-Fi for both? Local network allowed for the app (iOS Settings, Privacy)? App in the foreground, "
    "sending, with the right address? A firewall, a VPN or a guest Wi-Fi may also be in the way."
)
_SETTLE = 1.0  # seconds to let other phones show up after the first, and to measure the rate


def tell_address(opened: OpenSource) -> None:
    """Print what to do so that frames come, and the address to type into the app where it must be told."""
    if opened.told:
        notes.print(opened.told)
    if opened.port is not None:
        notes.print(address_line(opened.port), style="bold")


def address_line(port: int) -> str:
    """Return the line that tells what to type into an app: this computer's addresses and a port."""
    addresses = " or ".join(own_addresses()) or "(this computer is in no network)"
    return f"  address {addresses}   port {port}"


def wait_for_frames(source: Numbered, opened: OpenSource, clock: Clock, *, patience: float) -> None:
    """Wait until a source with one device sends.

    Raises:
        MimikError: nothing came within ``patience`` seconds.
    """
    start, told = clock.now(), set[str]()
    while clock.now() - start < patience:
        frames = source.read(0.2)
        _tell_refusals(opened.refusals(), told)
        if frames:
            return
        if frames is None:
            break
    raise _nothing(opened.app, told, patience, _HINT_ANY)


def wait_for_phone(receiver: LiveLinkReceiver, clock: Clock, *, device: int | None, patience: float) -> int:
    """Wait until a phone sends, and return its number; asks where there are several.

    Raises:
        MimikError: nothing came within ``patience`` seconds.
    """
    start, seen = clock.now(), None
    told: set[str] = set()
    while clock.now() - start < patience:
        receiver.read(0.2)
        _tell_refusals(receiver.refusals, told)
        phones = receiver.phones
        if phones and device in (None, *phones):
            seen = clock.now() if seen is None else seen
            if clock.now() - seen >= _SETTLE:
                return _choose(phones) if device is None else device
    raise _nothing("a phone" if device is None else f"device {device}", told, patience, _HINT)


def _nothing(wanted: str, told: set[str], patience: float, hint: str) -> MimikError:
    refused = " What came was refused, see above." if told else ""
    return MimikError(f"Expected {wanted} to send, found nothing in {patience:g} s.{refused}", hint=hint)


def _tell_refusals(refusals: Sequence[Refusal], told: set[str]) -> None:
    """Print each kind of refused packet when it first comes."""
    for refusal in refusals:
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
