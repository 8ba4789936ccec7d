"""Recognitions as Open Sound Control over UDP: for stage, sound and stimulus programs."""

from __future__ import annotations

import math
import re
import socket
import struct
from typing import TYPE_CHECKING, Any

from mimik.errors import MimikError
from mimik.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["OscOutlet", "address_words"]

_NUMBER = struct.Struct(">f")
_LENGTH = struct.Struct(">i")
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
        self._heads: dict[int, tuple[bytes, ...]] = {}
        self._texts: dict[tuple[int, str, str], bytes] = {}
        self._socket: socket.socket | None = None
        self.unsent = 0

    def open(self, description: Description) -> None:
        """Look the receiver up, and tell it the labels, the delay and whether people or models are simulated.

        Raises:
            MimikError: there is no such host or port.
            MissingExtra: the package python-osc is not installed.
        """
        with needs_extra("live"):
            import pythonosc.osc_message_builder  # noqa: F401
        family, self._receiver = _look_up(self._host, self._port)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._words = address_words(description.labels)
        facts = [
            self._message("/description/labels", *description.labels),
            self._message("/description/delay", float(description.delay)),
            self._message("/description/use", description.use),
            self._message("/description/synthetic", int(description.synthetic)),
        ]
        self._send(math.nan, facts)

    def send(self, recognition: Recognition) -> None:
        """Send what is said of one frame, in one datagram."""
        if recognition.device not in self._heads:
            self._heads[recognition.device] = self._numbers(f"/{recognition.device}")
        numbers = (recognition.confidence, *recognition.smoothed.tolist())
        messages = [
            self._text(recognition.device, "expression", recognition.expression or ""),
            self._text(recognition.device, "state", recognition.state.value),
            *(
                h + _NUMBER.pack(_known(n))
                for h, n in zip(self._heads[recognition.device], numbers, strict=True)
            ),
        ]
        if recognition.changed:
            messages.append(self._text(recognition.device, "changed", recognition.said))
        self._send(recognition.time, messages)

    def tell(self, event: Event) -> None:
        """Send what a rule asked for."""
        self._send(
            event.time, [self._message(f"/{event.device}/event", event.rule, event.kind, event.content)]
        )

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, time: float, messages: Sequence[bytes]) -> None:
        from pythonosc.parsing.ntp import IMMEDIATELY, system_time_to_ntp

        if self._socket is None:
            return
        tagged = self._time_tags and math.isfinite(time)
        bundle = (b"#bundle\0", system_time_to_ntp(time) if tagged else IMMEDIATELY, *messages)
        try:
            self._socket.sendto(b"".join(bundle), self._receiver)
        except OSError:  # nobody there, no network, buffer full: live recognition goes on
            self.unsent += 1

    def _numbers(self, device: str) -> tuple[bytes, ...]:
        """Return the messages of a device's numbers without the number, which are their last four bytes."""
        addresses = (f"{device}/confidence", *(f"{device}/probability/{word}" for word in self._words))
        return tuple(self._message(address, 0.0)[: -_NUMBER.size] for address in addresses)

    def _text(self, device: int, what: str, text: str) -> bytes:
        """Return a message of one of a few texts, made once."""
        key = device, what, text
        if key not in self._texts:
            self._texts[key] = self._message(f"/{device}/{what}", text)
        return self._texts[key]

    def _message(self, address: str, *values: str | float) -> bytes:
        """Return a message as it stands in a bundle, behind its length."""
        from pythonosc.osc_message_builder import OscMessageBuilder

        builder = OscMessageBuilder(address=self._prefix + address)
        for value in values:
            builder.add_arg(value)
        message: bytes = builder.build().dgram
        return _LENGTH.pack(len(message)) + message


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
