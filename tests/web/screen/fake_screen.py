"""A small stand-in for the studio: the real routes of screens, with seats that a test sets by hand."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from web_world import wait_until

import mimik.web
from mimik.clock import SystemClock
from mimik.errors import StudyError
from mimik.study.disk.folderstore import FolderStore
from mimik.web.access import Access, Guard
from mimik.web.api.screens import screen_routes
from mimik.web.problems import tell_problems
from mimik.web.studio.broadcast import Broadcast

STATIC = Path(mimik.web.__file__).with_name("static")
KEY = "a-secret_KEY"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture, as text."""

CHOICE = {
    "id": "felt",
    "kind": "choice",
    "text": "What did you show?",
    "minimum": None,
    "maximum": None,
    "low": "",
    "high": "",
    "options": [
        {"value": "happy", "text": "Happy"},
        {"value": "sad", "text": "Sad"},
        {"value": "other", "text": "Other"},
    ],
}
SCALE = {
    "id": "strength",
    "kind": "scale",
    "text": "How strongly?",
    "options": [],
    "minimum": 0,
    "maximum": 10,
    "low": "not at all",
    "high": "as strongly as I can",
}
SLIDER = {**SCALE, "id": "pain", "text": "How much does it hurt?", "maximum": 100}
TEXT = {
    "id": "words", "kind": "text", "text": "Anything else?", "options": [], "minimum": None, "maximum": None,
    "low": "", "high": "",
}  # fmt: skip


def view(phase: str = "recording", **changes: Any) -> dict[str, Any]:
    """What a participant sees."""
    seen = {
        "phase": phase, "trial": 2, "of": 5, "prompt": "Please look sad now", "message": "",
        "progress": 0.25, "face": True, "fixation_text": "Please look at the X all the time", "media": None,
        "questions": [],
    }  # fmt: skip
    return {**seen, **changes}


def seat(
    phase: str = "recording", *, name: str = "one", language: str = "en", **changes: Any
) -> dict[str, Any]:
    """One seat of a screen; ``phase`` may be "preparing" too."""
    own = ("label", "direction", "stage", "consent")
    changed = {key: changes.pop(key) for key in own if key in changes}
    told = {
        "seat": name, "label": "Seat 1", "language": language, "direction": "ltr",
        "stage": "preparing" if phase == "preparing" else "running", "consent": None,
        "view": None if phase == "preparing" else view(phase, **changes),
    }  # fmt: skip
    return {**told, **changed}


def asked(state: str = "asked", *, version: str = "3", round_: int = 1, **changes: Any) -> dict[str, Any]:
    """One seat whose participant is asked for consent."""
    return seat("preparing", consent={"version": version, "state": state, "round": round_}, **changes)


class FakeScreen:
    """What the studio knows of one screen.

    Attributes:
        presses, answers: what came and made sense then, in order; the rest is ignored, as by the studio.
        consents: what was said to the purposes asked for, in the round that is asked; None for who wanted to
            answer again. What is of another round is ignored, as by the studio.
        ready: of each connection that there is.
        deaf: whether what comes is lost.
        refuses: whether answers are refused.
    """

    def __init__(self, studio: FakeStudio) -> None:
        self.key = KEY
        self._studio = studio
        self.shown: list[dict[str, Any]] = []
        self.presses: list[tuple[str, str]] = []
        self.answers: list[tuple[str, int, dict[str, str]]] = []
        self.consents: list[tuple[str, str, dict[str, bool]] | None] = []
        self.ready: dict[object, bool] = {}
        self.deaf = self.refuses = False
        self.on_press: Callable[[str], None] = lambda seat: None
        self.on_answer: Callable[[str], None] = lambda seat: None

    def seats(self) -> list[dict[str, Any]]:
        return self.shown

    def show(self, *seats: dict[str, Any]) -> None:
        """Set what is on the screen, and tell."""
        self.shown = list(seats)
        self._studio.broadcast.publish(
            f"screen:{KEY}", {"seats": self.shown, "time": self._studio.clock.now()}
        )

    def press(self, seat: str, button: str) -> None:
        if button != "start":
            raise StudyError("Expected start.")
        if self._shows(seat)["phase"] != "waiting-for-start":
            return
        self.presses.append((seat, button))
        if not self.deaf:
            self.on_press(seat)

    def answer(self, seat: str, trial: int, answers: Mapping[str, str]) -> None:
        now = self._shows(seat)
        if (now["phase"], now["trial"]) != ("asking", trial):
            return
        if self.refuses:
            raise StudyError("That does not fit.")
        self.answers.append((seat, trial, dict(answers)))
        if not self.deaf:
            self.on_answer(seat)

    def consent(self, seat: str, version: str, answers: Mapping[str, bool], *, round_: int) -> None:
        now = self._asks(seat)
        if (now["state"], now["round"]) != ("asked", round_):
            return
        if self.refuses:
            raise StudyError("That does not fit.")
        self.consents.append((seat, version, dict(answers)))
        if not self.deaf:
            self._say(seat, "given" if answers["study"] else "declined", round_)

    def ask_again(self, seat: str, *, round_: int) -> None:
        now = self._asks(seat)
        if now["state"] == "asked" or now["round"] != round_:
            return
        if self.refuses:
            raise StudyError("That does not fit.")
        self.consents.append(None)
        if not self.deaf:
            self._say(seat, "asked", round_ + 1)

    def _say(self, name: str, state: str, round_: int) -> None:
        said = {"state": state, "round": round_}
        self.show(
            *(one | {"consent": one["consent"] | said} if one["seat"] == name else one for one in self.shown)
        )

    def _asks(self, name: str) -> dict[str, Any]:
        return next(seat["consent"] for seat in self.shown if seat["seat"] == name)

    def _shows(self, name: str) -> dict[str, Any]:
        return next(seat["view"] for seat in self.shown if seat["seat"] == name)

    def connect(self) -> object:
        token = object()
        self.ready[token] = False
        return token

    def disconnect(self, token: object) -> None:
        del self.ready[token]

    def set_ready(self, token: object, ready: bool) -> None:
        self.ready[token] = ready


class FakeStudio:
    """As much of a studio as screens need, and its server, which can go and come back."""

    def __init__(self, folder: Path) -> None:
        self.broadcast = Broadcast()
        self.clock = SystemClock()
        self.folder = folder
        self.media: tuple[str, ...] = ()
        self.consent = "# Taking part\n\nYour face is measured.\n"
        self.screen = FakeScreen(self)
        self.gone = False
        self.screens = SimpleNamespace(get=lambda key: self.screen if key == KEY and not self.gone else None)
        self._app = FastAPI()
        self._app.include_router(screen_routes(self))  # type: ignore[arg-type]
        self._app.mount("/static", StaticFiles(directory=STATIC))
        tell_problems(self._app)
        self._app.add_middleware(Guard, access=Access())
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/screen/{KEY}"

    @property
    def app(self) -> FastAPI:
        return self._app

    def require_study(self) -> Any:
        return SimpleNamespace(
            folder=self.folder,
            media_files=self.media,
            store=FolderStore(self.folder),
            consent_text=lambda version: self.consent,
        )

    def start(self) -> None:
        """Begin to serve, at the same address as before."""
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app, log_level="critical", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started)

    def stop(self) -> None:
        """End, as when the computer is switched off."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()
