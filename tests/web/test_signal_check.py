"""The signal check: what it finds in two seconds of frames, and what it lets pass."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.blendshapes import INDEX
from mimik.frame import COLUMNS, NOT_TRACKED, Frame
from mimik.sources.virtual.person import Person
from mimik.web.studio.recent import Recent
from mimik.web.studio.signal import look_at

RATE = 60.0


def frames(values: np.ndarray, tracked: float = 1.0) -> list[Frame]:
    """Frames of these values (n, 64), evenly without a face where ``tracked`` is less than 1."""
    made = []
    for i, row in enumerate(values):
        seen = int((i + 1) * tracked) > int(i * tracked)
        made.append(Frame(1, i, i / RATE, i / RATE, seen, row if seen else NOT_TRACKED))
    return made


@pytest.fixture
def neutral() -> np.ndarray:
    """Two seconds of a relaxed face that lives."""
    rng = np.random.default_rng(1)
    values = np.zeros((120, len(COLUMNS)), dtype=np.float32)
    values[:, :52] = np.abs(rng.normal(0.05, 0.01, size=(120, 52)))
    return values


def codes(values, tracked=1.0, rate=RATE):
    return [hint.code for hint in look_at(frames(values, tracked), rate)]


def test_a_neutral_living_face_passes(neutral):
    assert codes(neutral) == []


def test_a_simulated_resting_face_passes():
    from mimik.sources.livelink import to_values

    person = Person(3, fps=60)
    native = np.concatenate([person.move()[0] for _ in range(4)])
    assert codes(to_values(native.astype(np.float32))) in ([], ["neutral"])


def test_too_few_frames_say_nothing(neutral):
    assert codes(neutral[:10], rate=5.0) == []


def test_a_face_that_is_often_lost(neutral):
    (hint,) = look_at(frames(neutral, 0.75), RATE)
    assert (hint.code, hint.severity) == ("face", "warn") and "75%" in hint.text
    (hint,) = look_at(frames(neutral, 0.25), RATE)
    assert hint.severity == "bad"


def test_a_slow_stream(neutral):
    assert codes(neutral, rate=14.0) == ["rate"]
    assert codes(neutral, rate=29.9) == []


def test_a_frozen_face_comes_first(neutral):
    still = np.repeat(neutral[:1], 120, axis=0)
    still[:, INDEX["jawOpen"]] = 0.7
    assert codes(still) == ["frozen", "neutral"]


@pytest.mark.parametrize(("column", "way"), [("headYaw", "aside"), ("headPitch", "up or down")])
def test_a_head_that_is_turned(neutral, column, way):
    neutral[:, COLUMNS.index(column)] = -0.5
    (hint,) = look_at(frames(neutral), RATE)
    assert hint.code == "turned" and way in hint.text and "29 degrees" in hint.text


def test_a_face_that_is_not_neutral_names_what_is_high(neutral):
    neutral[:, INDEX["mouthSmileLeft"]] = 0.6
    neutral[:, INDEX["eyeLookDownLeft"]] = 0.8  # looking at a screen is no expression
    (hint,) = look_at(frames(neutral), RATE)
    assert hint.code == "neutral" and "mouthSmileLeft 0.60" in hint.text and "eye" not in hint.text


def test_channels_that_are_not_delivered_are_no_fault(neutral):
    neutral[:, INDEX["tongueOut"]] = np.nan
    neutral[:, 52:] = np.nan
    with np.errstate(all="raise"):
        assert codes(neutral) == []


def test_a_blink_is_both_eyes_shut():
    recent = Recent()
    values = np.zeros(len(COLUMNS), dtype=np.float32)
    values[INDEX["eyeBlinkLeft"]] = 0.9
    recent.add(Frame(1, 0, 0.0, 0.0, True, values.copy()), 10.0)
    assert recent.blinked == -np.inf
    values[INDEX["eyeBlinkRight"]] = 0.8
    recent.add(Frame(1, 1, 0.1, 0.1, True, values), 11.0)
    assert recent.blinked == 11.0
