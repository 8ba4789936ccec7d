"""What a request says about itself: which host it wants, where it comes from, what it may."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["Visit", "canonical", "host_name"]

_HOST = re.compile(r"(?P<name>\[(?P<six>[0-9a-zA-Z:.%_-]+)\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def canonical(name: str) -> str:
    """Return a host name or address in the one form in which names are compared."""
    bare = name.strip().removeprefix("[").removesuffix("]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))  # without the zone of fe80::1%en0
    except ValueError:
        return bare


def host_name(header: str) -> str | None:
    """Return the name in a ``Host`` header, without its port; None if it isn't one."""
    found = _HOST.fullmatch(header)
    if found is None or (found["six"] and ":" not in found["six"]):
        return None
    return canonical(found["name"])


@dataclass(frozen=True)
class Visit:
    """One request or WebSocket, as far as the guard looks at it.

    Attributes:
        method: upper case; "GET" for WebSockets.
        path: decoded, as routes see it.
        authority: the ``Host`` header as it came: name and perhaps port; empty if missing or sent twice.
        origin: the ``Origin`` header; None if there is none.
        site: ``Sec-Fetch-Site`` of newer browsers, or empty.
        navigation: whether a browser says that it opens a page of its own, not a part of another one.
        cookie: the ``Cookie`` header as it came.
        bearer: what stands after ``Authorization: Bearer``; None if nothing.
        wants_page: whether a person looks at the answer.
    """

    websocket: bool
    method: str
    path: str
    authority: str
    origin: str | None
    site: str
    navigation: bool
    cookie: str
    bearer: str | None
    wants_page: bool

    @classmethod
    def of(cls, scope: Scope) -> Visit:
        """Read a scope of type "http" or "websocket"."""
        headers = _Headers(scope)
        scheme, _, bearer = headers.one("authorization").partition(" ")
        return cls(
            websocket=scope["type"] == "websocket",
            method=scope.get("method", "GET").upper(),
            path=scope["path"],
            authority=headers.one("host"),
            origin=headers.one("origin") if headers.has("origin") else None,
            site=headers.one("sec-fetch-site"),
            navigation=headers.one("sec-fetch-mode") == "navigate"
            and headers.one("sec-fetch-dest") == "document",
            cookie="; ".join(headers.all("cookie")),
            bearer=bearer.strip() if scheme.lower() == "bearer" else None,
            wants_page="text/html" in headers.one("accept"),
        )

    @property
    def changes(self) -> bool:
        """Whether it may change something, or opens a channel that can."""
        return self.websocket or self.method not in _SAFE

    def cookie_named(self, name: str) -> str | None:
        """Return a cookie's value, or None."""
        try:
            found = SimpleCookie(self.cookie).get(name)
        except CookieError:
            return None
        return found.value if found else None


class _Headers:
    def __init__(self, scope: Scope) -> None:
        self._items = [
            (key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in scope["headers"]
        ]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._items if key == name]

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def one(self, name: str) -> str:
        """Return a header's value; empty if it's missing, and if it's there twice, as no browser sends it."""
        values = self.all(name)
        return values[0].strip() if len(values) == 1 else ""
