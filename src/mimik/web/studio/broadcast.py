"""News from any thread to whoever watches: of each topic the newest value, which is complete in itself."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Collection
from typing import Any

__all__ = ["Broadcast", "Subscription"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Broadcast:
    """Hands the newest value of each topic to its subscribers; a slow one misses values, never the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: dict[str, str] = {}
        self._subscriptions: set[Subscription] = set()

    def publish(self, topic: str, data: Any) -> None:
        """Tell a topic's new value, from any thread; it is written as JSON once, here."""
        text = _ENCODER.encode({"topic": topic, "data": data})
        with self._lock:
            self._latest[topic] = text
            watching = [s for s in self._subscriptions if topic in s.topics]
        for subscription in watching:
            subscription.put(topic, text)

    def forget(self, topic: str) -> None:
        """Keep no value of a topic any more."""
        with self._lock:
            self._latest.pop(topic, None)

    def wanted(self, topic: str) -> bool:
        """Whether anybody watches a topic."""
        with self._lock:
            return any(topic in s.topics for s in self._subscriptions)

    def latest(self, topic: str) -> Any:
        """Return a topic's newest value, None if there is none."""
        with self._lock:
            text = self._latest.get(topic)
        return None if text is None else json.loads(text)["data"]

    def subscribe(self, topics: Collection[str] = ()) -> Subscription:
        """Begin to watch; called where an asyncio loop runs."""
        subscription = Subscription(self)
        with self._lock:
            self._subscriptions.add(subscription)
        subscription.want(topics)
        return subscription

    def newest(self, topics: Collection[str]) -> dict[str, str]:
        """Return the newest values, as JSON, of those topics that have one."""
        with self._lock:
            return {topic: self._latest[topic] for topic in topics if topic in self._latest}

    def end(self, subscription: Subscription) -> None:
        """End a subscription; may be called twice."""
        with self._lock:
            self._subscriptions.discard(subscription)


class Subscription:
    """What one watcher waits for: ``async for topic, text in subscription``, with ``text`` as JSON.

    Attributes:
        topics: what is watched.
    """

    def __init__(self, broadcast: Broadcast) -> None:
        self.topics: frozenset[str] = frozenset()
        self._broadcast = broadcast
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, str] = {}
        self._news = asyncio.Event()

    def want(self, topics: Collection[str]) -> None:
        """Watch these topics from now on, beginning with what is known of the new ones."""
        new = frozenset(topics) - self.topics
        self.topics = frozenset(topics)
        self._waiting = {t: text for t, text in self._waiting.items() if t in self.topics}
        for topic, text in self._broadcast.newest(new).items():
            self._put(topic, text)

    def put(self, topic: str, text: str) -> None:
        """Take a new value, from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._put, topic, text)
        except RuntimeError:  # the loop has ended, and its watchers with it
            self.close()

    def close(self) -> None:
        """Watch no longer; may be called twice."""
        self._broadcast.end(self)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> tuple[str, str]:
        while not self._waiting:
            self._news.clear()
            await self._news.wait()
        topic = next(iter(self._waiting))
        return topic, self._waiting.pop(topic)

    def _put(self, topic: str, text: str) -> None:
        if topic in self.topics:
            self._waiting[topic] = text
            self._news.set()
