"""A studio under attack from its network goes on serving, and its log names nobody and holds no key."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h11
import httpx2 as httpx
import pytest
from small_study import PROTOCOL
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from mimik.protocol import parse_protocol
from mimik.study import Study
from mimik.web import connections
from mimik.web.connections import PatientProtocol

PATIENCE = 60.0


class Target:
    """`mimik serve` for other computers, too, and what it said."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._log = log
        words = ["serve", str(folder), "--host", "127.0.0.1", "--port", "0", "--phone-port", "0"]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from mimik.cli.main import run; run()", *words],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
            )
        end = time.monotonic() + PATIENCE
        while "Stop with Ctrl-C" not in self.said:
            assert self.process.poll() is None and time.monotonic() < end, self.said
            time.sleep(0.05)
        found = re.search(r"elsewhere +(\S+)/\?token=(\S+)", self.said)
        assert found, self.said
        self.url, self.token = found[1], found[2]
        self.address = ("127.0.0.1", int(self.url.rsplit(":", 1)[1]))

    @property
    def said(self) -> str:
        return self._log.read_text()

    def serves(self) -> bool:
        asked = {"Authorization": f"Bearer {self.token}"}
        return httpx.get(f"{self.url}/api/study", headers=asked, timeout=10).status_code == 200

    def socket(self) -> socket.socket:
        made = socket.create_connection(self.address)
        made.settimeout(10)
        return made


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    place = tmp_path_factory.mktemp("attacked")
    Study.create(place / "study", title="Trial", protocol=parse_protocol(PROTOCOL, where=""), synthetic=True)
    made = Target(place / "study", place / "log.txt")
    yield made
    made.process.terminate()
    made.process.wait()
    assert "Traceback" not in made.said
    assert made.token not in made.said.split("Stop with Ctrl-C")[1]
    assert not re.search("sub-SECRET|secret-key|wrong-token", made.said)


