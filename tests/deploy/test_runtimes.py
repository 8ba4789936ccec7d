"""A model that is ready to run says of one frame what the model says of many, whatever it runs on."""

from __future__ import annotations

import numpy as np
import pytest
from networks import KINDS, block, faces, frame, of_kind

from mimik.blendshapes import BLEND_SHAPES
from mimik.deploy.export import export
from mimik.deploy.load import RUNTIMES, load, ready
from mimik.errors import DataError, ModelError
from mimik.learn.modelfile import save_model
from mimik.learn.runtime import Runtime

TIMELESS = [kind for kind in KINDS if not KINDS[kind].get("memories")]
REMEMBERING = [kind for kind in KINDS if KINDS[kind].get("memories")]
UNKNOWN = np.full(52, np.nan, dtype=np.float32)

on_each = pytest.mark.parametrize("runtime", RUNTIMES)


def resting_face(seed=9):
    return faces(1, seed=seed)[0] * np.float32(0.2)


@on_each
@pytest.mark.parametrize("kind", TIMELESS)
def test_one_frame_and_many_give_what_the_model_gives(runtime, kind):
    model, X = of_kind(kind), faces(2500)
    for resting in (None, resting_face(), UNKNOWN):
        expected = model.predict_proba(X, resting=resting)
        machine = ready(model, runtime=runtime)
        assert isinstance(machine, Runtime)
        assert np.abs(machine.predict_proba(X, resting=resting) - expected).max() < 1e-5
        assert np.abs(machine.predict_proba(block(X[:9]), resting=resting) - expected[:9]).max() < 1e-5
        for i in range(20):
            p = machine.predict_proba(frame(X[i]), resting=resting)
            assert p.shape == (1, 5)
            assert p.dtype == np.float32
            assert np.abs(p - expected[i]).max() < 1e-5
            assert np.array_equal(p, machine.predict_proba(X[i], resting=resting))


@on_each
def test_an_answer_stays_what_it_was_when_the_next_frame_comes(runtime):
    machine, X = ready(of_kind("people"), runtime=runtime), faces(2)
    given = X[0].copy()
    answer = machine.predict_proba(frame(given))
    before = answer.copy()
    machine.predict_proba(frame(X[1]))
    assert np.array_equal(answer, before)
    assert np.array_equal(given, X[0]), "nothing is written into what was handed in"
    answer[:] = 0.0
    assert np.array_equal(machine.predict_proba(frame(given)), before)


@on_each
def test_another_resting_face_counts_from_the_next_frame_on(runtime):
    model, x = of_kind("people"), faces(1)
    machine = ready(model, runtime=runtime)
    for resting in (None, resting_face(1), resting_face(2), None, resting_face(1)):
        expected = model.predict_proba(x, resting=resting)
        assert np.abs(machine.predict_proba(frame(x[0]), resting=resting) - expected).max() < 1e-5


@on_each
def test_a_resting_face_for_each_of_many_frames(runtime):
    model, X, resting = of_kind("people"), faces(50), faces(50, seed=4)
    resting[::3] = np.nan
    machine = ready(model, runtime=runtime)
    found = machine.predict_proba(X, resting=resting)
    assert np.abs(found - model.predict_proba(X, resting=resting)).max() < 1e-5


@on_each
@pytest.mark.parametrize("kind", REMEMBERING)
def test_frame_by_frame_is_the_whole_recording(runtime, kind):
    model, X, resting = of_kind(kind), faces(300), resting_face()
    time = np.cumsum(np.random.default_rng(1).exponential(0.03, len(X)))
    time[200:] += 5.0
    expected = model.predict_proba(block(X, time), resting=resting)
    machine = ready(model, runtime=runtime)
    for _ in range(2):
        found = [machine.predict_proba(f, resting=resting)[0] for f in block(X, time).frames()]
        assert np.abs(found - expected).max() < 1e-5
        machine.forget()
    assert np.abs(machine.predict_proba(block(X, time), resting=resting) - expected).max() < 1e-5


