"""A simulated person who shows one expression after the other, in real time."""

from __future__ import annotations

import pytest

from mimik.clock import ManualClock
from mimik.sources.source import Source
from mimik.sources.virtual.expressions import PATTERNS
from mimik.sources.virtual.live import HOLD, REST, Performance
from mimik.sources.virtual.person import Person


class TurningClock(ManualClock):
    """Moves on whenever it is looked at, so that nobody waits in real time."""

    def now(self) -> float:
        self.advance(0.01)
        return super().now()


def test_a_face_at_rest_comes_before_each_expression_and_they_come_in_turn():
    performance = Performance(("happy", "sad"), clock=TurningClock(100.0))
    turn = REST + HOLD
    asked = [
        performance.asked(at)
        for at in (0.0, REST - 0.1, REST, turn - 0.1, turn, turn + REST, 2 * turn + REST)
    ]
    performance.close()
    assert asked == [None, None, "happy", "happy", None, "sad", "happy"]


def test_by_default_all_expressions_with_a_pattern_are_shown():
    performance = Performance(clock=TurningClock(100.0))
    turn = REST + HOLD
    shown = {performance.asked(i * turn + REST) for i in range(20)}
    performance.close()
    assert shown == set(PATTERNS) - {"neutral"}


def test_the_person_is_asked_as_time_goes_by_and_the_frames_arrive(monkeypatch: pytest.MonkeyPatch):
    asked: list[str | None] = []
    monkeypatch.setattr(Person, "ask", lambda person, expression: asked.append(expression))
    clock = TurningClock(100.0)
    performance = Performance(("happy",), clock=clock, number_of=lambda _: 7)
    assert isinstance(performance, Source)
    devices = {frame.device for _ in range(20) for frame in performance.read(0.2) or ()}
    assert set(asked) == {None}
    clock.advance(REST)
    performance.read(0.0)
    assert asked[-1] == "happy"
    performance.close()
    assert performance.read(0.0) is None
    assert devices == {7}
