"""The resting face: learned first, learned again for somebody else, skipped or given."""

from __future__ import annotations

import numpy as np
from scripted_frames import AT, FLAT, HAPPY, SAD, ScriptedModel, face, no_face, script

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.live.recognising import LiveRecognition
from mimik.live.recognition import State
from mimik.live.settings import LiveSettings


def resting_model() -> ScriptedModel:
    return ScriptedModel(resting=True)


def still(start: float, seconds: float, p: tuple[float, ...] = FLAT) -> list[Frame]:
    return [face(start + i / 30, p) for i in range(round(seconds * 30))]


def run(model: ScriptedModel, frames: list[Frame], **more):
    clock = ManualClock()
    more.setdefault("settings", LiveSettings(smoothing=0.0, hold=0.0))
    live = LiveRecognition(script(clock, frames), model, clock=clock, **more)
    return live, list(live)


def test_the_first_seconds_teach_the_resting_face() -> None:
    model = resting_model()
    live, found = run(model, [*still(0.0, 3.1), face(3.2, HAPPY)])

    assert {r.said for r in found[:90]} == {"resting"}
    assert not np.isnan(found[0].probabilities).any(), "they are known, only not decided upon"
    assert found[-1].said == "happy"
    assert live.devices[1].resting and not live.devices[1].collecting
    np.testing.assert_allclose(model.resting[-1][AT : AT + 3], FLAT, atol=1e-6)
    assert model.resting[0] is None


def test_what_was_seen_before_the_resting_face_was_known_is_forgotten() -> None:
    _, found = run(resting_model(), still(0.0, 3.05, SAD), settings=LiveSettings(smoothing=5.0))
    after = next(r for r in found if r.state is not State.RESTING)

    np.testing.assert_array_equal(after.smoothed, after.probabilities)


def test_who_moves_is_told_why_and_asked_again() -> None:
    notes: list[str] = []
    moving = [face(i / 30, (min(i / 60, 1.0), 0.0, 0.0)) for i in range(91)]
    live, found = run(resting_model(), moving + still(3.1, 3.2), on_note=lambda _, text: notes.append(text))

    assert any("the face moved" in note for note in notes)
    assert found[100].said == "resting"
    assert found[-1].said != "resting"
    assert live.devices[1].reason == "", "in the end it worked"


def test_the_resting_face_can_be_skipped_given_or_of_no_use() -> None:
    given = np.full(len(BLEND_SHAPES), 0.1, dtype=np.float32)
    no_rest = LiveSettings(smoothing=0.0, hold=0.0, rest=False)
    for model, more in [
        (resting_model(), {"settings": no_rest}),
        (resting_model(), {"resting": {1: given}}),
        (ScriptedModel(resting=False), {}),
    ]:
        _, found = run(model, [face(0.0, HAPPY)], **more)

        assert [recognition.said for recognition in found] == ["happy"]
    assert model.resting == [None]


def test_a_given_resting_face_stays_after_an_absence() -> None:
    given = np.full(len(BLEND_SHAPES), 0.1, dtype=np.float32)
    model = resting_model()
    run(model, [face(0.0, HAPPY), face(60.0, HAPPY)], resting={1: given})

    assert all(resting is given for resting in model.resting)


def test_after_a_long_absence_it_may_be_somebody_else() -> None:
    notes: list[str] = []
    frames = still(0.0, 3.2) + [no_face(3.2 + i) for i in range(12)] + [face(15.0, HAPPY)]
    live, found = run(resting_model(), frames, on_note=lambda _, text: notes.append(text))

    assert found[-1].said == "resting"
    assert not live.devices[1].resting
    assert len(notes) == 1 and "somebody else" in notes[0]


def test_after_a_short_absence_it_is_the_same_person() -> None:
    live, found = run(resting_model(), [*still(0.0, 3.2), no_face(4.0), face(9.0, HAPPY)])

    assert found[-1].said == "happy"
    assert live.devices[1].resting


def test_a_resting_face_can_be_learned_again_at_any_time() -> None:
    clock = ManualClock()
    frames = still(0.0, 3.2) + still(3.3, 3.2, HAPPY)
    live = LiveRecognition(
        script(clock, frames), resting_model(), settings=LiveSettings(smoothing=0.0), clock=clock
    )
    found = [live.read()[0] for _ in range(96)]  # type: ignore[index]
    live.rest()
    found += list(live)

    assert found[96].said == "resting"
    assert found[-1].said == "happy"


def test_each_device_can_have_a_runtime_of_its_own() -> None:
    """One that remembers frames must not mix up people."""
    first, others = resting_model(), []

    def another() -> ScriptedModel:
        others.append(resting_model())
        return others[-1]

    run(first, [face(0.0, HAPPY), face(0.1, SAD, device=2)], another=another)

    assert len(others) == 1
    assert len(first.resting) == len(others[0].resting) == 1
