"""Bodies of requests: read whole before anything else happens, within limits of size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

__all__ = ["MOST_BYTES", "BodyTooLarge", "BodyTooSlow", "read_body"]

MOST_BYTES = 1 << 20
_READ_ON = 16 << 20  # bytes of a body that is too large: who still sends would not see the answer
_READ_ON_FOR = 2.0  # s


class BodyTooLarge(Exception):
    """A body has more than ``MOST_BYTES``."""


class BodyTooSlow(Exception):
    """A body did not come within the time for it."""


async def read_body(scope: Scope, receive: Receive, *, patience: float) -> Receive:
    """Read a request's body and return a ``receive`` that gives it again.

    Args:
        patience: seconds for the whole body.

    Raises:
        BodyTooLarge: it is, whether it said so or not.
        BodyTooSlow: it is.
    """
    said = {name.lower(): value for name, value in scope["headers"]}
    if b"content-length" not in said and b"transfer-encoding" not in said:
        return receive
    if _length(said.get(b"content-length", b"0")) > MOST_BYTES:
        if b"expect" not in said:  # else it waits for a word before it sends
            await _read_on(receive)
        raise BodyTooLarge
    first = await _whole(receive, patience)

    async def receiving() -> Message:
        nonlocal first
        if first is None:
            return await receive()
        message, first = first, None
        return message

    return receiving


async def _whole(receive: Receive, patience: float) -> Message | None:
    """Return the body as one message."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(patience):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return message
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MOST_BYTES:
                    break
                if not message.get("more_body", False):
                    return {"type": "http.request", "body": b"".join(parts), "more_body": False}
    except TimeoutError:
        raise BodyTooSlow from None
    await _read_on(receive)
    raise BodyTooLarge


async def _read_on(receive: Receive) -> None:
    """Drop what still comes, for a while, so that the answer reaches who sent too much."""
    size = 0
    try:
        async with asyncio.timeout(_READ_ON_FOR):
            while size < _READ_ON:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _length(text: bytes) -> int:
    return int(text) if text.isdigit() else 0
