"""Recognitions as JSON text over WebSocket: for browsers (jsPsych) and anything else that speaks it.

The server runs in a thread of its own. The caller writes each message once and hands it over; each client has
a queue that loses the oldest message when it is full, so that nobody slows recognition down.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import secrets
import socket
import threading
from concurrent.futures import Future
from contextlib import suppress
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from mimik.errors import MimikError
from mimik.extras import needs_extra
from mimik.live.outlets.client import Client
from mimik.live.outlets.messages import description_message, event_message, recognition_message, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

    from mimik.live.outlet import Description, Event
    from mimik.live.recognition import Recognition

__all__ = ["WebSocketOutlet"]

_LOCAL_PAGES = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
_SEND_BUFFER = 1 << 16  # bytes the system keeps for a client that does not read; more would only grow old
_LARGEST_QUESTION = 1 << 12  # bytes; clients have nothing to say
_PATIENCE = 1.0  # s, for clients to take their last messages and say goodbye

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # a stranger's broken handshake is no news for the terminal


class WebSocketOutlet:
    """Serves each client a description first, then recognitions and events as they come.

    Args:
        port: where to listen; 0 for any free port.
        host: this computer alone by default. Anything else lets the network in, and demands a token.
        token: what clients must put into the address (``?token=``); made here if None and the network is let
            in.
        origins: web pages (``http://lab.example:8000``) that may listen, beside those of this computer.
        queue: messages a slow client may be behind before it loses the oldest.

    Attributes:
        address: host and port it listens on, once open.
        url: what a client connects to, token included, once open.
        token: as given or made; None if none is asked for.
    """

    def __init__(
        self,
        port: int = 8765,
        host: str = "127.0.0.1",
        *,
        token: str | None = None,
        origins: Sequence[str] = (),
        queue: int = 120,
    ) -> None:
        if token == "":
            raise MimikError("Expected a token of at least one character, found an empty one.")
        self._host, self._port, self._queue = host, port, queue
        self._origins = [None, _LOCAL_PAGES, *origins]
        self.token = token if token is not None or _is_local(host) else secrets.token_urlsafe(16)
        self.address = (host, port)
        self._labels: tuple[str, ...] = ()
        self._clients: set[Client] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """What a client on this computer connects to; the token in it is not for everyone."""
        host, port = self.address
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        query = f"?token={self.token}" if self.token else ""
        return f"ws://[{host}]:{port}/{query}" if ":" in host else f"ws://{host}:{port}/{query}"

    @property
    def clients(self) -> int:
        """How many are listening."""
        return len(self._clients)

    def open(self, description: Description) -> None:
        """Listen.

        Raises:
            MimikError: the port is taken, or the address is not this computer's.
            MissingExtra: the package websockets is not installed.
        """
        with needs_extra("live"):
            import websockets.asyncio.server  # noqa: F401
        self._labels = description.labels
        self._first = to_json(description_message(description))
        listening = _listen(self._host, self._port)
        self.address = listening.getsockname()[:2]
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(listening, started), name="mimik-websocket", daemon=True
        )
        self._thread.start()
        self._loop = started.result()

    def send(self, recognition: Recognition) -> None:
        """Hand over what is said of one frame; writes nothing where nobody listens."""
        clients = tuple(self._clients)
        if not clients:
            return
        texts = {
            wanted: to_json(recognition_message(recognition, self._labels, coefficients=wanted))
            for wanted in {client.wants_coefficients for client in clients}
        }
        self._hand_over(texts)

    def tell(self, event: Event) -> None:
        """Hand over what a rule asked for."""
        text = to_json(event_message(event))
        self._hand_over({False: text, True: text})

    def close(self) -> None:
        """Let clients take what is theirs, for a second at most, and say goodbye (1001)."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._loop = self._thread = None
        loop.call_soon_threadsafe(self._ending.set)
        thread.join()

    def _hand_over(self, texts: dict[bool, str]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the server's thread broke off and said why; recognition goes on
                self._loop.call_soon_threadsafe(self._spread, texts)

    # What follows runs in the server's thread.

    def _run(self, listening: socket.socket, started: Future[asyncio.AbstractEventLoop]) -> None:
        try:
            asyncio.run(self._serve(listening, started))
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, listening: socket.socket, started: Future[asyncio.AbstractEventLoop]) -> None:
        from websockets.asyncio.server import serve

        self._ending = asyncio.Event()
        async with serve(
            self._meet,
            sock=listening,
            origins=self._origins,  # type: ignore[arg-type]
            process_request=self._admit,
            compression=None,  # small messages, and time matters more
            max_size=_LARGEST_QUESTION,
            close_timeout=_PATIENCE,
            logger=_log,
        ):
            started.set_result(asyncio.get_running_loop())
            await self._ending.wait()
            await asyncio.gather(*(client.end(_PATIENCE) for client in self._clients))

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse who should know a token and does not; pages of other origins are refused after this."""
        given = _query(request.path).get("token", [""])[-1]
        if self.token is None or hmac.compare_digest(given.encode(), self.token.encode()):
            return None
        return connection.respond(HTTPStatus.UNAUTHORIZED, "Expected ?token=... in the address.\n")

    async def _meet(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        wanted = _query(connection.request.path).get("coefficients", ["0"])[-1]
        client = Client(connection, self._first, self._queue, wants_coefficients=wanted in ("1", "true"))
        self._clients.add(client)
        serving = asyncio.create_task(client.serve())
        try:
            async for _ in connection:  # whatever a client says is not for us
                pass
        finally:
            self._clients.discard(client)
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    def _spread(self, texts: dict[bool, str]) -> None:
        for client in self._clients:
            text = texts.get(client.wants_coefficients)
            if text is not None:  # else it came after this was written
                client.put(text)


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _query(path: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(path).query)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        raise MimikError(
            f"Expected to listen for WebSocket clients on host {host!r}, port {port}, but can't: {error}.",
            hint="Close what uses the port (another Mimik?), or choose another port.",
        ) from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)  # accepted ones inherit it
    return listening
