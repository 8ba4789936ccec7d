"""Recognitions over WebSocket, seen by clients of the websockets library over loopback."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from outlet_examples import LABELS, START, description, event, no_face, seen
from websockets.exceptions import ConnectionClosedOK, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import MimikError
from mimik.live.outlet import Outlet
from mimik.live.outlets.websocket import WebSocketOutlet

TIMEOUT = 20.0  # s; only for what never comes
HANDSHAKE = (
    b"GET /?coefficients=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture
def outlet() -> Iterator[WebSocketOutlet]:
    made = WebSocketOutlet(port=0, queue=10)
    made.open(description())
    yield made
    made.close()


@contextmanager
def greeted(url: str, **how: Any) -> Iterator[ClientConnection]:
    """A client that was told the description, which is when it gets all that follows."""
    with connect(url, proxy=None, **how) as client:
        assert heard(client)["type"] == "description"
        yield client


def heard(client: ClientConnection) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    message: dict[str, Any] = json.loads(client.recv(TIMEOUT), parse_constant=refuse)
    return message


def connected_with_small_buffer(outlet: WebSocketOutlet) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect(outlet.address)
    return made


def test_it_keeps_the_contract(outlet: WebSocketOutlet) -> None:
    assert isinstance(outlet, Outlet)


def test_a_client_first_hears_what_is_going_to_be_said(outlet: WebSocketOutlet) -> None:
    with connect(outlet.url, proxy=None) as client:
        assert heard(client) == {
            "type": "description",
            "format": 1,
            "labels": list(LABELS),
            "rate": 60.0,
            "delay": 0.3,
            "model": "recognizer.mimik",
            "use": "research only",
            "synthetic": True,
        }


def test_then_each_recognition(outlet: WebSocketOutlet) -> None:
    with greeted(outlet.url) as client:
        outlet.send(seen())

        assert heard(client) == {
            "type": "recognition",
            "device": 1,
            "time": START,
            "device_time": 100.0,
            "state": "recognised",
            "expression": "happy",
            "confidence": 0.6,
            "probabilities": {"happy": 0.7, "sad": 0.2, "müde / tired": 0.1},
            "smoothed": {"happy": 0.6, "sad": 0.3, "müde / tired": 0.1},
            "changed": True,
        }


def test_and_each_event(outlet: WebSocketOutlet) -> None:
    with greeted(outlet.url) as client:
        outlet.tell(event())

        assert heard(client) == {
            "type": "event",
            "device": 1,
            "time": START + 2.5,
            "rule": "tired too long",
            "kind": "message",
            "content": "Have a break",
        }


def test_what_is_not_known_is_null(outlet: WebSocketOutlet) -> None:
    with greeted(outlet.url + "?coefficients=1") as client:
        outlet.send(no_face())

        message = heard(client)
    assert message["state"] == "no-face"
    assert message["expression"] is message["confidence"] is message["device_time"] is None
    assert set(message["smoothed"].values()) == set(message["coefficients"].values()) == {None}


def test_coefficients_come_only_to_who_asks(outlet: WebSocketOutlet) -> None:
    recognition = seen()
    with greeted(outlet.url) as quiet, greeted(outlet.url + "?coefficients=1") as curious:
        outlet.send(recognition)

        assert "coefficients" not in heard(quiet)
        coefficients = heard(curious)["coefficients"]
    assert tuple(coefficients) == BLEND_SHAPES
    np.testing.assert_allclose(list(coefficients.values()), recognition.coefficients, atol=1e-6)


def test_a_slow_client_loses_the_oldest_and_is_told_and_others_lose_nothing(outlet: WebSocketOutlet) -> None:
    sent = 600  # of 2 kB: more than all buffers between hold
    slow_socket = connected_with_small_buffer(outlet)
    url = outlet.url + "?coefficients=1"
    with greeted(url) as fast, greeted(url, sock=slow_socket, max_queue=1) as slow:
        for i in range(sent):
            outlet.send(seen(i))
            assert "lost" not in heard(fast)

        messages = [heard(slow)]
        while messages[-1]["device_time"] < seen(sent - 1).device_time - 1e-3:
            messages.append(heard(slow))
    lost = sum(message.get("lost", 0) for message in messages)
    assert lost > 0
    assert len(messages) + lost == sent
    times = [message["time"] for message in messages]
    assert times == sorted(times)
    assert "lost" not in messages[0], "the oldest that were under way still come"


def test_nothing_is_asked_for_or_written_where_nobody_listens(outlet: WebSocketOutlet) -> None:
    for i in range(100):
        outlet.send(seen(i))

    assert outlet.clients == 0


def test_what_clients_say_is_ignored(outlet: WebSocketOutlet) -> None:
    with greeted(outlet.url) as client:
        for _ in range(100):
            client.send("hello?")
        outlet.send(seen())

        assert heard(client)["type"] == "recognition"


def test_the_end_is_clean_and_what_was_said_before_arrives() -> None:
    outlet = WebSocketOutlet(port=0)
    outlet.open(description())
    with greeted(outlet.url) as client:
        outlet.tell(event())

        outlet.close()

        assert heard(client)["type"] == "event"
        with pytest.raises(ConnectionClosedOK) as ended:
            client.recv(TIMEOUT)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1001
    outlet.close()
    outlet.send(seen())


def test_the_end_waits_for_nobody_who_does_not_read() -> None:
    outlet = WebSocketOutlet(port=0)
    outlet.open(description())
    asleep = connected_with_small_buffer(outlet)
    asleep.sendall(HANDSHAKE)
    asleep.recv(1)
    with greeted(outlet.url) as awake:
        for i in range(600):
            outlet.send(seen(i))
            heard(awake)

    outlet.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(outlet.address, TIMEOUT)
    asleep.close()


@pytest.mark.parametrize("origin", [None, "http://localhost:8000", "https://127.0.0.1", "http://[::1]:3000"])
def test_pages_of_this_computer_and_programs_may_listen(outlet: WebSocketOutlet, origin: str | None) -> None:
    with greeted(outlet.url, origin=origin):
        pass


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "null",
        "http://localhost.elsewhere.example",
        "http://127.0.0.1.example:80",
    ],
)
def test_other_pages_may_not(outlet: WebSocketOutlet, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, greeted(outlet.url, origin=origin):
        pass

    assert refused.value.response.status_code == 403


def test_unless_they_are_named() -> None:
    outlet = WebSocketOutlet(port=0, origins=["https://lab.example"])
    outlet.open(description())

    with greeted(outlet.url, origin="https://lab.example"):
        pass
    outlet.close()


def test_the_network_is_let_in_only_with_a_token() -> None:
    outlet = WebSocketOutlet(port=0, host="0.0.0.0")
    outlet.open(description())

    assert outlet.token is not None
    assert len(outlet.token) > 20
    assert outlet.token in outlet.url
    with greeted(outlet.url):
        pass
    for wrong in ("", "?token=", f"?token={outlet.token[:-1]}", "?token=%FF"):
        with (
            pytest.raises(InvalidStatus) as refused,
            greeted(f"ws://127.0.0.1:{outlet.address[1]}/{wrong}"),
        ):
            pass
        assert refused.value.response.status_code == 401
    outlet.close()


def test_each_run_has_another_token_unless_it_is_given() -> None:
    assert WebSocketOutlet(host="0.0.0.0").token != WebSocketOutlet(host="0.0.0.0").token
    assert WebSocketOutlet(host="0.0.0.0", token="of-this-lab").token == "of-this-lab"
    assert WebSocketOutlet(host="lab.example").token is not None
    assert WebSocketOutlet(host="localhost").token is WebSocketOutlet(host="::1").token is None
    with pytest.raises(MimikError, match="empty"):
        WebSocketOutlet(token="")


def test_a_port_that_is_taken_is_told(outlet: WebSocketOutlet) -> None:
    with pytest.raises(MimikError, match=rf"port {outlet.address[1]}") as error:
        WebSocketOutlet(port=outlet.address[1]).open(description())

    assert "another port" in error.value.hint


def test_a_stranger_who_speaks_no_websocket_does_no_harm(
    outlet: WebSocketOutlet, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(outlet.address, TIMEOUT) as stranger:
        stranger.sendall(b"\x00\xff no HTTP\r\n\r\n")
        while stranger.recv(4096):
            pass

    with greeted(outlet.url) as client:
        outlet.send(seen())
        assert heard(client)["type"] == "recognition"
    assert capfd.readouterr().err == ""
