"""Runs the studio's pages until somebody stops them.

On Ctrl-C, SIGTERM or a closed terminal no more connections are taken, everyone who watches is told (a last
message of the topic "bye", and code 1001), and then the studio is closed, so that what was recorded is on
the disk. Signals that come while this goes on change nothing.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from mimik.errors import MimikError
from mimik.extras import needs_extra

with needs_extra("studio"):
    import uvicorn

from mimik.web.app import create_app
from mimik.web.connections import PatientProtocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mimik.web.access import Access
    from mimik.web.certificate import Certificate
    from mimik.web.studio.studio import Studio

__all__ = ["Farewell", "listen", "run", "serve"]

_BYE = '{"topic":"bye"}'
_TELL_FOR = 0.5  # s, for a watcher who doesn't read
_WAIT_FOR = 2  # s, for answers under way
_MEANT = 10.0  # s after the first signal another one ends the program at once
_LARGEST_MESSAGE = 1 << 18  # bytes of a WebSocket's message; answers to questions are the longest


def listen(host: str | None, port: int) -> list[socket.socket]:
    """Return bound sockets for the pages.

    Args:
        host: None for this computer alone, "all" for every network, or one name or address of this computer.
        port: 0 for any free one.

    Raises:
        MimikError: the port is taken, or the address isn't this computer's.
    """
    if host is None:
        return _bind_all([(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], port)
    if host == "all":
        return _bind_all([(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")], port)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(host, port, error) from error
    return _bind_all(list(dict.fromkeys((family, str(name[0])) for family, _, _, _, name in found)), port)


def _bind_all(places: Sequence[tuple[int, str]], port: int) -> list[socket.socket]:
    """Bind the first place, and the others where this computer has them."""
    bound = [_bind(*places[0], port)]
    for family, address in places[1:]:
        try:
            bound.append(_bind(family, address, bound[0].getsockname()[1]))
        except MimikError:  # no IPv6 here, say
            continue
    return bound


def _bind(family: int, address: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # where it would let another program take the port too
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise _cannot_listen(address, port, error) from error
    return made


def _cannot_listen(host: str, port: int, error: Exception) -> MimikError:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return MimikError(
            f"Expected port {port} to be free, but another program uses it.",
            hint=f"Does a studio run already? Close it, or choose another port, such as --port {port + 1}.",
        )
    if code == errno.EACCES:
        return MimikError(
            f"Expected a port that anybody may use, found {port}.", hint="Choose one from 1024 to 65535."
        )
    return MimikError(
        f"Expected an address of this computer for the pages, found {host!r}, port {port}: {error}.",
        hint="Use --host all for every network this computer is in.",
    )


def serve(
    studio: Studio,
    listeners: Sequence[socket.socket],
    access: Access,
    *,
    tls: Certificate | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Open a studio, serve its pages from the main thread until a signal comes, and close it.

    Args:
        studio: not open yet.
        listeners: of ``listen``.
        access: who may open the pages.
        tls: certificate and key; None for plain HTTP.
        ready: called once connections are taken.

    Raises:
        MimikError: the certificate can't be used.
    """
    studio.sittings.news.address = access.url
    run(create_app(studio, access), studio, listeners, tls=tls, ready=ready)


def run(
    app: ASGIApp,
    open_while: AbstractContextManager[Any],
    listeners: Sequence[socket.socket],
    *,
    tls: Certificate | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve an app from the main thread until a signal comes.

    Args:
        app: what is served.
        open_while: the studio; entered before the first request and left after the last one.
        listeners: of ``listen``.
        tls: certificate and key; None for plain HTTP.
        ready: called once connections are taken.

    Raises:
        MimikError: the certificate can't be used.
    """
    farewell = Farewell(app)
    server = _Server(_configuration(farewell, tls), farewell, ready)
    with _until_a_signal(server), open_while:
        server.run(list(listeners))


def _configuration(app: ASGIApp, tls: Certificate | None) -> uvicorn.Config:
    logging.getLogger("websockets").setLevel(logging.ERROR)
    made = uvicorn.Config(
        app,
        loop="asyncio",
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_MESSAGE,
        log_config=None,
        log_level="error",  # whatever is said below it names addresses, and they hold pseudonyms and keys
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_WAIT_FOR,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
    try:
        made.load()
    except (OSError, ssl.SSLError) as error:
        assert tls is not None
        raise MimikError(
            f"Expected a certificate and its key in {tls.certificate} and {tls.key}, found: "
            f"{error.strerror or error}.",
            hint="Both are PEM files and belong together; or let Mimik make them, with --self-signed.",
        ) from error
    return made


class Farewell:
    """An ASGI middleware that knows who watches, and says goodbye to them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._watchers: set[_Watcher] = set()
        self._said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note who accepts a WebSocket."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        watcher = _Watcher(send)
        self._watchers.add(watcher)
        try:
            await self._app(scope, receive, watcher.send)
        finally:
            self._watchers.discard(watcher)

    async def say(self) -> None:
        """Tell everyone who watches that there's nothing more to come."""
        partings = [asyncio.create_task(watcher.part()) for watcher in self._watchers]
        if partings:
            _, left = await asyncio.wait(partings, timeout=_TELL_FOR)
            for parting in left:
                parting.cancel()


class _Watcher:
    """One WebSocket; after the farewell, its route finds that it's closed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._accepted = False
        self._parted = False

    async def send(self, message: Message) -> None:
        if self._parted:
            raise OSError(errno.EPIPE, "the studio stops")  # Starlette makes a WebSocketDisconnect of it
        await self._send(message)
        self._accepted = self._accepted or message["type"] == "websocket.accept"
        self._parted = self._parted or message["type"] == "websocket.close"

    async def part(self) -> None:
        if self._parted:
            return
        self._parted = True
        if self._accepted:
            await self._send({"type": "websocket.send", "text": _BYE})
        await self._send({"type": "websocket.close", "code": 1001, "reason": "The studio stops."})


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, farewell: Farewell, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._farewell = farewell
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it complains of whom it must cut off
        await self._farewell.say()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they are ours, until the studio is closed too


@contextmanager
def _until_a_signal(server: uvicorn.Server) -> Iterator[None]:
    """Let signals stop the server, and nothing else, until the end of the block."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    before = {number: signal.getsignal(number) for name in names if (number := getattr(signal, name, None))}
    first: float | None = None

    def stop(number: int, _: object) -> None:
        nonlocal first
        server.should_exit = True
        first = time.monotonic() if first is None else first
        if time.monotonic() - first > _MEANT:
            _restore(before)
            signal.raise_signal(number)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler if handler is not None else signal.SIG_DFL)
