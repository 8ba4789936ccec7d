"""Sending what rules say to programs that speak Open Sound Control."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from mimik.errors import MimikError
from mimik.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition
    from mimik.live.rules.rule import OscMessage, Rule

__all__ = ["RuleSender"]


class RuleSender:
    """An outlet that sends the OSC messages of rules, and nothing else. Never learns whether anybody listens.

    Args:
        rules: all that may act.

    Attributes:
        unsent: messages the system would not take: no network, say.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._messages = {rule.name: rule.osc for rule in rules if rule.osc is not None}
        self._ready: dict[str, tuple[socket.AddressFamily, tuple[object, ...], bytes]] = {}
        self._sockets: dict[socket.AddressFamily, socket.socket] = {}
        self.unsent = 0

    def open(self, description: Description) -> None:  # noqa: ARG002 - the same for all models
        """Look up the receivers.

        Raises:
            MimikError: there is no such host.
            MissingExtra: the package python-osc is not installed.
        """
        for name, message in self._messages.items():
            family, address = _look_up(name, message)
            self._ready[name] = (family, address, _datagram(message))
            if family not in self._sockets:
                self._sockets[family] = socket.socket(family, socket.SOCK_DGRAM)
                self._sockets[family].setblocking(False)

    def send(self, recognition: Recognition) -> None:
        """Do nothing: rules have seen it."""

    def tell(self, event: Event) -> None:
        """Send the rule's message, if the event is one."""
        if event.kind != "osc" or event.rule not in self._ready:
            return
        family, address, datagram = self._ready[event.rule]
        try:
            self._sockets[family].sendto(datagram, address)
        except OSError:
            self.unsent += 1

    def close(self) -> None:
        """Close the sockets; may be called twice."""
        for opened in self._sockets.values():
            opened.close()
        self._sockets.clear()
        self._ready.clear()


def _datagram(message: OscMessage) -> bytes:
    with needs_extra("live"):
        from pythonosc.osc_message_builder import OscMessageBuilder
    builder = OscMessageBuilder(address=message.address)
    for argument in message.arguments:
        builder.add_arg(argument)
    datagram: bytes = builder.build().dgram
    return datagram


def _look_up(rule: str, message: OscMessage) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    try:
        family, _, _, _, address = socket.getaddrinfo(message.host, message.port, type=socket.SOCK_DGRAM)[0]
    except (OSError, UnicodeError) as error:
        raise MimikError(
            f"The rule {rule!r}: expected a computer's name or address, found {message.host!r}: {error}.",
            hint="For a program on this computer leave `host` out.",
        ) from error
    return family, address
