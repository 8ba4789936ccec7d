"""Engine, recorder and loop on a real study folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mimik.capture.background import BackgroundWriter, WriterThread
from mimik.capture.engine import Button, Engine
from mimik.capture.recorder import Recorder
from mimik.capture.room import Room
from mimik.capture.run import run
from mimik.capture.view import Phase, View
from mimik.clock import ManualClock
from mimik.frame import NOT_TRACKED, Frame
from mimik.protocol import load_protocol, parse_protocol
from mimik.study.session import SessionFacts
from mimik.study.study import Study

SHORT = parse_protocol(load_protocol("hartmann2022").text.replace("500", "60"), where="short.toml")


class Phone:
    """A phone at 60 fps whose smile counts up, and which loses the face for half of every fourth second."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.sent: list[Frame] = []

    def read(self, timeout: float) -> Sequence[Frame]:
        self._clock.advance(1 / 60)
        n = len(self.sent)
        tracked = n % 240 < 210
        values = np.full(64, n / 1000, dtype=np.float32) if tracked else NOT_TRACKED
        self.sent.append(Frame(1, n, n / 60, self._clock.now(), tracked, values))
        return self.sent[-1:]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = Study.create(tmp_path / "study", title="Test", protocol=SHORT)
    study.add_participant("sub-AAAAAA")
    study.record_consent("sub-AAAAAA", at=0.0, version="1")
    return study


def facts(clock: ManualClock) -> SessionFacts:
    return SessionFacts(started=clock.now(), device=1, seed=5, language="de", protocol=SHORT.name)


def test_a_session_is_stored_as_it_came(study: Study) -> None:
    clock = ManualClock(1_700_000_000.0)
    phone = Phone(clock)
    recorder = Recorder(Engine(SHORT, seed=5, language="de"), study.start_session("sub-AAAAAA", facts(clock)))
    assert run(phone, {1: recorder}, clock).finished == (1,)

    (info,) = study.sessions()
    assert info.status == "complete"
    assert [(t.expression, t.outcome) for t in info.trials] == [(e, "complete") for e in SHORT.expressions]
    stored = study.read_session(info)
    expected = [f for f in phone.sent if f.tracked]
    assert stored.block.number.tolist() == [f.number for f in expected]
    assert stored.block.device_time.tolist() == [f.device_time for f in expected]
    assert stored.block.arrival_time.tolist() == [f.arrival_time for f in expected]
    assert stored.block.tracked.all()
    np.testing.assert_array_equal(stored.block.values, np.array([f.values for f in expected]))
    assert [t.frames for t in info.trials] == np.bincount(stored.trial)[1:].tolist()
    assert "face-lost" in (info.path / "events.tsv").read_text()


@pytest.mark.parametrize("how", ["stopped", "broken off"])
def test_an_interrupted_session_resumed_has_each_trial_complete_once(study: Study, how: str) -> None:
    clock = ManualClock(1_700_000_000.0)
    phone = Phone(clock)
    end = clock.now() + 2.6

    def late() -> bool:
        return clock.now() > end

    def presses() -> list[tuple[int, Button]]:
        return [(1, Button.STOP)] if late() else []

    recorder = Recorder(Engine(SHORT, seed=5), study.start_session("sub-AAAAAA", facts(clock)))
    if how == "stopped":
        run(phone, {1: recorder}, clock, presses=presses)
    else:
        run(phone, {1: recorder}, clock, until=late)
    (info,) = study.sessions()
    assert info.status == "interrupted"
    assert [t.outcome for t in info.trials] == ["complete", "complete", "incomplete"]

    clock.advance(3600)
    assert info.facts.seed is not None
    engine = Engine(SHORT, seed=info.facts.seed, done=info.trials)
    assert engine.view.expression == "happy"
    run(phone, {1: Recorder(engine, study.resume_session(info))}, clock)
    (info,) = study.sessions()
    assert info.status == "complete"
    assert [t.trial for t in info.trials] == [1, 2, 3, 4, 5, 6]
    done = [t.expression for t in info.trials if t.outcome == "complete"]
    assert done == list(SHORT.expressions)
    assert len(study.read_session(info).block) == sum(f.tracked for f in phone.sent)


