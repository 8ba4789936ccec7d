"""A recording gets what a slow reading of all its frames at once gets, with a real network."""

from __future__ import annotations

import math

import numpy as np
from scripted_frames import LABELS, no_face, script

from mimik.blendshapes import BLEND_SHAPES
from mimik.clock import ManualClock
from mimik.frame import Frame
from mimik.learn.at_rest import neutral_face
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.live.recognising import LiveRecognition
from mimik.live.recognition import State
from mimik.live.settings import LiveSettings


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

    assert [recognition.said for recognition in found] == [said for said, _ in expected]
    assert len({recognition.said for recognition in found}) >= 5, "the recording has all there is"
    confidence = [r.confidence if r.state is not State.RESTING else math.nan for r in found]
    np.testing.assert_allclose(confidence, [p for _, p in expected], atol=1e-5)