@on_each
def test_a_recording_in_between_leaves_the_stream_alone(runtime):
    model, X = of_kind("memories"), faces(20)
    expected = model.predict_proba(block(X))
    machine = ready(model, runtime=runtime)
    found = []
    for one in block(X).frames():
        found.append(machine.predict_proba(one)[0])
        machine.predict_proba(block(faces(5, seed=8)))
    assert np.abs(found - expected).max() < 1e-5


@on_each
def test_a_clock_that_is_set_back_begins_anew(runtime):
    model, X = of_kind("memories"), faces(2)
    machine = ready(model, runtime=runtime)
    machine.predict_proba(frame(X[0], 100.0))
    p = machine.predict_proba(frame(X[1], 3.0))
    assert np.abs(p - model.predict_proba(block(X[1:]))).max() < 1e-5


@on_each
def test_without_times_nothing_can_be_remembered(runtime):
    machine = ready(of_kind("memories"), runtime=runtime)
    for X in (faces(1)[0], faces(3)):
        with pytest.raises(DataError):
            machine.predict_proba(X)


@on_each
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_missing_coefficient_is_an_error_that_names_it(runtime, value):
    machine = ready(of_kind("people"), runtime=runtime)
    x = faces(3)
    x[1, 7] = value
    for X in (x, frame(x[1]), x[1]):
        with pytest.raises(DataError, match=BLEND_SHAPES[7]):
            machine.predict_proba(X)
    assert np.isfinite(machine.predict_proba(frame(x[0]))).all()


@on_each
def test_a_channel_that_the_model_does_not_use_may_be_missing(runtime):
    model = of_kind("few channels")
    x = faces(2)
    x[:, [i for i, name in enumerate(BLEND_SHAPES) if name not in model.card.channels]] = np.nan
    machine = ready(model, runtime=runtime)
    assert np.abs(machine.predict_proba(x) - model.predict_proba(x)).max() < 1e-5
    assert np.isfinite(machine.predict_proba(frame(x[0]))).all()


@on_each
def test_no_frames_give_no_rows(runtime):
    assert ready(of_kind("people"), runtime=runtime).predict_proba(faces(0)).shape == (0, 5)


@on_each
def test_another_shape_is_an_error(runtime):
    machine = ready(of_kind("people"), runtime=runtime)
    for X in (np.zeros(51, np.float32), np.zeros((2, 51)), np.zeros((1, 2, 52))):
        with pytest.raises(DataError):
            machine.predict_proba(X)


def test_a_file_of_any_kind_is_loaded(tmp_path):
    model, x = of_kind("people"), faces(1)
    path = save_model(model, tmp_path / "model.mimik")
    machines = [load(path), *(load(path, runtime=name) for name in RUNTIMES)]
    machines += [load(export(model, path, to, frames=10).path) for to in ("litert", "onnx")]
    names = [machine.name for machine in machines]
    assert names == ["LiteRT", "LiteRT", "ONNX Runtime", "NumPy", "LiteRT", "ONNX Runtime"]
    for machine in machines:
        assert machine.card == model.card
        assert np.abs(machine.predict_proba(x[0]) - model.predict_proba(x)).max() < 1e-5


def test_what_is_not_installed_is_passed_over(tmp_path, monkeypatch):
    path = save_model(of_kind("people"), tmp_path / "model.mimik")
    monkeypatch.setattr("mimik.deploy.load._installed", lambda name: name == "numpy")
    assert load(path).name == "NumPy"


def test_a_runtime_that_does_not_fit_is_refused(tmp_path):
    model = of_kind("people")
    path = save_model(model, tmp_path / "model.mimik")
    with pytest.raises(ModelError, match="tensorrt"):
        load(path, runtime="tensorrt")
    with pytest.raises(ModelError, match=r"\.onnx"):
        load(export(model, path, "onnx", frames=10).path, runtime="litert")
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path / "none.tflite")
    with pytest.raises(ModelError, match="Apple devices"):
        load(tmp_path / "model.mlpackage")
