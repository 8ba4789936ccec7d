"""The operator's WebSocket: whatever changes by itself."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

if TYPE_CHECKING:
    from mimik.web.studio.broadcast import Subscription
    from mimik.web.studio.studio import Studio

__all__ = ["watch_routes"]

_TOPIC = re.compile(r"devices|sittings|study|jobs|(face|live):[0-9]{1,5}")
_MOST_TOPICS = 64
_LONGEST = 8192  # characters


def watch_routes(studio: Studio) -> APIRouter:
    """Return the route of a studio's news."""
    routes = APIRouter()

    @routes.websocket("/api/watch")
    async def watch(socket: WebSocket) -> None:
        await socket.accept()
        subscription = studio.broadcast.subscribe()
        telling = asyncio.create_task(_tell(socket, subscription))
        try:
            while True:
                topics = _topics(await socket.receive_text())
                if topics is None:
                    await socket.close(1008, "expected {watch: [topics]}")
                    break
                subscription.want(topics)
        except (WebSocketDisconnect, KeyError):  # KeyError: bytes came instead of text
            pass
        finally:
            subscription.close()
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    return routes


async def _tell(socket: WebSocket, subscription: Subscription) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # gone in the middle of a message
        async for _, text in subscription:
            await socket.send_text(text)


def _topics(text: str) -> frozenset[str] | None:
    """Return what a page wants to watch, or None if it doesn't say so."""
    if len(text) > _LONGEST:
        return None
    try:
        wanted = json.loads(text)["watch"]
        topics = frozenset(wanted)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if len(topics) > _MOST_TOPICS or not all(isinstance(t, str) and _TOPIC.fullmatch(t) for t in topics):
        return None
    return topics
