"""News for watchers: the newest value of each topic, whoever tells it and however slow the watcher."""

from __future__ import annotations

import asyncio
import json
import threading

import pytest

from mimik.web.studio.broadcast import Broadcast


def told(text: str):
    return json.loads(text)["data"]


def in_a_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def test_a_watcher_begins_with_what_is_known():
    async def watching():
        broadcast = Broadcast()
        broadcast.publish("phones", [1])
        broadcast.publish("other", [2])
        subscription = broadcast.subscribe({"phones", "never told"})
        return await anext(subscription)

    topic, text = asyncio.run(watching())
    assert (topic, told(text)) == ("phones", [1])


def test_a_slow_watcher_misses_values_but_never_the_last():
    async def watching():
        broadcast = Broadcast()
        subscription = broadcast.subscribe({"count"})
        in_a_thread(lambda: [broadcast.publish("count", n) for n in range(1000)])
        await asyncio.sleep(0)
        found = [told((await anext(subscription))[1])]
        while found[-1] != 999:
            found.append(told((await anext(subscription))[1]))
        return found

    found = asyncio.run(watching())
    assert found == sorted(set(found)) and found[-1] == 999


def test_other_topics_are_not_told_and_dropped_ones_no_longer():
    async def watching():
        broadcast = Broadcast()
        subscription = broadcast.subscribe({"a"})
        broadcast.publish("b", 1)
        broadcast.publish("a", 2)
        await asyncio.sleep(0)
        subscription.want({"b"})
        first = await anext(subscription)
        broadcast.publish("a", 3)
        broadcast.publish("b", 4)
        return first, await anext(subscription)

    first, second = asyncio.run(watching())
    assert [(topic, told(text)) for topic, text in (first, second)] == [("b", 1), ("b", 4)]


def test_wanted_says_whether_it_is_worth_the_work():
    async def watching():
        broadcast = Broadcast()
        before = broadcast.wanted("face:1")
        subscription = broadcast.subscribe({"face:1"})
        during = broadcast.wanted("face:1")
        subscription.close()
        subscription.close()
        return before, during, broadcast.wanted("face:1")

    assert asyncio.run(watching()) == (False, True, False)


def test_a_loop_that_has_ended_is_no_error_for_those_who_tell():
    broadcast = Broadcast()

    async def begin():
        broadcast.subscribe({"a"})

    asyncio.run(begin())
    broadcast.publish("a", 1)
    assert not broadcast.wanted("a")


def test_a_forgotten_topic_is_told_to_nobody():
    broadcast = Broadcast()
    broadcast.publish("screen:x", 1)
    broadcast.forget("screen:x")
    assert broadcast.latest("screen:x") is None


def test_what_json_does_not_know_is_refused_where_it_is_told():
    with pytest.raises(ValueError, match="JSON"):
        Broadcast().publish("a", float("nan"))
