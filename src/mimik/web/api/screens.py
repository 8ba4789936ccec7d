"""Routes of participants' screens: the page, its WebSocket, the same over HTTP, and what it shows.

Whoever knows a screen's key may look at it, press Start and answer; nothing else. A WebSocket of a screen
tells its whole state on every change (``{"seats": [...], "time": s}``), and takes

    {"seat": id, "press": "start", "trial": n}              with a trial, it counts only while that is shown
    {"seat": id, "answers": {question: value}, "trial": n}  other trials' are late, and ignored
    {"seat": id, "consent": {purpose: yes}, "version": v, "round": n}
                                                            consent null: wants to answer again; what belongs
                                                            to another round is late, and ignored
    {"ready": true}                                         somebody sits before the screen
    {"alive": true}                                         {"alive": true} comes back

What is refused comes back as ``{"refused": {"seat", "error"}}``; the rest is ignored and counted.
A screen may say the same thing twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, StrictBool, StrictInt, StrictStr

from mimik.capture.button import Button
from mimik.errors import MimikError
from mimik.study.media import media_type
from mimik.study.purposes import AGREES, ASKED, PURPOSES
from mimik.web.allowance import Allowance
from mimik.web.api.facts import PurposeFacts
from mimik.web.ranged import ranged, size_of
from mimik.web.studio.missing import NotFound

if TYPE_CHECKING:
    from mimik.web.studio.broadcast import Subscription
    from mimik.web.studio.screens import Screen
    from mimik.web.studio.studio import Studio

__all__ = ["screen_routes"]

_LOG = logging.getLogger("mimik.web")
_STATIC = Path(str(files("mimik.web").joinpath("static")))
_GONE = 4404
"""What a WebSocket is closed with when its screen is not there (any more)."""

_KEEP = "private, max-age=600"
_GONE_TEXT = "This link is no longer in use."
_LONGEST = 65_536
"""Characters of a message."""

_PER_SECOND, _BURST = 20.0, 40.0
SeatId = Annotated[StrictStr, Field(max_length=80)]
TrialNumber = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Answers = Annotated[
    dict[Annotated[str, Field(max_length=200)], Annotated[StrictStr, Field(max_length=20_000)]],
    Field(max_length=200),
]


class ScreenPress(BaseModel):
    """A participant's press."""

    seat: SeatId
    button: Annotated[Button, Field(description="start; the other buttons are the operator's.")]
    trial: TrialNumber | None = Field(default=None, description="The press counts only during this trial.")


class ScreenAnswers(BaseModel):
    """What a participant answered after a trial; questions that were skipped are left out."""

    seat: SeatId
    trial: TrialNumber
    answers: Answers


class ScreenConsent(BaseModel):
    """What a participant says to each purpose that they are asked for before the session."""

    seat: SeatId
    round: Annotated[
        StrictInt,
        Field(ge=1, le=1_000_000, description="As the screen shows it; what is of another one is ignored."),
    ]
    version: Annotated[StrictStr, Field(max_length=80, description="Of the text that was read.")] = ""
    consent: Annotated[
        dict[Annotated[str, Field(max_length=40)], StrictBool] | None,
        Field(max_length=10, description="Purpose -> yes or no, all of them; null: to answer again."),
    ]


class TextFacts(BaseModel):
    """What participants agree to, as their screen shows it."""

    version: str
    text: str
    purposes: list[PurposeFacts] = Field(description="In the order in which they are asked.")


def screen_routes(studio: Studio) -> APIRouter:
    """Return the routes of a studio's screens."""
    routes = APIRouter(tags=["screens"])

    def screen_of(key: str) -> Screen:
        screen = studio.screens.get(key)
        if screen is None:
            raise NotFound(_GONE_TEXT, hint="Ask for a new one.")
        return screen

    @routes.get("/screen/{key}", include_in_schema=False)
    def page(key: str) -> FileResponse:
        known = studio.screens.get(key) is not None
        file = _STATIC / ("screen.html" if known else "screen-gone.html")
        return FileResponse(file, 200 if known else 404, media_type="text/html")

    @routes.post("/api/screens/{key}/press", status_code=204, summary="Press Start on a screen")
    def press(key: str, pressed: ScreenPress) -> None:
        _press(screen_of(key), pressed)

    @routes.post("/api/screens/{key}/answers", status_code=204, summary="Answer what a screen asks")
    def answer(key: str, given: ScreenAnswers) -> None:
        screen_of(key).answer(given.seat, given.trial, given.answers)

    @routes.post("/api/screens/{key}/consent", status_code=204, summary="Say on a screen what one agrees to")
    def consent(key: str, given: ScreenConsent) -> None:
        _consent(screen_of(key), given)

    @routes.get(
        "/api/screens/{key}/consent/{version}",
        response_model=TextFacts,
        summary="The text that a screen asks to agree to",
    )
    def consent_text(key: str, version: str) -> dict[str, Any]:
        asked = [seat["consent"] for seat in screen_of(key).seats() if seat["consent"]]
        if all(one["version"] != version for one in asked):
            raise NotFound("Expected a text that this screen asks for, found none of that version.")
        text = studio.require_study().consent_text(version)
        return {"version": version, "text": text, "purposes": _purposes()}

    @routes.get("/api/screens/{key}/media", summary="What the protocol shows, to be fetched beforehand")
    def all_media(key: str) -> list[dict[str, Any]]:
        screen_of(key)
        place = f"/api/screens/{key}/media"
        study = studio.require_study()
        return [
            {"url": f"{place}/{quote(name)}", "bytes": size_of(study.store, name)}
            for name in study.media_files
            if study.store.exists(name)
        ]

    @routes.get("/api/screens/{key}/media/{path:path}", summary="A picture or clip of the protocol")
    def media(key: str, path: str, request: Request) -> Response:
        screen_of(key)
        _check_media(studio, path)
        store, asked = studio.require_study().store, request.headers.get("range")
        headers = {"Cache-Control": _KEEP}
        return ranged(store, path, asked, media_type=media_type(path), headers=headers)

    @routes.websocket("/api/screens/{key}/watch")
    async def watch(socket: WebSocket, key: str) -> None:
        await socket.accept()
        screen = studio.screens.get(key)
        if screen is None:
            await socket.close(_GONE, _GONE_TEXT)
            return
        await _Watcher(studio, screen, socket).run()

    return routes


