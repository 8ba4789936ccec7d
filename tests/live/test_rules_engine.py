"""Rules act when something is said for long enough, and not again before their time."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_frames import LABELS, recognition

from mimik.errors import ProtocolError
from mimik.live.outlet import Event
from mimik.live.rules.engine import GAP, Rules
from mimik.live.rules.rule import Condition, OscMessage, Rule


def rules(said: str = "happy", seconds: float = 2.0, above: float = 0.0, again: float | None = None) -> Rules:
    return Rules([Rule("r", Condition(said, seconds, above), again, message="m")], LABELS)


def shown(engine: Rules, *spans: tuple[str, float, float], device: int = 1) -> list[float]:
    """Show each word from one time to another, ten times a second; return when the rule acted."""
    events: list[Event] = []
    for said, start, stop in spans:
        for i in range(round((stop - start) * 10)):
            events += engine.see(recognition(start + i / 10, said, device=device))
    return [event.time for event in events]


def test_it_acts_once_the_time_is_over() -> None:
    assert shown(rules(), ("happy", 0, 5)) == [2.0]


def test_it_does_everything_it_says_in_order() -> None:
    rule = Rule("r", Condition("sad", 0.1), message="Hello", osc=OscMessage("/a", (1,)), trial="happy")
    engine = Rules([rule], LABELS)
    engine.see(recognition(0.0, "sad", device=3))

    assert engine.see(recognition(0.1, "sad", device=3)) == (
        Event(0.1, 3, "r", "message", "Hello"),
        Event(0.1, 3, "r", "osc", "/a 1"),
        Event(0.1, 3, "r", "trial", "happy"),
    )


@pytest.mark.parametrize("other", ["sad", "unsure", "no-face", "resting"])
def test_whatever_else_is_said_begins_the_time_anew(other: str) -> None:
    assert shown(rules(), ("happy", 0, 1.5), (other, 1.5, 1.6), ("happy", 1.6, 4)) == [3.6]


def test_a_probability_below_the_limit_begins_the_time_anew() -> None:
    engine = rules(above=0.8)
    times = [i / 10 for i in range(40)]
    acted = [e.time for t in times for e in engine.see(recognition(t, "happy", 0.7 if t == 1.0 else 0.9))]

    assert acted == [pytest.approx(3.1)]


def test_a_gap_begins_the_time_anew() -> None:
    assert shown(rules(), ("happy", 0, 1.5), ("happy", 2.5, 6)) == [4.5]


def test_time_that_goes_back_begins_the_time_anew() -> None:
    assert shown(rules(), ("happy", 10, 11.5), ("happy", 3, 6)) == [5.0]


def test_without_again_after_it_acts_once_each_time() -> None:
    assert shown(rules(), ("happy", 0, 9), ("sad", 9, 10), ("happy", 10, 13)) == [2.0, 12.0]


def test_again_after_counts_while_the_condition_holds() -> None:
    assert shown(rules(again=3.0), ("happy", 0, 9)) == [2.0, 5.0, 8.0]


def test_again_after_also_counts_when_the_condition_ended_in_between() -> None:
    engine = rules(again=30.0)

    assert shown(engine, ("happy", 0, 3), ("sad", 3, 4), ("happy", 4, 20)) == [2.0]
    assert shown(engine, ("sad", 31, 32), ("happy", 32, 40)) == [34.0]


def test_devices_are_watched_each_for_itself() -> None:
    engine = rules()
    events = [
        e
        for i in range(30)
        for d in (1, 2)
        for e in engine.see(recognition(i / 10, "happy" if d == 2 else "sad", device=d))
    ]

    assert [event.device for event in events] == [2]


def test_unsure_can_be_waited_for() -> None:
    assert shown(rules("unsure"), ("happy", 0, 1), ("unsure", 1, 4)) == [3.0]


def test_a_face_that_is_gone_can_be_waited_for_while_frames_come() -> None:
    assert shown(rules("no-face"), ("happy", 0, 1), ("no-face", 1, 4)) == [3.0]


def test_a_face_that_is_gone_can_be_waited_for_while_nothing_comes() -> None:
    engine = rules("no-face", seconds=10.0)
    shown(engine, ("happy", 0, 1))
    engine.see(recognition(1.5, "no-face", silence=True))

    acted = [event.time for t in range(2, 30) for event in engine.tick(t + 0.5)]

    assert acted == [11.5]


def test_time_alone_makes_no_other_rule_act() -> None:
    engine = rules("happy")
    shown(engine, ("happy", 0, 1.9))

    assert engine.tick(2.1) == ()
    engine.see(recognition(2.4, "no-face", silence=True))
    assert engine.tick(9.0) == ()


def test_a_rule_must_wait_for_what_can_be_said() -> None:
    with pytest.raises(ProtocolError, match="The rule 'r': expected an expression of the model") as error:
        rules("hapy")

    assert error.value.hint == "Did you mean happy?"


steps = st.sampled_from([0.1, 0.1, 0.1, 0.3, GAP, GAP + 0.1, 2.0])
words = st.sampled_from(["happy", "happy", "happy", "sad", "unsure", "no-face"])
plays = st.lists(st.tuples(steps, words, st.sampled_from([0.5, 0.9])), max_size=80)


@given(
    plays=plays,
    said=st.sampled_from(["happy", "unsure", "no-face"]),
    seconds=st.sampled_from([0.1, 0.5, 1.0, 3.0]),
    again=st.sampled_from([None, 0.5, 2.0, 10.0]),
    above=st.sampled_from([0.0, 0.8]),
)
def test_it_acts_just_when_a_second_reading_of_all_that_was_said_tells(
    plays, said, seconds, again, above
) -> None:
    """The reading goes back from each moment: since when does it hold, and when did the rule act last?"""
    times = list(itertools.accumulate(step for step, *_ in plays))
    seen = [recognition(t, word, p) for t, (_, word, p) in zip(times, plays, strict=True)]
    engine = rules(said, seconds, above if said == "happy" else 0.0, again)
    acted = [bool(engine.see(r)) for r in seen]

    last_act = -math.inf
    for i, r in enumerate(seen):
        start = begin = i
        while begin >= 0 and holds(seen[begin], said, above):
            start = begin
            if begin and said != "no-face" and times[begin] - times[begin - 1] > GAP:
                break
            begin -= 1
        held = holds(r, said, above) and times[i] - times[start] >= seconds
        since_last = times[i] - last_act >= again if again is not None else last_act < times[start]
        assert acted[i] == (held and since_last)
        if acted[i]:
            last_act = times[i]


def holds(r, said: str, above: float) -> bool:
    return r.said == said and (said != "happy" or r.smoothed[0] >= above)
