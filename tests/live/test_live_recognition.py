"""From frames to what is said: per device, in time, whatever the devices do."""

from __future__ import annotations

import math

import numpy as np
from scripted import AT, FLAT, HAPPY, LABELS, SAD, Script, ScriptedModel, face, no_face, script

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.learn.at_rest import neutral_face
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
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


# Resting faces


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

        assert words(found) == ["happy"]
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


# Against a slow reading of everything at once, with a real network


def real_model() -> Model:
    rng = np.random.default_rng(5)
    card = ModelCard(LABELS, BLEND_SHAPES, "people", {}, TrainedOn(1), {}, "")
    features = Features.raw(BLEND_SHAPES, resting=True, power=1 / 3)
    kernels = tuple(rng.normal(size=s).astype(np.float32) for s in ((52, 8), (8, 3)))
    return Model(card, features, kernels, (np.zeros(8, np.float32), np.zeros(3, np.float32)))


def restless_recording() -> list[Frame]:
    """A face that is still for three seconds, then wanders; uneven times, and frames without a face."""
    rng = np.random.default_rng(6)
    times = np.cumsum(rng.choice([1 / 60, 2 / 60, 0.2], size=600, p=[0.7, 0.25, 0.05]))
    wander = np.cumsum(rng.normal(scale=0.05, size=(600, 52)), axis=0)
    frames = []
    for i, time in enumerate(times.tolist()):
        values = np.full(64, np.nan, dtype=np.float32)
        values[:52] = np.clip(0.3 + (wander[i] if time > times[0] + 3.5 else 0.001 * wander[i]), 0, 1)
        tracked = bool(time < 4 or rng.random() > 0.1)
        frames.append(Frame(1, i, time, time, True, values) if tracked else no_face(time))
    return frames


def slowly(model: Model, frames: list[Frame], settings: LiveSettings) -> list[tuple[str, float]]:
    """What should be said of a recording, with its smoothed confidence: float64, all frames at once."""
    faces = [frame for frame in frames if frame.tracked]
    start = faces[0].device_time
    known = next(i for i, frame in enumerate(faces) if frame.device_time - start >= 3.0)
    first = faces[: known + 1]
    resting = neutral_face(
        np.stack([f.coefficients for f in first]), np.array([f.device_time for f in first])
    ).face
    assert resting is not None
    P = model.predict_proba(np.stack([f.coefficients for f in faces[known:]]), resting=resting).astype(float)
    times = np.array([f.device_time for f in faces[known:]])
    mean, means = P[0], [P[0]]
    for p, step in zip(P[1:], np.diff(times), strict=True):
        decay = np.exp(-step / settings.smoothing)
        mean = decay * mean + (1 - decay) * p
        means.append(mean)
    told = dict(zip(times.tolist(), means, strict=True))
    said, since, found = "unsure", -math.inf, []
    for frame in frames:
        time = frame.device_time
        if not frame.tracked:
            said, since = "unsure", -math.inf
            found.append(("no-face", math.nan))
        elif time not in told:
            found.append(("resting", math.nan))
        else:
            p = told[time]
            best, highest = LABELS[int(p.argmax())], p.max()
            free = said == "unsure" or time - since >= settings.hold
            lead = highest - (p[LABELS.index(said)] if said in LABELS else -1)
            if free and said in LABELS and highest < settings.unsure_below:
                said, since = "unsure", time
            elif free and best != said and highest >= settings.sure_above and lead >= settings.margin:
                said, since = best, time
            found.append((said, highest))
    return found


def test_a_recording_gets_what_a_slow_reading_of_all_its_frames_gets() -> None:
    model, frames = real_model(), restless_recording()
    settings = LiveSettings(smoothing=0.4, unsure_below=0.45)
    clock = ManualClock()

    found = list(LiveRecognition(script(clock, frames), model, settings=settings, clock=clock))
    expected = slowly(model, frames, settings)

    assert words(found) == [said for said, _ in expected]
    assert len(set(words(found))) >= 5, "the recording has all there is"
    confidence = [r.confidence if r.state is not State.RESTING else math.nan for r in found]
    np.testing.assert_allclose(confidence, [p for _, p in expected], atol=1e-5)
