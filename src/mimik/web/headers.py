"""What browsers are told with every answer: what a page may load, who may frame it, what may be kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Send

__all__ = ["with_headers"]

_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# What the API gives is data; a picture that somebody put into a study must not run scripts when it's opened.
_DATA = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; font-src data:; "
    "base-uri 'none'; form-action 'none'; "
)
_REPORT = re.compile(r"/api/models/.+/report")
_ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), screen-wake-lock=(self), fullscreen=(self)",
    ),
)


def with_headers(send: Send, path: str, authority: str, *, secure: bool) -> Send:
    """Return a ``send`` that puts the headers on an answer; what a route says about caching stays.

    Args:
        path: of the request.
        authority: host and port of the request, already known to be ours.
        secure: whether it came over TLS.
    """
    added = [*_ALWAYS, ("content-security-policy", _policy(path, authority, secure=secure))]
    headers = [(name.encode(), value.encode("latin-1")) for name, value in added]
    caching = (b"cache-control", b"no-cache" if path.startswith("/static/") else b"no-store")
    names = {name for name, _ in headers}

    async def sending(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
            told = [] if any(name.lower() == caching[0] for name, _ in kept) else [caching]
            message = {**message, "headers": [*kept, *headers, *told]}
        await send(message)

    return sending


def _policy(path: str, authority: str, *, secure: bool) -> str:
    if _REPORT.fullmatch(path):  # shown in a frame of the page of models
        return _DATA + "frame-ancestors 'self'"
    if path.startswith("/api/"):
        return _DATA + "frame-ancestors 'none'"
    # Older Safari does not take 'self' for WebSockets.
    sockets = f" {'wss' if secure else 'ws'}://{authority}" if authority else ""
    return f"{_PAGE}; connect-src 'self'{sockets}"
