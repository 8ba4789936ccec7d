"""The thread that reads the phones: nothing that fails in one place stops it."""

from __future__ import annotations

import logging
import threading

import pytest
from web_world import wait_until

from mimik.clock import SystemClock
from mimik.web.studio.hub import Hub


class Frames:
    """A source of numbers in place of frames; it can be told to fail or to end."""

    def __init__(self) -> None:
        self.count = 0
        self.fails = self.ends = False
        self._pause = threading.Event()

    def read(self, timeout: float):
        if self.fails:
            self.fails = False
            raise OSError("the network is gone")
        if self.ends:
            return None
        self._pause.wait(0.001)
        self.count += 1
        return (self.count,)


@pytest.fixture
def source():
    return Frames()


@pytest.fixture
def hub(source):
    made = Hub(source, SystemClock())
    yield made
    made.close()


def test_every_batch_goes_to_all_listeners_in_order(hub):
    first, second = [], []
    hub.add_listener(lambda frames, now: first.extend(frames))
    hub.add_listener(lambda frames, now: second.extend(frames))
    hub.start()
    wait_until(lambda: len(second) > 20)
    hub.close()
    assert first == second == list(range(1, len(first) + 1))


def test_a_listener_that_fails_costs_the_others_nothing(hub, caplog):
    def fails(frames, now):
        raise RuntimeError("a bug")

    heard = []
    hub.add_listener(fails)
    hub.add_listener(lambda frames, now: heard.extend(frames))
    hub.start()
    wait_until(lambda: len(heard) > 5)
    hub.close()
    assert heard == list(range(1, len(heard) + 1))
    assert any(record.levelno == logging.ERROR for record in caplog.records)


def test_a_call_happens_in_the_hubs_thread_and_tells_what_came_of_it(hub):
    hub.start()
    name = hub.call(lambda: threading.current_thread().name).result(5)
    failed = hub.call(lambda: 1 / 0)
    assert name == "mimik-hub"
    with pytest.raises(ZeroDivisionError):
        failed.result(5)


def test_a_call_from_within_happens_at_once(hub):
    hub.start()
    assert hub.call(lambda: hub.call(lambda: 7).result(0)).result(5) == 7


def test_calls_are_carried_out_before_it_starts_and_after_it_ended(hub):
    assert hub.call(lambda: 1).result(0) == 1
    hub.start()
    hub.close()
    assert hub.call(lambda: 2).result(0) == 2


def test_ticks_come_without_frames_too_and_the_end_is_known(hub, source):
    ticks = []
    hub.add_tick(ticks.append)
    source.ends = True
    hub.start()
    wait_until(lambda: len(ticks) > 3)
    assert hub.ended and ticks == sorted(ticks)


def test_a_source_that_fails_is_read_again(hub, source, caplog):
    heard = []
    hub.add_listener(lambda frames, now: heard.extend(frames))
    source.fails = True
    hub.start()
    wait_until(lambda: heard)
    assert "could not be read" in caplog.text
