"""Recognitions as OSC, seen by python-osc's own receiver over loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from outlet_examples import START, description, event, no_face, seen
from pythonosc.osc_bundle import OscBundle
from pythonosc.parsing.ntp import system_time_to_ntp

from mimik.errors import MimikError
from mimik.live.outlet import Outlet
from mimik.live.outlets.osc import OscOutlet, address_words

TIMEOUT = 20.0  # s; only for what never comes


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(TIMEOUT)
        yield made


@pytest.fixture
def outlet(receiver: socket.socket) -> Iterator[OscOutlet]:
    """An outlet whose description has come already."""
    made = OscOutlet(*receiver.getsockname())
    made.open(description())
    heard(receiver)
    yield made
    made.close()


def heard(receiver: socket.socket) -> tuple[float, dict[str, list[Any]]]:
    """The time tag of a bundle, and its messages."""
    bundle = OscBundle(receiver.recv(1 << 16))
    return bundle.timestamp, {message.address: list(message.params) for message in bundle}


def test_it_keeps_the_contract(outlet: OscOutlet) -> None:
    assert isinstance(outlet, Outlet)


def test_first_comes_what_is_going_to_be_said(receiver: socket.socket) -> None:
    outlet = OscOutlet(*receiver.getsockname())
    outlet.open(description())

    _, messages = heard(receiver)

    assert messages == {
        "/mimik/description/labels": ["happy", "sad", "müde / tired"],
        "/mimik/description/delay": [pytest.approx(0.3)],
        "/mimik/description/use": ["research only"],
        "/mimik/description/synthetic": [1],
    }
    outlet.close()


def test_then_a_bundle_for_each_frame(outlet: OscOutlet, receiver: socket.socket) -> None:
    outlet.send(seen(1))

    time, messages = heard(receiver)

    assert time == pytest.approx(START + 1 / 60, abs=1e-6)
    assert messages == {
        "/mimik/1/expression": ["happy"],
        "/mimik/1/state": ["recognised"],
        "/mimik/1/confidence": [pytest.approx(0.601)],
        "/mimik/1/probability/happy": [pytest.approx(0.601)],
        "/mimik/1/probability/sad": [pytest.approx(0.299)],
        "/mimik/1/probability/m_de___tired": [pytest.approx(0.1)],
    }


def test_a_change_is_told_once(outlet: OscOutlet, receiver: socket.socket) -> None:
    outlet.send(seen(5, changed=True))
    outlet.send(seen(6, changed=False))

    assert heard(receiver)[1]["/mimik/1/changed"] == ["happy"]
    assert "/mimik/1/changed" not in heard(receiver)[1]


def test_without_a_face_nothing_stays_as_it_was(outlet: OscOutlet, receiver: socket.socket) -> None:
    outlet.send(no_face(device=2))

    _, messages = heard(receiver)

    assert messages["/mimik/2/state"] == messages["/mimik/2/changed"] == ["no-face"]
    assert messages["/mimik/2/expression"] == [""]
    numbers = [v for address, v in messages.items() if "prob" in address or "confidence" in address]
    assert numbers == [[0.0]] * 4


def test_events_are_told(outlet: OscOutlet, receiver: socket.socket) -> None:
    outlet.tell(event())

    time, messages = heard(receiver)

    assert time == pytest.approx(START + 2.5, abs=1e-6)
    assert messages == {"/mimik/1/event": ["tired too long", "message", "Have a break"]}


def test_bundles_can_ask_to_be_used_at_once(receiver: socket.socket) -> None:
    outlet = OscOutlet(*receiver.getsockname(), prefix="/lab/left", time_tags=False)
    outlet.open(description())
    heard(receiver)

    outlet.send(seen())

    datagram = receiver.recv(1 << 16)
    assert datagram[8:16] == (1).to_bytes(8, "big") != system_time_to_ntp(START)
    assert OscBundle(datagram).content(0).address == "/lab/left/1/expression"
    outlet.close()


def test_nobody_needs_to_listen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        address = gone.getsockname()
    outlet = OscOutlet(*address)
    outlet.open(description())

    for i in range(100):
        outlet.send(seen(i))
        outlet.tell(event())

    outlet.close()
    outlet.close()
    outlet.send(seen())


def test_what_the_network_does_not_take_is_counted(receiver: socket.socket) -> None:
    outlet = OscOutlet(*receiver.getsockname())
    outlet.open(description())

    outlet.tell(event(content="x" * (1 << 16)))
    assert outlet.unsent == 1
    outlet.send(seen())
    assert outlet.unsent == 1
    outlet.close()


def test_labels_become_words_that_osc_allows_and_stay_apart() -> None:
    assert address_words(["happy", "a/b", "a b", "a_b", "", "[1]", "very-sad"]) == (
        "happy",
        "a_b",
        "a_b_2",
        "a_b_3",
        "_",
        "_1_",
        "very-sad",
    )


def test_a_receiver_that_cannot_be_found_is_told() -> None:
    too_long = "x" * 64  # for the part of a name, so that nobody is asked for it
    with pytest.raises(MimikError, match=too_long) as error:
        OscOutlet(too_long, 9000).open(description())
    assert "127.0.0.1" in error.value.hint
    with pytest.raises(MimikError, match="port 123456"):
        OscOutlet("127.0.0.1", 123456).open(description())
    with pytest.raises(MimikError, match="prefix"):
        OscOutlet("127.0.0.1", 9000, prefix="mimik")
