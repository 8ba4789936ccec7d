"""``mimik serve`` as a program: it starts, tells its addresses, and stops without losing anything."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from typer.testing import CliRunner
from web_world import PATIENCE, QUICK, wait_until
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from mimik.cli.console import out
from mimik.cli.main import app
from mimik.errors import MimikError
from mimik.protocol import parse_protocol
from mimik.study.study import Study
from mimik.web.serve import listen

LONG = QUICK.replace("min_frames = 30", "min_frames = 1000000")
OPENED = """async () => await new Promise((done) => {
    const socket = new WebSocket(`wss://${location.host}/api/watch`);
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
})"""
MOST_TO_STOP = 5.0  # s


class Program:
    """``mimik serve`` in a process of its own."""

    def __init__(self, log: Path, *arguments: object, env: dict[str, str]) -> None:
        self._log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    "from mimik.cli.main import run; run()",
                    "serve",
                    *map(str, arguments),
                ],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **env},
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def address(self, which: str = "here") -> str:
        """Return an address that the program tells, once it does."""
        wait_until(lambda: "Stop with Ctrl-C" in self.said or self.process.poll() is not None, 60)
        found = re.search(rf"{which} +(\S+)", self.said)
        assert found, self.said
        return found[1]

    def stop(self, number: int = signal.SIGINT) -> float:
        """Send a signal, and return the seconds until the process has ended."""
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(60)
        return time.monotonic() - start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts the program on free ports: ``start(folder, "--host", "127.0.0.1")``."""
    programs: list[Program] = []

    def started(*arguments: object) -> Program:
        log = tmp_path / f"log-{len(programs)}.txt"
        env = {"XDG_DATA_HOME": str(tmp_path / "data")}
        programs.append(Program(log, *arguments, "--port", 0, "--phone-port", 0, env=env))
        return programs[-1]

    yield started
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A synthetic study with a protocol whose trials don't end by themselves."""
    protocol = parse_protocol(LONG, where="long")
    return Study.create(tmp_path / "study", title="Trial run", protocol=protocol, synthetic=True).folder


@contextmanager
def watch(address: str) -> Iterator[Any]:
    """Open the operator's WebSocket as a script does."""
    with connect(address.replace("http", "ws", 1) + "api/watch", open_timeout=PATIENCE) as opened:
        opened.send(json.dumps({"watch": ["devices", "sittings"]}))
        yield opened


def last_words(socket_: Any) -> tuple[dict[str, Any], int]:
    """Read until the end; return the last message and the code."""
    last: dict[str, Any] = {}
    try:
        while True:
            last = json.loads(socket_.recv(PATIENCE))
    except ConnectionClosed as closed:
        assert closed.rcvd is not None
        return last, closed.rcvd.code


