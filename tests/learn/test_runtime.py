"""Frame by frame a recognizer says what it says of the whole recording, and what a naive reader computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import INDEX
from mimik.errors import DataError
from mimik.frame import NOT_TRACKED, Block, Frame
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.features import Features
from mimik.learn.model import Model
from mimik.learn.runtime import PlainRuntime, Runtime
from mimik.learn.stream import Stream
from mimik.study.resting import RESTING_SECONDS

CHANNELS = ("jawOpen", "mouthSmileLeft", "browInnerUp", "eyeBlinkRight")
COLUMNS = [INDEX[name] for name in CHANNELS]


def model(memories: tuple[float, ...] = (0.3, 2.0), *, resting: bool = True, power: float = 1 / 3) -> Model:
    rng = np.random.default_rng(len(memories))
    n = len(CHANNELS) * (1 + len(memories))
    card = ModelCard(("happy", "sad", "surprised"), CHANNELS, "people+memory", {}, TrainedOn(1), {}, "")
    mean, scale = rng.random(n).astype(np.float32), (0.2 + rng.random(n)).astype(np.float32)
    kernels = tuple(rng.normal(size=s).astype(np.float32) / 2 for s in ((n, 5), (5, 3)))
    biases = tuple(rng.normal(size=s).astype(np.float32) for s in (5, 3))
    return Model(card, Features(CHANNELS, resting, power, mean, scale, memories), kernels, biases)


@dataclass
class Naive:
    """The recognizer in double precision, one frame after the other, one channel after the other."""

    model: Model
    last: float | None = None

    def __call__(self, frame: Frame, resting: np.ndarray | None) -> list[float]:
        features, seen = self.model.features, []
        for column in COLUMNS:
            x = float(frame.values[column])
            if features.resting and resting is not None and np.isfinite(resting[column]):
                x = float(np.float32(x) - np.float32(resting[column]))
            seen.append(np.sign(x) * min(abs(x), 1.0) ** features.power if features.power != 1 else x)
        if self.last is None or frame.device_time < self.last:
            self.means = [list(seen) for _ in features.memories]
        else:
            dt = frame.device_time - self.last
            for mean, seconds in zip(self.means, features.memories, strict=True):
                for i, x in enumerate(seen):
                    mean[i] += (1 - np.exp(-max(dt, 0.0) / seconds)) * (x - mean[i])
        self.last = frame.device_time
        h = (np.array([*seen, *(x for mean in self.means for x in mean)]) - features.mean) / features.scale
        for kernel, bias in zip(self.model.kernels[:-1], self.model.biases[:-1], strict=True):
            h = h @ kernel.astype(float) + bias
            h = 1.0507009873554805 * np.where(h > 0, h, 1.6732632423543772 * (np.exp(h) - 1))
        e = np.exp(h @ self.model.kernels[-1].astype(float) + self.model.biases[-1])
        return list(e / e.sum())


def frames(seed: int, n: int = 25, *, backwards: bool = False) -> list[Frame]:
    """Frames at irregular times, with gaps of up to a minute, some without a face."""
    rng = np.random.default_rng(seed)
    steps = rng.choice([0.0, 1 / 60, 1 / 30, 0.4, 3.0, 60.0], n, p=[0.05, 0.4, 0.4, 0.05, 0.05, 0.05])
    time = 1000.0 + np.cumsum(steps * rng.uniform(0.9, 1.1, n))
    if backwards:
        time[n // 2 :] -= 500.0
    shown = rng.random(n) < 0.85
    return [frame(t, rng.random(52)) if there else _gone(t) for t, there in zip(time, shown, strict=True)]


def frame(time: float, coefficients: np.ndarray | float = 0.5) -> Frame:
    values = np.full(64, np.nan, dtype=np.float32)
    values[:52] = coefficients
    return Frame(1, -1, float(time), np.nan, True, values)


def _gone(time: float) -> Frame:
    return Frame(1, -1, float(time), np.nan, False, NOT_TRACKED)


def resting_face(seed: int, known: str) -> np.ndarray | None:
    face = (0.4 * np.random.default_rng(seed).random(52)).astype(np.float32)
    if known == "in part":
        face[COLUMNS[1]] = np.nan
    return None if known == "no" else face


several = st.sampled_from([(), (0.3,), (0.3, 1.0, 3.0), (2.0, 0.05), (1.0,) * 8])


@given(
    seed=st.integers(0, 10**6),
    memories=several,
    known=st.sampled_from(["yes", "no", "in part"]),
    power=st.sampled_from([1.0, 1 / 3, 0.5]),
    backwards=st.booleans(),
)
def test_frame_by_frame_is_the_whole_recording(
    seed: int, memories: tuple[float, ...], known: str, power: float, backwards: bool
) -> None:
    recognizer, resting = model(memories, power=power), resting_face(seed, known)
    recording = frames(seed, backwards=backwards)
    seen = [each for each in recording if each.tracked]
    whole = recognizer.predict_proba(Block.of(seen), resting=resting)

    runtime, stream, naive = PlainRuntime(recognizer), Stream(recognizer, resting), Naive(recognizer)
    one_by_one = [runtime.predict_proba(each, resting=resting)[0] for each in seen]
    pushed = [p for each in recording if (p := stream.push(each)) is not None]

    np.testing.assert_allclose(np.reshape(one_by_one, (-1, 3)), whole, atol=1e-6)
    np.testing.assert_allclose(np.reshape(pushed, (-1, 3)), whole, atol=1e-6)
    expected = np.reshape([naive(each, resting) for each in seen], (-1, 3))
    np.testing.assert_allclose(whole, expected, atol=1e-5)


def test_it_keeps_the_contract() -> None:
    runtime = PlainRuntime(model())
    assert isinstance(runtime, Runtime)
    assert runtime.name == "NumPy"
    assert runtime.card.preset == "people+memory"
    assert (runtime.remembers, runtime.takes_resting) == (True, True)


def test_times_may_stand_beside_the_numbers() -> None:
    seen = [each for each in frames(1) if each.tracked]
    block = Block.of(seen)
    beside = model().predict_proba(block.values[:, :52], device_time=block.device_time)
    np.testing.assert_array_equal(beside, model().predict_proba(block))
    labels = np.array(("happy", "sad", "surprised"))[beside.argmax(axis=1)]
    assert model().predict(block).tolist() == labels.tolist()


def test_a_recording_of_its_own_leaves_the_stream_alone() -> None:
    seen = [each for each in frames(2) if each.tracked]
    alone, disturbed = PlainRuntime(model()), PlainRuntime(model())
    for each in seen:
        disturbed.predict_proba(Block.of(seen[:5]))
        np.testing.assert_array_equal(alone.predict_proba(each), disturbed.predict_proba(each))


def test_after_forgetting_the_next_frame_is_the_first() -> None:
    runtime = PlainRuntime(model())
    first = runtime.predict_proba(frame(1.0, 0.7))
    assert not np.allclose(
        runtime.predict_proba(frame(1.1, 0.1)), PlainRuntime(model()).predict_proba(frame(0, 0.1))
    )
    runtime.forget()
    np.testing.assert_array_equal(runtime.predict_proba(frame(1.2, 0.7)), first)


@pytest.mark.parametrize("later", [0.5, -1e9, float("nan")])
def test_where_the_clock_does_not_go_on_a_recording_begins(later: float) -> None:
    runtime = PlainRuntime(model())
    first = runtime.predict_proba(frame(1.0, 0.7))
    runtime.predict_proba(frame(1.1, 0.1))
    np.testing.assert_array_equal(runtime.predict_proba(frame(later, 0.7)), first)
    turned = Block.of([frame(1.0, 0.7), frame(1.1, 0.1), frame(later, 0.7)])
    np.testing.assert_allclose(model().predict_proba(turned)[2], first[0], atol=1e-6)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_frame_that_is_refused_passes_no_time(wrong: float) -> None:
    runtime, spared = PlainRuntime(model()), PlainRuntime(model())
    for each in (runtime, spared):
        each.predict_proba(frame(1.0, 0.7))
    broken = frame(1.5, 0.2)
    broken.values[COLUMNS[0]] = wrong
    with pytest.raises(DataError, match="jawOpen"):
        runtime.predict_proba(broken)
    np.testing.assert_array_equal(
        runtime.predict_proba(frame(1.6, 0.3)), spared.predict_proba(frame(1.6, 0.3))
    )


@pytest.mark.parametrize("numbers", [np.zeros(52, np.float32), np.zeros((3, 52), np.float32)])
def test_with_a_memory_numbers_without_times_are_a_clear_error(numbers: np.ndarray) -> None:
    with pytest.raises(DataError, match="remembers") as caught:
        PlainRuntime(model()).predict_proba(numbers)
    assert "Block" in caught.value.hint


def test_without_a_memory_numbers_are_enough() -> None:
    runtime = PlainRuntime(model(()))
    X = np.random.default_rng(0).random((4, 52)).astype(np.float32)
    whole = runtime.predict_proba(X)
    np.testing.assert_allclose([runtime.predict_proba(x)[0] for x in X], whole, atol=1e-6)
    np.testing.assert_array_equal(model(()).predict_proba(X), whole)


def test_as_many_times_as_frames_are_expected() -> None:
    with pytest.raises(DataError, match="one time per frame"):
        model().predict_proba(np.zeros((3, 52), np.float32), device_time=np.zeros(2))


def test_no_frames_are_no_error() -> None:
    assert PlainRuntime(model()).predict_proba(Block.of([])).shape == (0, 3)


def test_a_stream_takes_any_runtime_and_begins_anew_with_it() -> None:
    used = PlainRuntime(model())
    used.predict_proba(frame(0.9, 0.1))
    np.testing.assert_array_equal(Stream(used).push(frame(1.0)), Stream(model()).push(frame(1.0)))


def test_when_the_resting_face_was_learned_the_memory_begins_anew() -> None:
    stream, rng = Stream(model()), np.random.default_rng(0)
    rest = [frame(i / 30, 0.2 + 0.01 * rng.normal(size=52)) for i in range(200)]
    stream.rest()
    last = next(each for each in rest if stream.push(each) is not None and not stream.collecting)
    assert last.device_time == pytest.approx(RESTING_SECONDS)
    afterwards = [last, frame(last.device_time + 0.1, 0.6), frame(last.device_time + 0.2, 0.3)]
    expected = model().predict_proba(Block.of(afterwards), resting=stream.resting)
    np.testing.assert_allclose([stream.push(each) for each in afterwards[1:]], expected[1:], atol=1e-6)


def test_a_while_without_a_face_is_a_gap_as_in_files() -> None:
    seen = [frame(t, v) for t, v in ((0.0, 0.9), (0.1, 0.8), (2.5, 0.2), (2.6, 0.3))]
    stream = Stream(model())
    for each in (*seen[:2], _gone(0.2), _gone(1.4)):
        stream.push(each)
    answers = [stream.push(each) for each in seen[2:]]
    np.testing.assert_allclose(answers, model().predict_proba(Block.of(seen))[2:], atol=1e-6)
