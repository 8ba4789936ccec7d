"""What rules say in Open Sound Control arrives as it was written."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from scripted_frames import LABELS, ScriptedModel

from mimik.errors import MimikError
from mimik.live.outlet import Description, Event, Outlet
from mimik.live.rules.osc import RuleSender
from mimik.live.rules.rule import Condition, OscMessage, Rule

pythonosc = pytest.importorskip("pythonosc.osc_message", reason="needs the extra live")

DESCRIPTION = Description(LABELS, 60.0, 0.3, "m.mimik", ScriptedModel().card.use, True)


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.bind(("127.0.0.1", 0))
        opened.settimeout(5.0)
        yield opened


def sender(port: int, host: str = "127.0.0.1") -> RuleSender:
    message = OscMessage("/light/on", ("warm", 1, 0.5, True), host, port)
    return RuleSender([Rule("light", Condition("happy", 1.0), osc=message, message="also shown")])


def test_a_rule_sends_its_message_and_only_for_its_own_osc_events(receiver: socket.socket) -> None:
    opened = sender(receiver.getsockname()[1])
    assert isinstance(opened, Outlet)
    opened.open(DESCRIPTION)
    opened.tell(Event(0.0, 1, "light", "message", "also shown"))
    opened.tell(Event(0.0, 1, "another", "osc", "/x"))
    opened.tell(Event(0.0, 1, "light", "osc", "/light/on warm 1 0.5 True"))

    message = pythonosc.OscMessage(receiver.recv(1024))

    assert message.address == "/light/on"
    assert list(message) == ["warm", 1, 0.5, True]
    receiver.setblocking(False)
    with pytest.raises(BlockingIOError):
        receiver.recv(1024)
    opened.close()


def test_nobody_needs_to_listen(receiver: socket.socket) -> None:
    port = receiver.getsockname()[1]
    receiver.close()
    opened = sender(port)
    opened.open(DESCRIPTION)
    for _ in range(5):
        opened.tell(Event(0.0, 1, "light", "osc", ""))
    opened.close()
    opened.close()
    opened.tell(Event(0.0, 1, "light", "osc", ""))


def test_a_host_that_is_none_is_told_before_anything_begins() -> None:
    with pytest.raises(MimikError, match="The rule 'light': expected a computer's name or address"):
        sender(9000, host="no such host").open(DESCRIPTION)