class _Watcher:
    """One browser that shows a screen."""

    def __init__(self, studio: Studio, screen: Screen, socket: WebSocket) -> None:
        self._studio = studio
        self._screen = screen
        self._socket = socket
        self._connection = screen.connect()
        self._allowance = Allowance(_PER_SECOND, _BURST)
        self._ignored = 0

    async def run(self) -> None:
        """Tell and listen until it is gone."""
        news = self._studio.broadcast.subscribe({f"screen:{self._screen.key}"})
        since = round(self._studio.clock.now(), 3)
        telling = asyncio.create_task(self._tell(news, since))
        try:
            await self._socket.send_json({"seats": self._screen.seats(), "time": since})
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                await self._take(message.get("text"))
        except (WebSocketDisconnect, RuntimeError):  # gone in the middle of a message
            pass
        finally:
            news.close()
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            self._screen.disconnect(self._connection)
            if self._ignored:
                _LOG.info("%d messages of a participant's screen were ignored", self._ignored)

    async def _tell(self, news: Subscription, since: float) -> None:
        """Tell all changes from ``since`` on; the one before is no news any more."""
        with suppress(WebSocketDisconnect, RuntimeError):
            async for _, text in news:
                data = json.loads(text)["data"]
                if data.get("time", since) >= since:
                    await self._socket.send_json(data)

    async def _take(self, text: str | None) -> None:
        if (
            text is None
            or len(text) > _LONGEST
            or not self._allowance.take(asyncio.get_running_loop().time())
        ):
            self._ignored += 1
            return
        try:
            message = json.loads(text)
            await self._act(message if isinstance(message, dict) else {})
        except (ValueError, RecursionError):  # no JSON, or not of the right shape
            self._ignored += 1
        except MimikError as error:
            await self._refuse(message, error)

    async def _act(self, message: dict[str, Any]) -> None:
        if message.get("alive") is True:
            await self._reply()
        elif isinstance(message.get("ready"), bool):
            self._screen.set_ready(self._connection, message["ready"])
        elif "press" in message:
            pressed = ScreenPress.model_validate({**message, "button": message["press"]})
            await run_in_threadpool(_press, self._screen, pressed)
        elif "consent" in message:
            said = ScreenConsent.model_validate(message)
            await run_in_threadpool(_consent, self._screen, said)
        elif "answers" in message:
            given = ScreenAnswers.model_validate(message)
            await run_in_threadpool(self._screen.answer, given.seat, given.trial, given.answers)
        else:
            self._ignored += 1

    async def _reply(self) -> None:
        if self._studio.screens.get(self._screen.key) is self._screen:
            await self._socket.send_json({"alive": True})
        else:
            await self._socket.close(_GONE, _GONE_TEXT)

    async def _refuse(self, message: dict[str, Any], error: MimikError) -> None:
        await self._socket.send_json({"refused": {"seat": message.get("seat"), "error": str(error)}})


def _press(screen: Screen, pressed: ScreenPress) -> None:
    """Pass a press on, unless it was meant for a trial that is over."""
    if pressed.trial is not None:
        view = next((s["view"] for s in screen.seats() if s["seat"] == pressed.seat), None)
        if view is not None and view["trial"] != pressed.trial:
            return
    screen.press(pressed.seat, pressed.button)


def _consent(screen: Screen, said: ScreenConsent) -> None:
    if said.consent is None:
        screen.ask_again(said.seat, round_=said.round)
    else:
        screen.consent(said.seat, said.version, said.consent, round_=said.round)


def _purposes() -> list[dict[str, Any]]:
    """Return what is asked for, in the purposes' order, with what somebody says who allows it."""
    return [{"purpose": purpose, "text": dict(ASKED.get(purpose, AGREES))} for purpose in PURPOSES]


def _check_media(studio: Studio, path: str) -> None:
    """Refuse what is no picture or clip that the protocol names; no other file is given."""
    study = studio.require_study()
    file = study.folder / path
    named = path in study.media_files and file.resolve().is_relative_to(study.folder.resolve())
    if not named or not file.is_file():
        raise NotFound("Expected a picture or clip of the protocol, found none of that name.")
