"""The whole way: datagrams of simulated phones over loopback in, labels in time, files and events out."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
from scripted_frames import HAPPY, SAD, ScriptedModel, face, script

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import ManualClock
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.live.outlet import Description, Event, Outlet
from mimik.live.recognising import LiveRecognition
from mimik.live.recognition import Recognition
from mimik.live.rules.engine import Rules
from mimik.live.rules.rule import Condition, Rule
from mimik.live.run import run
from mimik.live.settings import LiveSettings
from mimik.live.tally import Tally
from mimik.sources.receiver import LiveLinkReceiver
from mimik.sources.virtual.expressions import PATTERNS
from mimik.sources.virtual.person import Habits, Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.sources.virtual.rig import Rig

SHOWN = ("happy", "surprised", "angry")
ALIKE = Habits(rest=0.0, own_way=0.0, confusion=0.0, gain=0.0, waver=0.0, tremor=0.0, blinks=0.0, turns=0.0)
"""People who all show an expression in one way, and steadily."""


def pattern_model() -> Model:
    """One layer that compares a face with the drawn patterns; a resting face is like all of them."""
    patterns = np.stack([PATTERNS[name] / np.linalg.norm(PATTERNS[name]) for name in SHOWN])
    card = ModelCard(SHOWN, BLEND_SHAPES, "people", {}, TrainedOn(1, synthetic=True), {}, "")
    kernel = (20 * patterns.T).astype(np.float32)
    return Model(card, Features.raw(BLEND_SHAPES, resting=True), (kernel,), (np.zeros(3, np.float32),))


class Notebook:
    """An outlet that keeps what it gets."""

    def __init__(self) -> None:
        self.seen: list[Recognition] = []
        self.events: list[Event] = []

    def open(self, description: Description) -> None:
        pass

    def send(self, recognition: Recognition) -> None:
        self.seen.append(recognition)

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def close(self) -> None:
        pass


def test_two_phones_over_loopback_get_their_labels_in_time() -> None:
    settings, clock, notebook, tally = LiveSettings(), ManualClock(1000.0), Notebook(), Tally()
    people = [Person(seed, fps=60, habits=ALIKE) for seed in (1, 2)]
    asked: dict[int, float] = {}

    with ExitStack() as at_end:
        receiver = at_end.enter_context(LiveLinkReceiver(0, host="127.0.0.1", clock=clock))
        phones = [
            at_end.enter_context(VirtualPhone(p, receiver.address, device_id=f"v{i}", seed=i, loss=0.05))
            for i, p in enumerate(people)
        ]
        rig = Rig(phones, receiver, clock)
        live = LiveRecognition(rig, pattern_model(), settings=settings, clock=clock)
        rules = Rules([Rule("smile", Condition("happy", 2.0), message="Thank you")], live.labels)

        def until() -> bool:
            elapsed = clock.now() - 1000.0
            turn = int((elapsed - 4.0) // 4.0)  # 4 s at rest, then 4 s each
            if 0 <= turn < 3 and turn not in asked:
                asked[turn] = clock.now()
                for i, person in enumerate(people):
                    person.ask(SHOWN[(turn + i) % 3])
            return elapsed >= 18.0

        run(live, notebook, clock, rules=rules, tally=tally, until=until)

    for device in (1, 2):
        own = [r for r in notebook.seen if r.device == device]
        assert {r.said for r in own if r.time < 1003.0} == {"resting"}
        for turn, start in asked.items():
            expected = SHOWN[(turn + device - 1) % 3]
            first = next(r.time for r in own if r.said == expected and r.time > start)
            slowest = 2.0 + 0.7 + 0.5 + settings.delay  # reaction, rise, moves made ahead, smoothing
            assert 1.0 < first - start < slowest
            held = {r.said for r in own if start + slowest < r.time < start + 4.0}
            assert held == {expected}
    assert sorted(event.device for event in notebook.events) == [1, 2]
    told = tally.to_dict(clock.now())
    assert told["frames"] == len(notebook.seen)
    assert told["events"] == {"smile": 2}
    assert isinstance(notebook, Outlet)


def test_a_rule_that_waits_for_silence_acts_while_nothing_comes() -> None:
    clock, notebook = ManualClock(), Notebook()
    source = script(clock, [face(0.0, HAPPY)], silent_until=6.0)
    live = LiveRecognition(source, ScriptedModel(), settings=LiveSettings(rest=False), clock=clock)

    run(
        live,
        notebook,
        clock,
        rules=Rules([Rule("gone", Condition("no-face", 3.0), message="m")], live.labels),
    )

    (event,) = notebook.events
    assert 3.5 < event.time < 3.7, "half a second until it is known, and three"


def test_it_ends_when_told() -> None:
    clock, notebook = ManualClock(), Notebook()
    live = LiveRecognition(
        script(clock, [face(i / 10, SAD) for i in range(100)]),
        ScriptedModel(),
        settings=LiveSettings(rest=False),
        clock=clock,
    )

    run(live, notebook, clock, until=lambda: clock.now() >= 1.0)

    assert len(notebook.seen) == 11
