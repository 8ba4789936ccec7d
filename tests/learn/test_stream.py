"""Frame by frame a recognizer says what it says of all at once, and learns how somebody looks at rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.stream import Stream
from mimik.study.resting import RESTING_SECONDS


def _model() -> Model:
    rng = np.random.default_rng(0)
    card = ModelCard(("happy", "sad"), BLEND_SHAPES, "people", {}, TrainedOn(1), {}, "")
    features = Features.raw(BLEND_SHAPES, resting=True, power=0.5)
    kernels = tuple(rng.normal(size=s).astype(np.float32) for s in ((52, 4), (4, 2)))
    return Model(card, features, kernels, (np.zeros(4, np.float32), np.zeros(2, np.float32)))


def _frame(time: float, values: np.ndarray | float = 0.5, *, tracked: bool = True) -> Frame:
    face = np.full(64, np.nan, dtype=np.float32)
    face[:52] = values
    return Frame(1, 0, time, time, tracked, face if tracked else NOT_TRACKED)


@given(seed=st.integers(0, 10**6), known=st.booleans())
def test_single_frames_get_what_all_at_once_get(seed: int, known: bool) -> None:
    rng = np.random.default_rng(seed)
    X = rng.random((7, 52)).astype(np.float32)
    resting = (0.3 * rng.random(52)).astype(np.float32) if known else None
    stream = Stream(_model(), resting)
    single = [stream.push(_frame(i / 30, x)) for i, x in enumerate(X)]
    np.testing.assert_allclose(np.stack(single), _model().predict_proba(X, resting=resting), atol=1e-6)


def test_a_frame_without_a_face_gets_no_answer() -> None:
    assert Stream(_model()).push(_frame(0.0, tracked=False)) is None


def test_a_few_neutral_seconds_teach_the_resting_face() -> None:
    stream, rng = Stream(_model()), np.random.default_rng(0)
    stream.rest()
    rest = 0.2 + 0.01 * rng.normal(size=(200, 52))
    for i, values in enumerate(rest):
        stream.push(_frame(i / 30, values))
        if not stream.collecting:
            break
    assert i == 30 * RESTING_SECONDS
    np.testing.assert_allclose(stream.resting, np.median(rest[: i + 1], axis=0), atol=1e-6)
    expected = _model().predict_proba(_frame(9.0), resting=stream.resting)[0]
    np.testing.assert_array_equal(stream.push(_frame(9.0)), expected)


@pytest.mark.parametrize("gap", [5.0, -5.0])
def test_after_a_gap_the_resting_face_is_collected_anew(gap: float) -> None:
    stream = Stream(_model())
    stream.rest()
    for i in range(60):
        stream.push(_frame(i / 30, 0.9))
    start = 2.0 + gap
    for i in range(100):
        stream.push(_frame(start + i / 30, 0.1))
    assert not stream.collecting
    np.testing.assert_allclose(stream.resting, 0.1, atol=1e-6)


def test_who_does_not_hold_still_is_asked_again() -> None:
    stream = Stream(_model())
    stream.rest()
    for i in range(95):
        stream.push(_frame(i / 30, 0.1 + 0.008 * i))
    assert stream.collecting
    assert stream.reason
    for i in range(95, 190):
        stream.push(_frame(i / 30, 0.2))
    assert not stream.collecting
    assert stream.reason == ""
    np.testing.assert_allclose(stream.resting, 0.2, atol=1e-6)


def test_moments_without_a_face_do_not_count() -> None:
    stream = Stream(_model())
    stream.rest()
    for i in range(200):
        stream.push(_frame(i / 30, 0.3, tracked=i % 2 == 0))
    np.testing.assert_allclose(stream.resting, 0.3, atol=1e-6)


def test_a_resting_face_of_another_shape_is_refused() -> None:
    with pytest.raises(DataError, match="52 numbers"):
        Stream(_model(), np.zeros(51, np.float32))
