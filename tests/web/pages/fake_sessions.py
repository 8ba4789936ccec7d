"""A studio without phones, threads or files: the JSON of the server's contracts, scripted by a test."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Body, FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from mimik.study.purposes import ASKED, OPTIONAL

STATIC = Path(str(files("mimik"))) / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; frame-src 'self'"
)
CONSENT = "What happens\nYour face is measured, never filmed.\n\nYou may stop at any time."


def device(number: int, **changes: Any) -> dict[str, Any]:
    """Return a phone that sends and sees a face."""
    return {
        "number": number, "study_number": number, "name": f"iPhone {number}", "app": "Live Link Face",
        "address": f"192.168.1.{number}", "accepted": True, "simulated": False, "rate": 59.9, "frames": 900,
        "lost": 0, "duplicates": 0, "face": True, "silent": False, "silent_for": None, "battery": None,
        "blinked": 2.0, "sitting": None, "hints": [],
    } | changes  # fmt: skip


def view(**changes: Any) -> dict[str, Any]:
    """Return what a participant sees while the second of five trials is recorded."""
    return {
        "phase": "recording", "trial": 2, "of": 5, "expression": "happy", "prompt": "Please look happy now",
        "fixation_text": "Please look at the X all the time", "message": "", "progress": 0.4, "frames": 200,
        "seconds": 3.4, "face": True, "media": None, "questions": [],
    } | changes  # fmt: skip


def sitting(number: int, **changes: Any) -> dict[str, Any]:
    """Return a sitting that is being prepared, with everything there."""
    key = f"KEY{number}"
    return {
        "id": f"s{number}", "stage": "preparing", "participant": None, "session": None, "device": number,
        "language": "en", "label": f"Seat {number}",
        "screen": {
            "key": key, "path": f"/screen/{key}", "url": f"http://192.168.1.7:8000/screen/{key}",
            "connected": 1, "ready": True,
        },
        "consent": None, "view": None,
        "device_state": {"rate": 59.9, "face": True, "silent": False, "lost": 0}, "notes": [],
        "ended": None, "problem": "", "frames_total": 0, "can": ["begin"],
    } | changes  # fmt: skip


def running(number: int, **changes: Any) -> dict[str, Any]:
    """Return a sitting that records."""
    facts = {
        "stage": "running", "participant": f"sub-TEST{number}", "session": "ses-01", "view": view(),
        "frames_total": 700, "can": ["pause", "redo", "stop"],
    }  # fmt: skip
    return sitting(number) | facts | changes


class FakeStudio:
    """Answers as the server does; what was asked of it is kept in ``asked``."""

    def __init__(self) -> None:
        self.study: dict[str, Any] = {
            "open": True, "folder": "/tmp/study", "title": "A study", "synthetic": False,
            "protocol": {"name": "follow-up", "title": "Five", "languages": ["en", "de"],
                         "expressions": ["happy"], "start": "button", "trials": 5,
                         "direction": {"en": "ltr", "de": "ltr"}},
            "participants": 2, "sessions": {}, "frames": {}, "unfinished": [], "running": 0, "models": 0,
            "next": {},
        }  # fmt: skip
        self.participants: list[dict[str, Any]] = []
        optional = [{"purpose": purpose, "text": dict(ASKED[purpose])} for purpose in OPTIONAL]
        self.consent = {"version": 2, "text": CONSENT, "versions": [1, 2], "optional": optional}
        self.devices: list[dict[str, Any]] = [device(1)]
        self.sittings: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, Any]] = []
        self.refuse: dict[str, tuple[int, str, str]] = {}
        self.address = ""
        self._sockets: dict[WebSocket, set[str]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._made = 0

    def tell(self, topic: str, data: Any = None) -> None:
        """Send a topic's state to all that watch it."""
        if topic in ("sittings", "devices"):
            data = getattr(self, topic)
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._send(topic, data), self._loop).result(5)

    def change(self, number: int, **changes: Any) -> None:
        """Change a sitting and tell it."""
        self.sittings[number] = self.sittings[number] | changes
        self.tell("sittings")

    def wants(self, topic: str) -> bool:
        """Whether a page watches the topic."""
        return any(topic in topics for topics in self._sockets.values())

    def bodies(self, method: str, path: str) -> list[Any]:
        """Return the bodies of all requests of that kind."""
        return [body for asked, where, body in self.asked if (asked, where) == (method, path)]

    async def _send(self, topic: str, data: Any) -> None:
        for socket_, topics in list(self._sockets.items()):
            if topic in topics:
                await socket_.send_json({"topic": topic, "data": data})

    def make(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make the sitting that a request asks for."""
        self._made += 1
        number = 100 + self._made
        made = sitting(number, participant=body["participant"], session=body["resume"], device=body["device"],
                       language=body["language"], label=body["label"])  # fmt: skip
        if body.get("ask"):
            made["consent"] = {"version": "2", "state": "asked", "round": 1, "purposes": []}
        if body["screen"]:
            made["screen"] = next(s["screen"] for s in self.sittings if s["screen"]["key"] == body["screen"])
        self.sittings.append(made)
        return made

    def press(self, found: dict[str, Any], button: str) -> None:
        """Carry out a button as the engine would."""
        now = found["view"]
        if button == "stop":
            found.update(stage="ended", ended="stopped", can=[], view=now | {"phase": "stopped"})
        elif button == "pause":
            found.update(can=["resume", "redo", "stop"], view=now | {"phase": "paused", "message": "Paused"})
        elif button == "resume":
            found.update(can=["pause", "redo", "stop"], view=now | {"phase": "recording", "message": ""})
        elif button == "redo":
            found.update(view=now | {"frames": 0, "seconds": 0.0, "progress": 0.0})

    def find(self, key: str) -> dict[str, Any]:
        """Return the sitting with an id."""
        return next(found for found in self.sittings if found["id"] == key)

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Answer on a free port of this computer."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
            config = uvicorn.Config(_app(self), log_level="error", lifespan="off", ws="websockets-sansio")
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield self.address
            server.should_exit = True
            server.force_exit = True
            thread.join(10)


def _app(studio: FakeStudio) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def guard(request: Any, call_next: Any) -> Any:
        path, method = request.url.path, request.method
        if method in ("POST", "DELETE", "PUT"):
            studio.asked.append((method, path, await request.json() if method != "DELETE" else None))
        if path in studio.refuse:
            status, error, hint = studio.refuse[path]
            response: Any = JSONResponse({"error": error, "hint": hint}, status)
        else:
            response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    _reading(app, studio)
    _changing(app, studio)
    _watching(app, studio)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _reading(app: FastAPI, studio: FakeStudio) -> None:
    def give(path: str, what: str) -> None:
        app.get(path)(lambda: JSONResponse(getattr(studio, what)))

    for name in ("study", "participants", "consent", "devices", "sittings", "sessions"):
        give(f"/api/{name}", name)

    @app.get("/sessions")
    def page() -> FileResponse:
        return FileResponse(STATIC / "sessions.html")

    @app.get("/api/qr")
    def code() -> Response:
        svg = (
            "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
        )
        return Response(svg, media_type="image/svg+xml")


def _changing(app: FastAPI, studio: FakeStudio) -> None:
    @app.post("/api/sittings", status_code=201)
    async def create(body: dict[str, Any]) -> Any:
        made = studio.make(body)
        await studio._send("sittings", studio.sittings)
        return made

    @app.post("/api/sittings/{key}/{what}")
    async def change(key: str, what: str, body: dict[str, Any] = Body()) -> Any:  # noqa: B008
        found = studio.find(key)
        if what == "begin":
            fresh = found["participant"] or f"sub-{key.upper()}"
            found.update(running(1), id=key, device=found["device"], label=found["label"], participant=fresh,
                         screen=found["screen"], language=found["language"])  # fmt: skip
        elif what == "press":
            studio.press(found, body["button"])
        elif what == "notes":
            found["notes"] = [*found["notes"], {"at": 1_800_000_000.0, "text": body["text"]}]
        elif what == "device":
            found["device"] = body["device"]
        await studio._send("sittings", studio.sittings)
        await studio._send("study", {})
        return found

    @app.delete("/api/sittings/{key}", status_code=204)
    async def clear(key: str) -> None:
        studio.sittings.remove(studio.find(key))
        await studio._send("sittings", studio.sittings)


def _watching(app: FastAPI, studio: FakeStudio) -> None:
    @app.websocket("/api/watch")
    async def watch(connection: WebSocket) -> None:
        await connection.accept()
        studio._loop = asyncio.get_running_loop()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                topics = set((await connection.receive_json())["watch"])
                fresh = topics - studio._sockets.get(connection, set())
                studio._sockets[connection] = topics
                for topic in sorted(fresh & {"sittings", "devices"}):
                    await connection.send_json({"topic": topic, "data": getattr(studio, topic)})
        studio._sockets.pop(connection, None)