def begin(here: httpx.Client) -> dict[str, Any]:
    """Let a simulated person begin a session, and wait until it records."""
    devices = wait_until(lambda: here.get("/api/devices").json())
    number = devices[0]["number"]
    here.post(f"/api/devices/{number}/accept").raise_for_status()
    sitting = (
        here.post(
            "/api/sittings", json={"participant": None, "consent": True, "device": number, "language": "en"}
        )
        .raise_for_status()
        .json()
    )
    path = f"/api/sittings/{sitting['id']}"
    here.post(f"{path}/begin").raise_for_status()
    here.post(f"{path}/press", json={"button": "start"}).raise_for_status()

    def recording() -> bool:
        [now] = here.get("/api/sittings").json()
        return bool(now["view"] and now["view"]["phase"] == "recording" and now["view"]["frames"] > 3)

    wait_until(recording)
    return here.get("/api/sittings").json()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_while_a_session_records_and_the_session_can_be_resumed(
    start: Callable[..., Program], folder: Path, number: int
) -> None:
    program = start(folder, "--virtual", 1)
    address = program.address()
    with httpx.Client(base_url=address) as here:
        sitting = begin(here)
        with watch(address) as watcher:
            watcher.recv(PATIENCE)
            took = program.stop(number)
            assert last_words(watcher) == ({"topic": "bye"}, 1001)
    assert program.process.returncode == 0, program.said
    assert took < MOST_TO_STOP, took
    assert "Traceback" not in program.said and program.said.rstrip().endswith(f"mimik serve {folder}")
    [info] = Study.open(folder).sessions()
    assert (info.participant, info.session) == (sitting["participant"], sitting["session"])
    assert info.status == "interrupted" and not info.problem
    with Study.open(folder).resume_session(info):  # not busy: nobody holds it any more
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_impatience_changes_nothing(start: Callable[..., Program], folder: Path) -> None:
    program = start(folder, "--virtual", 1)
    with httpx.Client(base_url=program.address()) as here:
        begin(here)
    for _ in range(5):
        program.process.send_signal(signal.SIGINT)
    assert program.stop() < MOST_TO_STOP
    assert program.process.returncode == 0 and "Traceback" not in program.said
    [info] = Study.open(folder).sessions()
    assert info.status == "interrupted" and not info.problem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_clients_that_never_leave_do_not_hold_it_up(start: Callable[..., Program], folder: Path) -> None:
    program = start(folder)
    address = program.address()
    port = int(address.rsplit(":", 1)[1].strip("/"))
    silent = socket.create_connection(("127.0.0.1", port))  # says nothing at all
    slow = socket.create_connection(("127.0.0.1", port))
    slow.sendall(b"POST /api/study HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
    with watch(address) as watcher, httpx.Client(base_url=address) as kept_alive:
        kept_alive.get("/api/study")
        watcher.recv(PATIENCE)
        assert program.stop() < MOST_TO_STOP
    silent.close()
    slow.close()
    assert program.process.returncode == 0 and "Traceback" not in program.said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_addresses_and_keys_are_not_logged(start: Callable[..., Program], folder: Path) -> None:
    program = start(folder, "--host", "127.0.0.1")
    address = program.address()
    url, _, token = address.partition("?token=")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as here:
        here.get("/api/sessions/sub-SECRET/ses-01")
        here.get("/screen/a-secret-key")
        here.get("/?token=a-wrong-token")
    with socket.create_connection(("127.0.0.1", httpx.URL(url).port)) as nonsense:
        nonsense.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        nonsense.recv(1000)
    program.stop()
    assert not re.search("SECRET|secret-key|wrong-token|nonsense", program.said)


def test_other_computers_need_the_token(start: Callable[..., Program], folder: Path) -> None:
    program = start(folder, "--host", "127.0.0.1")
    url, _, token = program.address("elsewhere").partition("?token=")
    assert len(token) >= 43
    assert httpx.get(f"{url}api/study").status_code == 401
    with httpx.Client(base_url=url, follow_redirects=True) as browser:
        first = browser.get(f"/api/connection?token={token}")
        assert first.status_code == 200 and token not in str(first.url)
        assert browser.get("/api/study").json()["title"] == "Trial run"
        assert browser.get("/api/connection").json()["http"] == url.rstrip("/")
    with pytest.raises(InvalidStatus, match="401"), watch(url):
        pass


def test_a_folder_without_a_study_is_where_one_is_made(start: Callable[..., Program], tmp_path: Path) -> None:
    program = start(tmp_path / "new-study")
    address = program.address()
    assert httpx.get(f"{address}api/study").json()["open"] is False
    assert "a new study" in program.said


def test_pages_come_over_https_with_a_certificate_of_its_own(
    start: Callable[..., Program], folder: Path, tmp_path: Path
) -> None:
    program = start(folder, "--self-signed", "--host", "127.0.0.1")
    address = program.address()
    assert address.startswith("https://")
    url, _, token = address.partition("?")
    port = httpx.URL(url).port
    kept = tmp_path / "data" / "mimik" / "authority.pem"
    given = httpx.get(f"{url}authority.pem", verify=False)  # before it's trusted, and without the token
    assert given.content == kept.read_bytes()
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    trusting = ssl.create_default_context(cafile=str(kept))
    answer = httpx.get(f"{url}?{token}", verify=trusting)
    assert answer.status_code == 303 and "secure" in answer.headers["set-cookie"].lower()
    said = program.said.replace(":", "")
    for pem in (ssl.get_server_certificate(("127.0.0.1", port)), kept.read_text()):
        assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper() in said


def test_over_https_a_page_may_keep_the_screen_on(
    start: Callable[..., Program], folder: Path, browser: Any
) -> None:
    address = start(folder, "--self-signed", "--host", "127.0.0.1").address("elsewhere")
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("header .brand")
    assert page.evaluate("isSecureContext && 'wakeLock' in navigator")
    assert page.evaluate(OPENED) == "open"
    context.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tls-cert", "{file}"), "--tls-cert and --tls-key together"),
        (("--tls-cert", "{file}", "--tls-key", "{file}"), "Expected a certificate and its key"),
        (("--host", "203.0.113.9"), "Expected an address of this computer"),
        (("--host", "no such name"), "Expected an address of this computer"),
        (("--virtual", "1"), "synthetic"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    Study.create(tmp_path / "real", title="Real", protocol=parse_protocol(QUICK, where="quick"))
    file = tmp_path / "file.pem"
    file.write_text("no certificate")
    options = [argument.format(file=file) for argument in arguments]
    words = ["serve", tmp_path / "real", "--port", 0, "--phone-port", 0, *options]
    result = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert message in result.output and "Traceback" not in result.output


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(MimikError, match=f"Expected port {port} to be free") as told:
            listen(None, port)
    assert f"--port {port + 1}" in told.value.hint


def test_this_computer_alone_is_reached_by_both_its_addresses() -> None:
    listeners = listen(None, 0)
    assert {made.getsockname()[0] for made in listeners} <= {"127.0.0.1", "::1"}
    assert len({made.getsockname()[1] for made in listeners}) == 1
    for made in listeners:
        made.close()


def test_a_fingerprint_is_printed_as_it_is() -> None:
    """To Rich, ``:CD:`` is a compact disc."""
    with out.capture() as printed:
        out.print("12:CD:AB:34")
    assert printed.get() == "12:CD:AB:34\n"


@pytest.mark.parametrize("package", ["uvicorn", "fastapi", "segno"])
def test_without_the_optional_part_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("mimik.web")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    result = CliRunner().invoke(app, ["serve", str(tmp_path / "study")], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert "pip install 'mimik[studio]'" in result.output and "Traceback" not in result.output
