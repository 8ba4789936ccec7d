"""Recognitions as Open Sound Control over UDP: for stage, sound and stimulus programs."""

from __future__ import annotations

import math
import re
import socket
from typing import TYPE_CHECKING, Any

from mimik.errors import MimikError
from mimik.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["OscOutlet", "address_words"]

_PREFIX = re.compile(r"(/[!-~]+)*")
_NOT_IN_ADDRESSES = re.compile(r"[^!-~]|[#*,/?\[\]{}]")  # OSC 1.0: printable ASCII without these


class OscOutlet:
    """Sends a bundle a frame and never learns whether anybody listens.

    Args:
        host: name or address of the receiver.
        port: its UDP port.
        prefix: what all addresses begin with.
        time_tags: whether bundles tell the frame's arrival, which a receiver whose clock is behind may wait
            for; else they ask to be used at once.

    Attributes:
        unsent: datagrams the system would not take: no network, or its buffer is full.
    """

    def __init__(self, host: str, port: int, prefix: str = "/mimik", *, time_tags: bool = True) -> None:
        if not _PREFIX.fullmatch(prefix):
            raise MimikError(
                f"Expected an OSC prefix such as '/mimik', in ASCII and without blanks, found {prefix!r}."
            )
        self._host, self._port, self._prefix, self._time_tags = host, port, prefix.rstrip("/"), time_tags
        self._words: tuple[str, ...] = ()
        self._socket: socket.socket | None = None
        self.unsent = 0

    def open(self, description: Description) -> None:
        """Look the receiver up, and tell it the labels, the delay and whether people or models are simulated.

        Raises:
            MimikError: there is no such host or port.
            MissingExtra: the package python-osc is not installed.
        """
        with needs_extra("live"):
            from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
            from pythonosc.osc_message_builder import OscMessageBuilder
        self._bundle, self._message, self._now = OscBundleBuilder, OscMessageBuilder, IMMEDIATELY
        family, self._receiver = _look_up(self._host, self._port)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._words = address_words(description.labels)
        facts: list[tuple[str, Sequence[str | float | bool]]] = [
            ("/description/labels", description.labels),
            ("/description/delay", (float(description.delay),)),
            ("/description/use", (description.use,)),
            ("/description/synthetic", (int(description.synthetic),)),
        ]
        self._send(self._now, facts)

    def send(self, recognition: Recognition) -> None:
        """Send what is said of one frame, in one datagram."""
        device = f"/{recognition.device}"
        contents: list[tuple[str, Sequence[str | float | bool]]] = [
            (f"{device}/expression", (recognition.expression or "",)),
            (f"{device}/state", (recognition.state.value,)),
            (f"{device}/confidence", (_known(recognition.confidence),)),
        ]
        contents += [
            (f"{device}/probability/{word}", (_known(p),))
            for word, p in zip(self._words, recognition.smoothed.tolist(), strict=True)
        ]
        if recognition.changed:
            contents.append((f"{device}/changed", (recognition.said,)))
        self._send(recognition.time, contents)

    def tell(self, event: Event) -> None:
        """Send what a rule asked for."""
        self._send(event.time, [(f"/{event.device}/event", (event.rule, event.kind, event.content))])

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, time: Any, contents: Sequence[tuple[str, Sequence[str | float | bool]]]) -> None:
        if self._socket is None:
            return
        tagged = self._time_tags and time is not self._now and math.isfinite(time)
        bundle = self._bundle(time if tagged else self._now)
        for address, values in contents:
            message = self._message(address=self._prefix + address)
            for value in values:
                message.add_arg(value)
            bundle.add_content(message.build())
        try:
            self._socket.sendto(bundle.build().dgram, self._receiver)
        except OSError:  # nobody there, no network, buffer full: live recognition goes on
            self.unsent += 1


def address_words(labels: Sequence[str]) -> tuple[str, ...]:
    """Return a word per label that may stand in an OSC address, each another.

    What OSC forbids there (blanks, letters beyond ASCII, ``# * , / ? [ ] { }``) becomes ``_``.
    """
    words: list[str] = []
    for label in labels:
        plain = word = _NOT_IN_ADDRESSES.sub("_", label) or "_"
        number = 2
        while word in words:
            word, number = f"{plain}_{number}", number + 1
        words.append(word)
    return tuple(words)


def _known(value: float) -> float:
    """Return a number, or 0 for none: receivers would keep the last one, and few of them know NaN."""
    return value if math.isfinite(value) else 0.0


def _look_up(host: str, port: int) -> tuple[int, Any]:
    try:
        if not 0 < port < 1 << 16:
            raise OverflowError("ports go from 1 to 65535")
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    except (OSError, OverflowError, UnicodeError) as error:
        raise MimikError(
            f"Expected a host and a UDP port to send OSC to, found host {host!r}, port {port}: {error}.",
            hint="Try the receiver's address in numbers, such as 127.0.0.1 for this computer.",
        ) from error
    return family, address
