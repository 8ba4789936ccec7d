"""What a run comes to."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scripted_frames import recognition

from mimik.live.outlet import Event
from mimik.live.tally import Tally


def test_time_counts_for_what_was_said_until_something_else_is() -> None:
    tally = Tally()
    for time, said, changed in [(0.0, "happy", True), (1.0, "happy", False), (1.5, "sad", True)]:
        tally.send(recognition(time, said, changed=changed), time)
    tally.send(recognition(2.5, "no-face", silence=True), 2.5)
    tally.tell(Event(1.0, 1, "r", "message", "m"))

    told = tally.to_dict(4.5)

    device = told["devices"]["1"]
    assert device["seconds"] == {"no-face": 2.0, "happy": 1.5, "sad": 1.0}
    assert device["changes"] == 2, "the first is none"
    assert told["frames"] == device["frames"] == 3, "a silence is no frame"
    assert told["events"] == {"r": 1}


def test_devices_count_each_for_itself() -> None:
    tally = Tally()
    for i in range(61):
        tally.send(recognition(i / 60, "happy", changed=not i), 2.0)
        if i % 2 == 0:
            tally.send(recognition(i / 60, "sad", device=2, changed=not i), 2.0)

    told = tally.to_dict(1.0)["devices"]

    assert (told["1"]["frames_per_second"], told["2"]["frames_per_second"]) == (60.0, 30.0)
    assert told["2"]["seconds"] == {"sad": 1.0}


def test_latencies_are_those_of_all_frames() -> None:
    late = np.random.default_rng(0).exponential(0.01, 5000)
    tally = Tally()
    for i, seconds in enumerate(late.tolist()):
        tally.send(recognition(float(i), "happy"), i + seconds)

    for share in (0.5, 0.99):
        assert tally.latency(share) == pytest.approx(np.quantile(late, share), abs=2e-4)


def test_nothing_is_nothing() -> None:
    told = Tally().to_dict(1.0)

    assert (told["frames"], told["devices"]) == (0, {})
    assert told["latency_ms"] == {"p50": None, "p99": None}
    assert math.isnan(Tally().latency(0.5))