def answer(opened: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    parts = []
    try:
        while part := opened.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


HEADS = {
    "a head without end": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: sub-SECRET\r\n" * 100_000,
    "one endless header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 2_000_000,
    "an endless address": b"GET /" + b"secret-key" * 200_000,
    "no HTTP": b"\x16\x03\x01sub-SECRET\r\n\r\n",
    "two lengths": b"POST /api/study HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
    "a negative length": b"POST /api/study HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length of no size": b"POST /api/study HTTP/1.1\r\nHost: x\r\nContent-Length: "
    + b"9" * 30
    + b"\r\n\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_heads_that_are_none_are_refused(target: Target, head: bytes) -> None:
    with target.socket() as opened:
        try:
            opened.sendall(head)
            opened.shutdown(socket.SHUT_WR)
        except OSError:  # it has closed before all of it was sent
            pass
        assert b" 200 " not in answer(opened)
    assert target.serves()


def test_many_connections_that_say_nothing_leave_room_for_others(target: Target) -> None:
    held = []
    for _ in range(connections.FROM_ONE_ADDRESS + 40):
        opened = socket.socket()
        opened.bind(("127.0.0.2", 0))
        opened.connect(target.address)
        held.append(opened)
    try:
        assert target.serves()
    finally:
        for opened in held:
            opened.close()


def watching(target: Target) -> Any:
    return connect(
        target.url.replace("http", "ws", 1) + "/api/watch",
        additional_headers={"Authorization": f"Bearer {target.token}"},
        open_timeout=PATIENCE,
    )


MESSAGES: dict[str, str | bytes] = {
    "a huge one": "x" * 2_000_000,
    "a huge one of bytes": bytes(2_000_000),
    "deep": '{"watch": ' + "[" * 60_000,
    "many topics": json.dumps({"watch": [f"face:{i}" for i in range(5000)]}),
    "a huge number": '{"watch": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_messages_that_are_none_close_the_websocket(target: Target, message: str | bytes) -> None:
    with watching(target) as opened, pytest.raises(ConnectionClosed):
        opened.send(message)
        while True:
            opened.recv(PATIENCE)
    assert target.serves()


def test_a_compressed_bomb_closes_the_websocket(target: Target) -> None:
    """100 MB of one letter are 100 KB on the wire."""
    with watching(target) as opened, pytest.raises(ConnectionClosed):
        opened.send("x" * 100_000_000)
        while True:
            opened.recv(PATIENCE)
    assert target.serves()


def test_a_flood_of_messages_stops_nobody(target: Target) -> None:
    with watching(target) as opened:
        for _ in range(3000):
            opened.send('{"watch": ["devices"]}')
        assert target.serves()


FOREIGN: list[tuple[str, dict[str, str], int]] = [
    ("/api/study?token=wrong-token", {}, 401),
    ("/api/study", {"Authorization": "Bearer wrong-token"}, 401),
    ("/api/sessions/sub-SECRET/ses-01", {}, 401),
    ("/static/%2e%2e/%2e%2e/etc/passwd", {}, 404),
    ("/api/study", {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}, 403),
    ("/api/study", {"Host": "elsewhere.example"}, 421),
]


@pytest.mark.parametrize(("path", "headers", "status"), FOREIGN)
def test_who_may_not_is_refused(target: Target, path: str, headers: dict[str, str], status: int) -> None:
    assert httpx.get(target.url + path, headers=headers).status_code == status


# --- the patience of a connection, with a clock turned by hand ---


class Loop:
    """Calls later when told so."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []
        self.cancelled = 0

    def call_later(self, seconds: float, call: Callable[[], None]) -> Any:
        self.calls.append((seconds, call))
        loop = self

        class Handle:
            def cancel(self) -> None:
                loop.cancelled += 1

        return Handle()


class Wire(asyncio.Transport):
    def __init__(self, host: str = "192.0.2.1") -> None:
        super().__init__()
        self.host, self.aborted = host, False
        self.protocol: Any = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self.host, 5000) if name == "peername" else default

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        self.aborted = True

    def get_protocol(self) -> Any:
        return self.protocol


@pytest.fixture
def protocol(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[PatientProtocol, Wire, Loop]]:
    monkeypatch.setattr(PatientProtocol, "_open", set())
    monkeypatch.setattr(PatientProtocol, "_refused", 0)
    monkeypatch.setattr(PatientProtocol, "handle_events", lambda self: self.conn.next_event())

    def make(host: str = "192.0.2.1") -> tuple[PatientProtocol, Wire, Loop]:
        from uvicorn import Config
        from uvicorn.server import ServerState

        async def app(scope: Any, receive: Any, send: Any) -> None:
            return None

        loop, wire = Loop(), Wire(host)
        made = PatientProtocol(Config(app, log_config=None), ServerState(), {}, loop)  # type: ignore[arg-type]
        wire.protocol = made
        made.connection_made(wire)
        return made, wire, loop

    return make


def test_who_says_nothing_is_given_up(protocol: Any) -> None:
    _, wire, loop = protocol()
    [(seconds, give_up)] = loop.calls
    assert seconds == connections.PATIENCE
    give_up()
    assert wire.aborted


def test_a_head_byte_by_byte_gets_no_more_time_with_each(protocol: Any) -> None:
    made, _, loop = protocol()
    for byte in b"GET / HTTP/1.1\r\nHost: lo":
        made.data_received(bytes([byte]))
    assert len(loop.calls) == 1 and not loop.cancelled


def test_a_whole_head_ends_the_waiting(protocol: Any) -> None:
    made, wire, loop = protocol()
    made.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert made.conn.their_state is not h11.IDLE
    assert loop.cancelled == 1 and not wire.aborted


def test_one_address_has_so_many_connections_and_others_theirs(
    protocol: Any, caplog: pytest.LogCaptureFixture
) -> None:
    wires = [protocol()[1] for _ in range(connections.FROM_ONE_ADDRESS + 5)]
    assert sum(wire.aborted for wire in wires) == 5
    assert not protocol("192.0.2.2")[1].aborted
    wires[0].close()
    assert not protocol()[1].aborted
    assert "192.0.2" not in caplog.text
    assert len([r for r in caplog.records if "refused" in r.getMessage()]) == 3  # at 1, 2 and 4


def test_all_addresses_together_leave_files_their_handles(protocol: Any) -> None:
    wires = [protocol(f"192.0.2.{i % 250}")[1] for i in range(connections.IN_ALL + 3)]
    assert sum(wire.aborted for wire in wires) == 3
