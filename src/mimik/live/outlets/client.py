"""One WebSocket client: its queue, and what it lost."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection

__all__ = ["Client"]

_GOING_AWAY = 1001


class Client:
    """Messages that wait for one client; all methods run in the server's thread.

    Args:
        connection: to the client.
        first: the message that is sent before all others.
        size: how many may wait; of more, the oldest are lost.
        wants_coefficients: whether it asked for the 52 coefficients of each frame.
    """

    def __init__(
        self, connection: ServerConnection, first: str, size: int, *, wants_coefficients: bool
    ) -> None:
        self.wants_coefficients = wants_coefficients
        self._connection = connection
        self._first = first
        self._waiting: deque[str] = deque(maxlen=size)
        self._lost = 0
        self._news = asyncio.Event()
        self._ending = False
        self._ended = asyncio.Event()

    def put(self, text: str) -> None:
        """Add a JSON object as text; never waits."""
        if len(self._waiting) == self._waiting.maxlen:
            self._lost += 1
        self._waiting.append(text)
        self._news.set()

    async def serve(self) -> None:
        """Send what comes, for as long as the connection lasts."""
        from websockets.exceptions import ConnectionClosed

        try:
            await self._connection.send(self._first)
            while not self._ending or self._waiting:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    await self._connection.send(self._next())
        except ConnectionClosed:
            pass
        finally:
            self._ended.set()

    async def end(self, patience: float) -> None:
        """Send what is waiting and say goodbye (1001); hang up where that takes over ``patience`` seconds."""
        self._ending = True
        self._news.set()
        try:
            async with asyncio.timeout(patience):
                await self._ended.wait()
                await self._connection.close(_GOING_AWAY)
        except TimeoutError:
            self._connection.transport.abort()

    def _next(self) -> str:
        """Take the oldest message, and say in it how many were lost before it."""
        text = self._waiting.popleft()
        if self._lost:
            text, self._lost = f'{text[:-1]},"lost":{self._lost}}}', 0
        return text
