"""Who may open the studio, and the guard at its door.

On this computer alone, nobody needs anything. With ``--host`` a token opens the pages: once in the address
(``?token=``), then as a cookie; scripts send it as ``Authorization: Bearer``. A participant's screen needs
none, as its address is the right to see it. Pages of others can neither read nor press anything here: a
request must name this computer as its host (else a foreign name could be pointed at it), and whatever changes
something must come from a page of ours or from no page at all.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from mimik.web.bodies import MOST_BYTES, BodyTooLarge, BodyTooSlow, read_body
from mimik.web.headers import with_headers
from mimik.web.plainpage import plain_page
from mimik.web.visit import Visit, canonical, host_name

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["LOCAL_HOSTS", "Access", "Guard", "address_of", "own_names"]

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN = ("/static/", "/screen/", "/api/screens/")
_OPEN_FILE = "/authority.pem"
_SHOWS_TOKEN = "The terminal in which `mimik serve` runs shows the whole address; open that one."


@dataclass(frozen=True)
class Access:
    """Who may open the studio.

    Attributes:
        token: what opens the pages; None: they are for this computer only.
        hosts: names and addresses under which the studio may be opened, as ``canonical`` writes them.
        secure: whether it speaks TLS.
        url: what other computers type, without a path, such as "http://192.168.1.7:8000"; None: they can't.
        authority: certificate that tablets may be told to trust; None where this computer didn't make one.
    """

    token: str | None = None
    hosts: Collection[str] = LOCAL_HOSTS
    secure: bool = False
    url: str | None = None
    authority: Path | None = None

    @classmethod
    def shared(cls, names: Iterable[str], *, port: int, secure: bool = False) -> Access:
        """Return what lets other computers in, with a fresh token.

        Args:
            names: this computer's names and addresses in its networks, the likeliest first.
            port: of the pages.
            secure: whether the pages come over TLS.
        """
        known = [canonical(name) for name in names]
        first = next(iter(known), None)
        return cls(
            token=secrets.token_urlsafe(32),
            hosts=LOCAL_HOSTS | set(known) | own_names(),
            secure=secure,
            url=address_of(first, port, secure=secure) if first else None,
        )

    def right_token(self, given: str) -> bool:
        """Whether this is the token; takes as long for a wrong one as for a nearly right one."""
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())


def address_of(host: str, port: int, *, secure: bool) -> str:
    """Return the address of the studio's pages, without a path."""
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{name}:{port}"


def own_names() -> frozenset[str]:
    """Return the names that this computer has in its networks."""
    name = canonical(socket.gethostname())
    short = name.partition(".")[0]
    return frozenset(known for known in (name, short, f"{short}.local") if host_name(known))


