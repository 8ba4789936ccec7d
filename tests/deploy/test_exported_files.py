"""Exported files, run by the runtimes they are for, say what the recognizer says in double precision."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from networks import KINDS, block, faces, of_kind

from mimik.deploy.export import export
from mimik.deploy.formats import FORMATS
from mimik.deploy.graph import FIRST, inputs_of
from mimik.deploy.parity import measure
from mimik.deploy.reference import reference
from mimik.deploy.vectors import Vectors
from mimik.errors import ModelError

ONE_FILE = ("litert", "onnx")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("to", ONE_FILE)
def test_ten_thousand_frames_are_recognised_alike(kind, to, tmp_path):
    exported = export(of_kind(kind), tmp_path / "model", to)
    fresh = measure(Vectors.made_up(of_kind(kind), 10_000, seed=5), exported.format.open(exported.path))
    for parity in (exported.parity, fresh):
        assert parity.frames == 10_000
        assert parity.largest <= 1e-5
        assert parity.memory <= 1e-5
        assert parity.other_labels == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_reference_is_the_recognizer(kind):
    """Held against the model itself, on a recording, which knows no inputs by name."""
    model, X = of_kind(kind), faces(200)
    time = np.cumsum(np.random.default_rng(2).exponential(0.05, len(X)))
    resting = faces(1, seed=3)[0] * np.float32(0.2)
    columns = [model.card.channels.index(name) for name in model.card.channels]
    chosen = [list(_all_names()).index(name) for name in model.card.channels]
    assert columns == list(range(len(chosen)))
    elapsed, memory, found = FIRST, np.zeros((1, len(chosen) * len(model.features.memories))), []
    for row, now in zip(X[:, chosen], time, strict=True):
        inputs = {
            "coefficients": row[np.newaxis],
            "resting": resting[np.newaxis, chosen],
            "elapsed": np.array([[elapsed]], dtype=np.float32),
            "memory": memory,
        }
        p, memory = reference(model, inputs)
        found.append(p[0])
        elapsed = _next_step(time, now)
    assert np.abs(found - model.predict_proba(block(X, time), resting=resting)).max() < 2e-6


def _next_step(time, now):
    after = time[np.searchsorted(time, now) + 1 :]
    return after[0] - now if len(after) else 0.0


def _all_names():
    from mimik.blendshapes import BLEND_SHAPES

    return BLEND_SHAPES


def test_a_litert_file_runs_in_the_plain_interpreter_by_the_names_of_its_inputs(tmp_path):
    model = of_kind("memories")
    path = export(model, tmp_path / "model", "litert").path
    run = Interpreter(str(path), num_threads=1).get_signature_runner()
    vectors = Vectors.made_up(model, 1, seed=3)
    out = run(**vectors.inputs)
    assert set(out) == {"probabilities", "next_memory"}
    assert np.abs(out["probabilities"] - vectors.probabilities).max() < 1e-5
    assert np.abs(out["next_memory"] - vectors.memory).max() < 1e-5


@pytest.mark.parametrize("kind", KINDS)
def test_xnnpack_takes_a_litert_file_as_one_piece(kind, tmp_path):
    path = export(of_kind(kind), tmp_path / "model", "litert", frames=10).path
    interpreter = Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    left = [op for op in interpreter._get_ops_details() if op["op_name"] == "DELEGATE"]
    assert len(left) == 1
    # All other operations are inside that one.
    assert left[0]["index"] == len(interpreter._get_ops_details()) - 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("to", "int8"), [("litert", False), ("litert", True), ("onnx", False)])
def test_a_missing_coefficient_never_becomes_a_probability(kind, to, int8, tmp_path):
    model = of_kind(kind)
    exported = export(model, tmp_path / "model", to, frames=10, int8=int8)
    run = exported.format.open(exported.path)
    width = len(model.card.channels)
    vectors = Vectors.made_up(model, 2 * width, seed=1)
    for bad in (np.nan, -np.nan, np.inf, -np.inf):
        coefficients = vectors.inputs["coefficients"].copy()
        coefficients[:width][np.eye(width, dtype=bool)] = bad
        p, _ = run({**vectors.inputs, "coefficients": coefficients})
        assert np.isnan(p[:width]).all()
        assert np.isfinite(p[width:]).all()


def test_an_onnx_file_runs_in_a_plain_session_for_any_number_of_frames(tmp_path):
    model = of_kind("people")
    path = export(model, tmp_path / "model", "onnx").path
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for n in (1, 3, 100):
        vectors = Vectors.made_up(model, n, seed=n)
        (p,) = session.run(["probabilities"], vectors.inputs)
        assert np.abs(p - vectors.probabilities).max() < 1e-5


@pytest.mark.parametrize("to", ONE_FILE)
def test_the_same_model_gives_the_same_bytes(to, tmp_path):
    first, second = (export(of_kind("people"), tmp_path / name, to, frames=10).path for name in "ab")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", ["people", "memories"])
def test_golden_vectors_can_be_checked_with_nothing_but_json(kind, tmp_path):
    exported = export(of_kind(kind), tmp_path / "model", "onnx")
    golden = json.loads(exported.golden.read_text(encoding="utf-8"))
    assert golden["synthetic"] is True
    assert golden["labels"] == list(of_kind(kind).card.labels)
    assert golden["inputs"].keys() == inputs_of(of_kind(kind)).keys()
    session = onnxruntime.InferenceSession(str(exported.path), providers=["CPUExecutionProvider"])
    inputs = {name: np.array(rows, dtype=np.float32) for name, rows in golden["inputs"].items()}
    for name, values in zip(golden["outputs"], session.run(list(golden["outputs"]), inputs), strict=True):
        assert np.abs(values - np.array(golden["outputs"][name])).max() <= golden["tolerance"]["float32"]


@pytest.mark.parametrize("kind", ["published", "people", "memories"])
def test_eight_bit_weights_are_smaller_and_as_far_off_as_is_said(kind, tmp_path):
    whole = export(of_kind(kind), tmp_path / "model", "litert", frames=10)
    small = export(of_kind(kind), tmp_path / "model", "litert", int8=True)
    assert small.path.name == "model-int8.tflite"
    assert small.size < 0.4 * whole.size
    assert 1e-4 < small.parity.largest <= small.tolerance


@pytest.mark.parametrize("to", ONE_FILE)
def test_a_file_that_differs_is_not_written_and_the_old_one_stays(to, tmp_path, monkeypatch):
    path = export(of_kind("people"), tmp_path / "model", to, frames=10).path
    before = path.read_bytes()
    import mimik.deploy.graph as graph

    monkeypatch.setattr(graph, "SELU_SCALE", 1.06)
    other = of_kind("people", seed=1)
    spoiled = [kernel + np.float32(1e-3) for kernel in other.kernels]
    monkeypatch.setattr(graph, "_layers", _layers_of(spoiled, graph._layers))
    with pytest.raises(ModelError, match="differs from the model"):
        export(other, tmp_path / "model", to, frames=100)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted({path.name, "model.golden.json"})


@pytest.mark.parametrize("to", FORMATS)
def test_a_network_that_is_very_sure_of_itself_is_held_against_single_precision(to, tmp_path):
    """It magnifies the last digit of any implementation; no label changes by it."""
    model = of_kind("published")
    sure = replace(model, kernels=(*model.kernels[:-1], 40 * model.kernels[-1]))
    exported = export(sure, tmp_path / "model", to, frames=1000)
    assert 1e-5 < exported.tolerance < 1e-3
    assert exported.parity.largest <= exported.tolerance
    assert exported.parity.other_labels == 0


def _layers_of(kernels, layers):
    return lambda model, scale: layers(replace(model, kernels=tuple(kernels)), scale)


def test_what_cannot_be_exported_is_refused(tmp_path):
    with pytest.raises(ModelError, match="No format is called 'tensorrt'") as error:
        export(of_kind("people"), tmp_path / "model", "tensorrt")
    assert all(name in error.value.hint for name in FORMATS)
    with pytest.raises(ModelError, match="8-bit"):
        export(of_kind("people"), tmp_path / "model", "onnx", int8=True)
    with pytest.raises(ModelError, match="cannot be written"):
        export(of_kind("people"), tmp_path / "no" / "folder", "onnx")