def test_a_session_with_a_trial_brought_forward_that_broke_off_within_it_goes_on_with_it(
    study: Study,
) -> None:
    clock = ManualClock(1_700_000_000.0)
    phone = Phone(clock)
    start = clock.now()
    planned = list(SHORT.expressions)
    last = planned[-1]
    recorder = Recorder(Engine(SHORT, seed=5), study.start_session("sub-AAAAAA", facts(clock)))
    run(
        phone,
        {1: recorder},
        clock,
        wishes=lambda: [(1, last)] if clock.now() - start < 0.5 else [],
        until=lambda: clock.now() - start > 1.6,
    )
    (info,) = study.sessions()
    assert [(t.expression, t.outcome) for t in info.trials] == [
        (planned[0], "complete"),
        (last, "incomplete"),
    ]

    assert info.facts.seed is not None
    engine = Engine(SHORT, seed=info.facts.seed, done=info.trials)
    assert engine.view.expression == last
    run(phone, {1: Recorder(engine, study.resume_session(info))}, clock)

    (info,) = study.sessions()
    assert info.status == "complete"
    done = [t.expression for t in info.trials if t.outcome == "complete"]
    assert done == [planned[0], last, *planned[1:-1]]
    events = (info.path / "events.tsv").read_text()
    assert events.count(f"next: {last}") == 1, "asked for again, it comes next anyway"


QUESTION = """
[[trials.questions]]
id = "strength"
kind = "scale"
minimum = 0
maximum = 10
text = { de = "Wie stark?", en = "How strongly?" }
"""


def test_answers_in_the_background_are_stored_also_after_a_break(tmp_path: Path) -> None:
    """The studio's way: the room's thread asks, another one writes."""
    protocol = parse_protocol(
        SHORT.text.replace('[[trials]]\nexpression = "happy"', f'{QUESTION}[[trials]]\nexpression = "happy"'),
        where="asking.toml",
    )
    study = Study.create(tmp_path / "study", title="Test", protocol=protocol)
    study.add_participant("sub-AAAAAA")
    study.record_consent("sub-AAAAAA", at=0.0, version="1")
    clock = ManualClock(1_700_000_000.0)
    phone = Phone(clock)

    def sit(room: Room, until: Callable[[View], bool]) -> None:
        while not room.empty and not until(room.recorders[1].view):
            room.frames(phone.read(0.0), clock.now())
            room.tick(clock.now())

    with WriterThread() as thread:
        writer = BackgroundWriter(study.start_session("sub-AAAAAA", facts(clock)), thread)
        room = Room()
        room.add(1, Recorder(Engine(protocol, seed=5, asks=True), writer))
        sit(room, lambda view: view.phase is Phase.ASKING)
        room.recorders[1].leave()
        assert writer.ended.result(60) is None

        (info,) = study.sessions()
        assert [(t.expression, t.outcome) for t in info.trials][-1] == ("stressed", "complete")
        clock.advance(3600)
        writer = BackgroundWriter(study.resume_session(info), thread)
        room.add(1, Recorder(Engine(protocol, seed=5, asks=True, done=info.trials), writer))
        sit(room, lambda view: view.phase is Phase.ASKING)
        room.answer(1, {"strength": "7"}, clock.now())
        sit(room, lambda view: False)
        ended = writer.ended.result(60)

    (info,) = study.sessions()
    assert ended is not None
    assert (ended.status, ended.frames_sha256) == (info.status, info.frames_sha256)
    assert info.status == "complete"
    assert {t.expression: dict(t.answers) for t in info.trials if t.answers} == {
        "stressed": {"strength": "7"}
    }
    stored = study.read_session(info).block.number.tolist()
    assert stored == sorted(set(stored))
    assert len(stored) == sum(t.frames for t in info.trials) >= 5 * 60
