"""A network with a memory: causal, at home at any frame rate, and of use where single frames tell nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from mimik.errors import DataError, ModelError
from mimik.frame import Frame
from mimik.learn.context import Context
from mimik.learn.memory import running_means
from mimik.learn.modelfile import load_model
from mimik.learn.recognizer import Recognizer
from mimik.learn.stream import Stream
from mimik.learn.temporal import TemporalRecognizer


def _context(recording: np.ndarray, time: np.ndarray) -> Context:
    recording = recording.astype(np.int32)
    resting = np.full((int(recording.max()) + 1, 52), np.nan, dtype=np.float32)
    return Context(recording, recording, time, resting)


def _naive(values: np.ndarray, context: Context, seconds: float) -> np.ndarray:
    out = np.empty(values.shape)
    for i, x in enumerate(values.astype(float)):
        if i == 0 or context.recording[i] != context.recording[i - 1]:
            m = x.copy()
        else:
            m = m + (1 - np.exp(-(context.device_time[i] - context.device_time[i - 1]) / seconds)) * (x - m)
        out[i] = m
    return out


def test_running_means_are_those_of_a_naive_reader() -> None:
    rng = np.random.default_rng(0)
    recording = np.repeat([0, 1, 2, 3], [5, 1, 30, 12])
    context = _context(recording, np.cumsum(rng.exponential(0.05, len(recording))))
    values = rng.random((len(recording), 3)).astype(np.float32)
    np.testing.assert_allclose(running_means(values, context, 0.4), _naive(values, context, 0.4), atol=1e-5)


def test_nothing_to_remember_is_no_error() -> None:
    none = np.zeros((0, 4), dtype=np.float32)
    empty = Context(*(np.zeros(0, np.int32),) * 2, np.zeros(0), np.zeros((0, 52), np.float32))
    assert running_means(none, empty, 1.0).shape == (0, 4)


def test_means_are_about_the_same_at_30_and_60_frames_a_second() -> None:
    t60 = np.arange(240) / 60
    course = np.clip(t60 - 1, 0, 1)[:, None].astype(np.float32)
    one = np.zeros(240, dtype=int)
    at60 = running_means(course, _context(one, t60), 0.5)
    at30 = running_means(course[::2], _context(one[::2], t60[::2]), 0.5)
    np.testing.assert_allclose(at60[::2], at30, atol=0.02)


def test_after_a_long_gap_the_past_is_forgotten() -> None:
    values = np.array([[1.0], [1.0], [0.2]], dtype=np.float32)
    context = _context(np.zeros(3, dtype=int), np.array([0.0, 0.1, 60.0]))
    assert running_means(values, context, 1.0)[2, 0] == pytest.approx(0.2)


def rises_and_falls(seed: int) -> tuple[np.ndarray, np.ndarray, Context]:
    """Recordings in which one coefficient rises, or falls, over the same values: only the course tells."""
    rng = np.random.default_rng(seed)
    X, y = [], []
    for i in range(40):
        course = np.linspace(0.1, 0.9, 60) + 0.02 * rng.normal(size=60)
        face = 0.2 + 0.01 * rng.normal(size=(60, 52))
        face[:, 17] = course if i % 2 else course[::-1]
        face[:, 24:] = np.nan  # not delivered
        X.append(face)
        y += ["rises" if i % 2 else "falls"] * 60
    recording = np.repeat(np.arange(40), 60)
    return (
        np.concatenate(X).astype(np.float32),
        np.array(y),
        _context(recording, np.tile(np.arange(60) / 30, 40)),
    )


@pytest.fixture(scope="module")
def fitted() -> TemporalRecognizer:
    X, y, context = rises_and_falls(0)
    return TemporalRecognizer(epochs=40).fit(X, y, context=context)


def test_a_course_is_recognised_that_no_single_frame_shows(fitted: TemporalRecognizer) -> None:
    X, y, context = rises_and_falls(1)
    later = np.tile(np.arange(60) >= 15, 40)  # at first nothing has risen or fallen yet
    assert (fitted.predict(X, context=context) == y)[later].mean() > 0.9
    single = Recognizer(epochs=5).fit(*rises_and_falls(0)[:2])
    assert (single.predict(X) == y)[later].mean() < 0.65


def test_what_comes_later_changes_nothing(fitted: TemporalRecognizer) -> None:
    X, _, context = rises_and_falls(1)
    whole = fitted.predict_proba(X[:60], context=context.rows(slice(0, 60)))
    cut = fitted.predict_proba(X[:20], context=context.rows(slice(0, 20)))
    np.testing.assert_allclose(whole[:20], cut, atol=1e-6)


def test_a_recording_knows_nothing_of_the_one_before(fitted: TemporalRecognizer) -> None:
    X, _, context = rises_and_falls(1)
    both = fitted.predict_proba(X[:120], context=context.rows(slice(0, 120)))
    alone = fitted.predict_proba(X[60:120], context=context.rows(slice(60, 120)))
    np.testing.assert_allclose(both[60:], alone, atol=1e-6)


def test_without_a_context_there_is_no_before(fitted: TemporalRecognizer) -> None:
    X, y, context = rises_and_falls(1)
    with pytest.raises(DataError, match="context"):
        clone(fitted).fit(X, y)
    X[3, 17] = np.nan
    with pytest.raises(DataError, match="lack"):
        fitted.predict_proba(X, context=context)


def test_it_is_saved_and_run_frame_by_frame(fitted: TemporalRecognizer, tmp_path: Path) -> None:
    X, _, context = rises_and_falls(1)
    one = context.rows(slice(0, 60))
    expected = fitted.predict_proba(X[:60], context=one)
    loaded = TemporalRecognizer.load(fitted.save(tmp_path / "model.mimik"))
    assert loaded.get_params() == fitted.get_params()
    np.testing.assert_array_equal(loaded.predict_proba(X[:60], context=one), expected)
    model = load_model(tmp_path / "model.mimik")
    np.testing.assert_allclose(model.predict_proba(X[:60], device_time=one.device_time), expected, atol=1e-6)
    stream = Stream(model)
    frames = [_frame(x, time) for x, time in zip(X[:60], one.device_time, strict=True)]
    np.testing.assert_allclose([stream.push(frame) for frame in frames], expected, atol=1e-5)
    stream.forget()
    np.testing.assert_allclose(stream.push(frames[0]), expected[0], atol=1e-5)


def _frame(x: np.ndarray, time: float) -> Frame:
    values = np.full(64, np.nan, dtype=np.float32)
    values[:52] = x
    return Frame(1, -1, time, time, True, values)


def test_recognizers_of_the_two_kinds_are_told_apart(fitted: TemporalRecognizer, tmp_path: Path) -> None:
    path = fitted.save(tmp_path / "model.mimik")
    with pytest.raises(ModelError) as error:
        Recognizer.load(path)
    assert "TemporalRecognizer.load" in error.value.hint


def test_what_remembers_needs_times(fitted: TemporalRecognizer) -> None:
    X, _, _ = rises_and_falls(1)
    with pytest.raises(DataError, match="remembers") as error:
        fitted.model_.predict_proba(X[:60])
    assert "mimik.load" in error.value.hint


@pytest.mark.parametrize("back", [-0.01, -5.0])
def test_time_that_runs_backwards_begins_anew(back: float) -> None:
    values = np.array([[1.0], [0.5], [0.2]], dtype=np.float32)
    context = _context(np.zeros(3, dtype=int), np.array([0.0, 0.1, 0.1 + back]))
    assert running_means(values, context, 1.0)[2, 0] == pytest.approx(0.2)


def test_a_frame_that_lacks_a_channel_is_as_if_it_had_not_been_seen() -> None:
    X, y, context = rises_and_falls(0)
    kept = np.arange(len(X)) != 90
    X[90, 3] = np.nan
    one, other = (TemporalRecognizer(epochs=1) for _ in range(2))
    one.fit(X, y, context=context)
    other.fit(X[kept], y[kept], context=context.rows(kept))
    assert one.card.trained_on.frames == len(X) - 1
    for a, b in zip(one.model_.kernels, other.model_.kernels, strict=True):
        np.testing.assert_array_equal(a, b)


def test_its_card_says_what_it_is(fitted: TemporalRecognizer) -> None:
    described = fitted.describe(metrics={"accuracy": 0.5})
    assert described.card.preset == "people+memory"
    assert described.card.metrics == {"accuracy": 0.5}
    assert described.card.trained_on.frames == 40 * 60
    assert described.model_.features.memories == (0.3, 1.0, 3.0)


WRONG = {
    "no label": (lambda X, y, c: (X, y[:-1], c), {}, "one label per frame"),
    "labels between numbers": (lambda X, y, c: (X, np.linspace(0, 1, len(y)), c), {}, "whole numbers"),
    "one expression": (lambda X, y, c: (X, np.full(len(y), "sad"), c), {}, "two expressions or more"),
    "context of others": (
        lambda X, y, c: (X, y, c.rows(slice(10))),
        {},
        "context of 2400 frames, got that of 10",
    ),
    "time runs backwards": (lambda X, y, c: (X, y, c), {"memories": (-1.0,)}, "seconds above 0"),
    "time constant is text": (lambda X, y, c: (X, y, c), {"memories": ("1",)}, "seconds above 0"),
    "nine memories": (lambda X, y, c: (X, y, c), {"memories": (1.0,) * 9}, "at most 8"),
    "nothing to remember": (lambda X, y, c: (X, y, c), {"memories": ()}, "found none"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_learned_from_is_a_clear_error(what: str) -> None:
    change, parameters, message = WRONG[what]
    X, y, context = change(*rises_and_falls(0))
    with pytest.raises(DataError, match=message):
        TemporalRecognizer(epochs=1, **parameters).fit(X, y, context=context)