class Guard:
    """Lets in whom ``Access`` lets in; a pure ASGI middleware for requests and WebSockets.

    Args:
        app: what is guarded.
        access: who may.
        delay: seconds that an answer to a wrong token takes.
        patience: seconds in which the whole body of a request must come.
    """

    def __init__(self, app: ASGIApp, access: Access, *, delay: float = 0.5, patience: float = 20.0) -> None:
        self._app = app
        self._access = access
        self._delay = delay
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visit = Visit.of(scope)
        known = self._knows_host(visit, scope)
        send = with_headers(send, visit.path, visit.authority if known else "", secure=self._access.secure)
        answer = await self._answer(visit, scope) if known else _foreign_host()
        if answer is not None:
            await _give(answer, scope, receive, send)
        elif visit.websocket:
            await self._app(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = await read_body(scope, receive, patience=self._patience)
        except BodyTooLarge:
            most = f"Expected at most {MOST_BYTES >> 20} MiB, found more."
            await _refusal(413, most, "Send less at once.")(scope, receive, send)
        except BodyTooSlow:
            late = f"Expected the whole request within {self._patience:g} seconds."
            await _refusal(408, late, "Is the network slow? Try again.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _knows_host(self, visit: Visit, scope: Scope) -> bool:
        """Whether the request names this computer: one of its names, or the address it was reached at."""
        name = host_name(visit.authority)
        reached = (scope.get("server") or ("",))[0]
        shared = self._access.token is not None
        return name is not None and (name in self._access.hosts or (shared and name == canonical(reached)))

    async def _answer(self, visit: Visit, scope: Scope) -> Response | None:
        """Return what stands in the way of a request to one of our names, or None."""
        if not self._from_here(visit):
            return _refusal(
                403,
                "Expected a request from a page of this studio, found one from elsewhere.",
                "Open the studio's own address. A script sends neither cookies nor an Origin.",
            )
        if self._access.token is None or visit.path.startswith(_OPEN) or visit.path == _OPEN_FILE:
            return None
        return await self._unknown(visit, scope)

    def _from_here(self, visit: Visit) -> bool:
        """Whether no page of others is behind a request, as far as browsers tell."""
        scheme = "https" if self._access.secure else "http"
        ours = (visit.origin or "").lower() == f"{scheme}://{visit.authority}".lower()
        by_us = visit.site in ("", "same-origin", "none")
        if visit.changes:
            return by_us and (ours if visit.origin is not None else not visit.cookie)
        return by_us or visit.navigation

    async def _unknown(self, visit: Visit, scope: Scope) -> Response | None:
        """Return what to tell one without the token, or with it in the address; None: they may."""
        port = (scope.get("server") or ("", 0))[1]
        name = f"mimik-{port}"  # browsers don't keep the cookies of ports apart, and two studios may run
        cookie = visit.cookie_named(name)
        brought, clean = _token_in_address(visit, scope)
        given = [token for token in (visit.bearer, brought, cookie) if token is not None]
        if brought is not None and self._access.right_token(brought):
            return self._cookie(name, brought, clean)
        if visit.bearer is None and cookie is not None and self._access.right_token(cookie):
            return RedirectResponse(clean, 303) if brought is not None else None
        if visit.bearer is not None and self._access.right_token(visit.bearer):
            return None
        if given:
            await asyncio.sleep(self._delay)
        return _needs_token(visit, wrong=bool(given))

    def _cookie(self, name: str, token: str, clean: str) -> Response:
        answer = RedirectResponse(clean, 303)
        answer.set_cookie(name, token, httponly=True, samesite="strict", secure=self._access.secure, path="/")
        return answer


def _token_in_address(visit: Visit, scope: Scope) -> tuple[str | None, str]:
    """Return the token of ``?token=``, and the address without it."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    tokens = [value for key, value in query if key == "token"]
    rest = urlencode([(key, value) for key, value in query if key != "token"])
    path = "/" + quote(visit.path).lstrip("/")  # never //somewhere.else
    brought = tokens[-1] if tokens and not visit.changes else None
    return brought, path + (f"?{rest}" if rest else "")


def _needs_token(visit: Visit, *, wrong: bool) -> Response:
    found = "found another one" if wrong else "found none"
    if visit.wants_page and not visit.websocket and not visit.path.startswith("/api/"):
        text = f"Expected the studio's token in the address, {found}. {_SHOWS_TOKEN}"
        # A click on our own page sends the cookie that a browser keeps back when others led here.
        page = plain_page("This studio asks for its token", text, link=("/", "Try again"))
        return HTMLResponse(page, 401, {"www-authenticate": "Bearer"})
    return _refusal(
        401,
        f"Expected the studio's token, {found}.",
        f"{_SHOWS_TOKEN} Scripts send the token as `Authorization: Bearer TOKEN`.",
        {"www-authenticate": "Bearer"},
    )


def _foreign_host() -> Response:
    return _refusal(
        421,
        "Expected a request to a name or an address of this computer, found another one.",
        "Open the address that `mimik serve` shows; with --host, other computers may.",
    )


def _refusal(status: int, error: str, hint: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": error, "hint": hint}, status, headers)


async def _give(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(scope, receive, send)
