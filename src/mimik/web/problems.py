"""What goes wrong, told over HTTP: one shape, ``{"error": sentence, "hint": sentence or ""}``.

400  a wish that can't be granted, such as another MimikError
403  NotPrivate: it brings a secret by a way on which others can read it
404  NotFound: what the address names isn't there
409  Conflict, StudyBusy, ConsentMissing, another StudyError: not in the state that the study is in now
422  a field isn't what it should be; ProtocolError, DataError, TakeError, ModelError, PassphraseError: the
     request is understood, but what it gives or names can't be used
500  nobody foresaw it: the stack trace goes to the log ``mimik.web``, never to who asked
501  MissingExtra: an optional part isn't installed here
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from mimik.errors import (
    BackendError,
    DataError,
    MimikError,
    MissingExtra,
    ModelError,
    ProtocolError,
    StudyError,
    TakeError,
)
from mimik.web.plainpage import plain_page
from mimik.web.studio.missing import NotFound
from mimik.web.studio.passphrase import PassphraseError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Conflict", "NotPrivate", "tell_problems"]

_LOG = logging.getLogger("mimik.web")
_LONGEST_REASON = 120  # bytes that a WebSocket's last frame takes
_UNFORESEEN = "Something went wrong here that nobody foresaw."
_SEE_TERMINAL = "What was recorded is kept. The terminal in which `mimik serve` runs tells more."


class Conflict(MimikError):
    """It can't be done in the state that things are in now."""


class NotPrivate(MimikError):
    """It brings a secret by a way on which others can read it."""


_STATUS: Sequence[tuple[type[MimikError], int]] = (
    (NotPrivate, 403),
    (NotFound, 404),
    (Conflict, 409),
    (StudyError, 409),
    (ProtocolError, 422),
    (DataError, 422),
    (TakeError, 422),
    (ModelError, 422),
    (PassphraseError, 422),
    (MissingExtra, 501),
    (BackendError, 500),
)


def tell_problems(app: FastAPI) -> None:
    """Make an app tell everything that goes wrong in this shape. Call it before the guard is added."""
    app.add_exception_handler(MimikError, _mimik_error)  # type: ignore[arg-type]  # it serves WebSockets too
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(_Unforeseen)


def _answer(error: MimikError) -> JSONResponse:
    """Return the answer that tells an error which Mimik raised on purpose."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return _problem(status, str(error), error.hint)


def _problem(
    status: int, error: str, hint: str = "", *, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse({"error": error, "hint": hint}, status, headers)


async def _mimik_error(asked: Request | WebSocket, error: Exception) -> Response | None:
    assert isinstance(error, MimikError)
    if isinstance(asked, WebSocket) and asked.application_state is not WebSocketState.CONNECTING:
        await asked.close(1008, str(error).encode()[:_LONGEST_REASON].decode(errors="ignore"))
        return None
    return _answer(error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    told = (str(error.detail), "")
    if error.detail == HTTPStatus(error.status_code).phrase:  # the framework's own words say little
        told = {
            404: (f"There is nothing at {path}.", "Is the address complete?"),
            405: (f"{request.method} does not go with {path}.", "The page /api lists what does."),
        }.get(error.status_code, told)
    if "text/html" in request.headers.get("accept", "") and not path.startswith("/api/"):
        page = plain_page(told[0], told[1], link=("/", "To the first page"))
        return HTMLResponse(page, error.status_code, error.headers)
    return _problem(error.status_code, *told, headers=error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    more = f" {len(found) - 1} more of its fields are not right." if len(found) > 1 else ""
    return _problem(422, _sentence(found[0]) + more, "The page /api lists what belongs into a request.")


def _sentence(found: dict[str, Any]) -> str:
    """Return what is wrong with one field, such as "Expected ...", and name the field."""
    place, *names = [str(part) for part in found["loc"]]
    wrong = str(found["msg"])
    if found["type"] == "json_invalid":
        return "Expected JSON, found something else."
    if not names:
        return f"The request's {place} is not right: {wrong[:1].lower()}{wrong[1:]}."
    return f"The field {'.'.join(names)} is not right: {wrong[:1].lower()}{wrong[1:]}."


class _Unforeseen:
    """Catches what no handler caught, and tells it without a stack trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] in ("http.response.start", "websocket.close")
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except WebSocketDisconnect:  # they left; that is no problem
            return
        except Exception as error:
            if scope["type"] not in ("http", "websocket") or (started and scope["type"] == "http"):
                raise
            _LOG.exception("%s %s went wrong", scope.get("method", "WebSocket"), _route(scope))
            if scope["type"] == "http":
                await _foreseen_or_not(error)(scope, receive, send)
            elif not started:
                await send({"type": "websocket.close", "code": 1011})


def _foreseen_or_not(error: Exception) -> Response:
    if isinstance(error, OSError):
        return _problem(500, f"The disk or the network said: {error.strerror or 'no'}.", _SEE_TERMINAL)
    return _problem(500, _UNFORESEEN, _SEE_TERMINAL)


def _route(scope: Scope) -> str:
    """Return the route's pattern: the path itself may hold a pseudonym or the key of a screen."""
    return str(getattr(scope.get("route"), "path", "(no route)"))
