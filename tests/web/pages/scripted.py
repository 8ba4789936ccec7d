"""A studio that says what a test tells it to: the same pages, no phone, no study."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

import mimik.web

STATIC = Path(mimik.web.__file__).parent / "static"
PATIENCE = 15_000  # ms
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; frame-src 'self'"
)
QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'

Answer = Any  # JSON, or a function of the request's body that gives status and JSON


class Scripted:
    """The server's part.

    Attributes:
        answers: what each "METHOD /path" is answered with.
        calls: the requests other than GET that came, with their bodies.
        watched: what each page that is open watches.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.calls: list[tuple[str, Any]] = []
        self.watched: dict[WebSocket, set[str]] = {}
        self.address = ""
        self._topics: dict[str, Any] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._begun = threading.Event()

    def tell(self, topic: str, data: Any) -> None:
        """Send a topic's new value to whoever watches it."""
        self._topics[topic] = data
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._send(topic), self._loop).result(10)

    def tell_later(self, topic: str, data: Any) -> None:
        """The same from within an answer, which may not wait for its own thread."""
        self._topics[topic] = data
        assert self._loop is not None
        self._loop.create_task(self._send(topic))

    @contextmanager
    def running(self) -> Iterator[Scripted]:
        """Serve until the end of the block."""
        config = uvicorn.Config(
            self._app(), port=0, log_level="error", ws="websockets-sansio", lifespan="off"
        )
        server = uvicorn.Server(config)
        listening = config.bind_socket()
        listening.listen()  # who comes before the server does waits
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=lambda: asyncio.run(self._serve(server, listening)))
        thread.start()
        assert self._begun.wait(PATIENCE / 1000)
        try:
            yield self
        finally:
            server.should_exit = server.force_exit = True
            thread.join(20)
            listening.close()

    async def _serve(self, server: uvicorn.Server, listening: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun.set()
        await server.serve(sockets=[listening])

    def _app(self) -> Starlette:
        def page(name: str) -> Callable[[Request], Response]:
            return lambda _request: FileResponse(
                STATIC / f"{name}.html", headers={"Content-Security-Policy": CSP}
            )

        return Starlette(
            routes=[
                Route("/", page("home")),
                Route("/devices", page("devices")),
                Route("/models", page("models")),
                Route("/sessions", page("home")),
                Route("/live", page("live")),
                Mount("/static", StaticFiles(directory=STATIC)),
                WebSocketRoute("/api/watch", self._watch),
                Route("/api/qr", lambda _request: Response(QR, media_type="image/svg+xml")),
                Route("/api/{rest:path}", self._answer, methods=["GET", "POST", "DELETE"]),
            ]
        )

    async def _answer(self, request: Request) -> Response:
        what = f"{request.method} {request.url.path}"
        body = await request.body()
        sent = json.loads(body) if body else None
        if request.method != "GET":
            self.calls.append((what, sent))
        answer = self.answers.get(what, lambda _: (404, {"error": f"Nothing at {what}.", "hint": ""}))
        status, told = answer(sent) if callable(answer) else (200, answer)
        return Response(status_code=204) if status == 204 else JSONResponse(told, status)

    async def _watch(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                wanted = set((await socket.receive_json())["watch"])
                new = wanted - self.watched.get(socket, set())
                self.watched[socket] = wanted
                for topic in new & self._topics.keys():
                    await socket.send_json({"topic": topic, "data": self._topics[topic]})
        except WebSocketDisconnect:
            pass
        finally:
            self.watched.pop(socket, None)

    async def _send(self, topic: str) -> None:
        for socket in [s for s, topics in self.watched.items() if topic in topics]:
            with suppress(WebSocketDisconnect):  # the page is being left
                await socket.send_json({"topic": topic, "data": self._topics[topic]})


@contextmanager
def page_of(browser: Browser, **context: Any) -> Iterator[Page]:
    """A page; whatever goes wrong inside it, or breaks the content security policy, fails the test."""
    wrong: list[str] = []
    opened = browser.new_context(locale="en-GB", timezone_id="UTC", **context)
    try:
        page = opened.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if "Content Security Policy" in m.text else None)
        yield page
    finally:
        opened.close()
    assert wrong == []


def wider_than_its_window(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def too_small_to_touch(page: Page) -> list[str]:
    """Controls that are less than 44 pixels high; choices count with their label."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("main :is(button, summary, select, .button, .choice)")]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
            .map((e) => e.outerHTML)"""
        )
    )
