"""From frames to what is said: per device, in time, whatever the devices do."""

from __future__ import annotations

import math

import numpy as np
from scripted_frames import AT, FLAT, HAPPY, LABELS, SAD, Script, ScriptedModel, face, no_face, script

from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.live.recognising import LiveRecognition
from mimik.live.recognition import Recognition, State
from mimik.live.settings import LiveSettings

AT_ONCE = LiveSettings(smoothing=0.0, hold=0.0, rest=False)


def recognise(frames: list[Frame], settings: LiveSettings = AT_ONCE, **more) -> list[Recognition]:
    clock = ManualClock()
    return list(
        LiveRecognition(script(clock, frames), ScriptedModel(), settings=settings, clock=clock, **more)
    )


def words(found: list[Recognition]) -> list[str]:
    return [recognition.said for recognition in found]


def test_each_frame_gets_what_its_probabilities_say() -> None:
    found = recognise([face(0.0, HAPPY), face(0.1, SAD), face(0.2, FLAT), no_face(0.3)])

    assert words(found) == ["happy", "sad", "unsure", "no-face"]
    assert [recognition.time for recognition in found] == [0.0, 0.1, 0.2, 0.3]
    assert [recognition.changed for recognition in found] == [True] * 4
    np.testing.assert_array_equal(found[1].probabilities, np.float32(SAD))
    np.testing.assert_array_equal(found[1].coefficients[AT : AT + 3], np.float32(SAD))


def test_without_a_face_nothing_is_known() -> None:
    (found,) = recognise([no_face(0.0)])

    assert found.state is State.NO_FACE and found.expression is None
    for values in (found.confidence, *found.probabilities, *found.smoothed, *found.coefficients):
        assert math.isnan(values)


def test_only_what_differs_from_before_is_a_change() -> None:
    found = recognise([face(0.1 * i, SAD if i == 2 else HAPPY) for i in range(5)])

    assert [recognition.changed for recognition in found] == [True, False, True, True, False]


def test_devices_are_told_apart() -> None:
    found = recognise(
        [face(0.1 * i, HAPPY if i % 2 else SAD, device=1 + i % 2) for i in range(6)], LiveSettings(rest=False)
    )

    assert {(r.device, r.said) for r in found} == {(1, "sad"), (2, "happy")}


def test_a_device_that_falls_silent_is_told_once_and_its_return_is_a_change() -> None:
    clock = ManualClock()
    frames = [face(0.1 * i, HAPPY) for i in range(4)]
    source = script(clock, frames, silent_until=5.0)
    source._steps.append((5.0, [face(5.0, HAPPY)]))
    live = LiveRecognition(source, ScriptedModel(), settings=AT_ONCE, clock=clock)

    found = list(live)

    assert words(found) == ["happy"] * 4 + ["no-face", "happy"]
    silence = found[4]
    assert 0.8 < silence.time <= 0.9
    assert math.isnan(silence.device_time)
    assert found[5].changed


def test_a_device_that_never_showed_a_usable_frame_is_not_called_silent() -> None:
    clock = ManualClock()
    source = script(clock, [face(0.0, (math.nan, 0.0, 0.0))], silent_until=3.0)

    assert list(LiveRecognition(source, ScriptedModel(), settings=AT_ONCE, clock=clock)) == []


def test_frames_that_come_late_are_passed_over() -> None:
    clock = ManualClock()
    frames = [face(1.0, HAPPY), face(1.2, HAPPY), face(1.1, SAD, arrival=1.25), face(1.3, HAPPY)]
    live = LiveRecognition(script(clock, frames), ScriptedModel(), settings=AT_ONCE, clock=clock)

    assert words(list(live)) == ["happy"] * 3
    assert live.devices[1].late == 1
    assert live.devices[1].frames == 3


def test_a_device_that_begins_to_count_anew_is_begun_anew() -> None:
    model = ScriptedModel()
    clock = ManualClock()
    frames = [face(1000.0, HAPPY, arrival=1.0), face(3.0, SAD, arrival=1.1)]
    live = LiveRecognition(script(clock, frames), model, settings=LiveSettings(rest=False), clock=clock)

    assert words(list(live)) == ["happy", "sad"], "the mean of before is forgotten"
    assert model.forgot == 2


def test_a_frame_that_the_model_cannot_use_stops_only_its_device() -> None:
    notes: list[tuple[int, str]] = []
    clock = ManualClock()
    frames = [face(0.1 * i, (math.nan, 0, 0) if i % 2 else HAPPY, device=1 + i % 2) for i in range(6)]
    live = LiveRecognition(
        script(clock, frames),
        ScriptedModel(),
        settings=AT_ONCE,
        clock=clock,
        on_note=lambda *n: notes.append(n),
    )

    assert {r.device for r in live} == {1}
    (refusal,) = live.refusals
    assert (refusal.sender, refusal.count) == ("device 2", 3)
    assert live.devices[2].refused == 3
    assert notes == [(2, "The model needs mouthSmileLeft. Train without it.")], "told once"


def test_a_recording_plays_as_if_it_arrived_now() -> None:
    """Frames whose arrival is unknown, or was another day's, arrive when read, as far apart as then."""
    clock = ManualClock(1000.0)
    frames = [
        Frame(1, -1, t, arrival, True, face(0, HAPPY).values) for t, arrival in [(7.0, math.nan), (7.5, 3.0)]
    ]
    live = LiveRecognition(Script(clock, [(1000.0, frames)]), ScriptedModel(), settings=AT_ONCE, clock=clock)

    assert [r.time for r in live] == [1000.0, 1000.5]


def test_labels_that_are_numbers_are_told_as_text() -> None:
    clock = ManualClock()
    live = LiveRecognition(
        script(clock, [face(0.0, (0.0, 1.0))]),
        ScriptedModel((0, 10)),
        settings=AT_ONCE,
        clock=clock,  # type: ignore[arg-type]
    )

    assert words(list(live)) == ["10"]
    assert live.describe("m.mimik", rate=60.0).labels == ("0", "10")


def test_outlets_are_told_what_they_need_first() -> None:
    live = LiveRecognition(Script(ManualClock(), []), ScriptedModel(), settings=LiveSettings(smoothing=0.4))

    told = live.describe("m.mimik", rate=30.0)

    assert (told.labels, told.rate, told.model) == (LABELS, 30.0, "m.mimik")
    assert told.delay == LiveSettings(smoothing=0.4).delay > 0
    assert told.synthetic, "simulated people trained the model"
    assert "research only" in told.use
