"""What runs Core ML packages here does what stands in them, and refuses what it can't know."""

from __future__ import annotations

import hashlib
import re
import struct

import numpy as np
import pytest
from networks import of_kind

from mimik.deploy.coreml_reference import OPERATIONS, run_coreml
from mimik.deploy.coreml_weights import CoreMLWeights
from mimik.deploy.export import export
from mimik.deploy.vectors import Vectors
from mimik.errors import DataError, ModelDamaged, ModelError
from mimik.quiet import quiet_library

with quiet_library("coremltools"):
    import coremltools
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import Function
    from coremltools.libmilstoragepython import _BlobStorageWriter
    from coremltools.proto import Model_pb2

MODEL = "Data/com.apple.CoreML/model.mlmodel"
WEIGHTS = "Data/com.apple.CoreML/weights/weight.bin"


@pytest.fixture
def package(tmp_path):
    return export(of_kind("few channels"), tmp_path / "model", "coreml", frames=10).path


@pytest.fixture
def inputs():
    return Vectors.made_up(of_kind("few channels"), 20).inputs


def changed(package, change):
    """Change the program and seal it again, as if Mimik had written it so."""
    spec = Model_pb2.Model.FromString((package / MODEL).read_bytes())
    (block,) = spec.mlProgram.functions["main"].block_specializations.values()
    change(block)
    content = spec.SerializeToString(deterministic=True)
    seal = re.search(rb'"file_sha256": "([0-9a-f]{64})"', content)[1]
    content = content.replace(seal, b"0" * 64)
    digest = hashlib.sha256(content + (package / WEIGHTS).read_bytes()).hexdigest().encode()
    (package / MODEL).write_bytes(content.replace(b"0" * 64, digest, 1))


def operation(block, kind):
    return next(operation for operation in block.operations if operation.type == kind)


def constant(block, name):
    return next(entry for entry in block.operations if entry.outputs[0].name == name).attributes["val"]


def test_each_row_is_a_call_of_its_own(package, inputs):
    together = run_coreml(package, inputs)["probabilities"]
    for row in (0, 7, 19):
        alone = run_coreml(package, {name: array[[row]] for name, array in inputs.items()})["probabilities"]
        assert np.allclose(alone[0], together[row], rtol=0, atol=1e-6)


def test_it_does_what_is_written_and_not_what_was_meant(package, inputs):
    """Another alpha of ELU in the file, and other probabilities come out."""
    before = run_coreml(package, inputs)["probabilities"]

    def other_alpha(block):
        constant(block, "elu_0_alpha_0").immediateValue.tensor.floats.values[0] = 1.0

    changed(package, other_alpha)
    assert np.abs(run_coreml(package, inputs)["probabilities"] - before).max() > 1e-3


def test_unknown_operations_are_refused_by_name(package, inputs):
    changed(package, lambda block: setattr(operation(block, "elu"), "type", "gelu"))
    with pytest.raises(ModelError, match="'gelu' is none that Mimik writes"):
        run_coreml(package, inputs)


def test_operations_across_frames_are_refused(package, inputs):
    def over_frames(block):
        constant(block, "softmax_0_axis_0").immediateValue.tensor.ints.values[0] = 0

    changed(package, over_frames)
    with pytest.raises(ModelError, match="found axis 0"):
        run_coreml(package, inputs)


def test_a_declared_shape_that_is_not_what_comes_out_is_refused(package, inputs):
    def narrower(block):
        operation(block, "elu").outputs[0].type.tensorType.dimensions[1].constant.size = 3

    changed(package, narrower)
    with pytest.raises(ModelDamaged, match=r"declared float32 \(1, 3\)"):
        run_coreml(package, inputs)


def test_a_program_that_names_what_is_not_there_is_refused_without_a_traceback(package, inputs):
    def dangling(block):
        operation(block, "elu").inputs["x"].arguments[0].name = "nothing"

    changed(package, dangling)
    with pytest.raises(ModelDamaged, match="contradicts itself: KeyError"):
        run_coreml(package, inputs)


@pytest.mark.parametrize("part", [MODEL, WEIGHTS])
@pytest.mark.parametrize("where", [0.1, 0.5, 0.999])
def test_one_changed_bit_is_found(part, where, package, inputs):
    content = bytearray((package / part).read_bytes())
    content[int(where * len(content))] ^= 4
    (package / part).write_bytes(content)
    with pytest.raises(ModelDamaged):
        run_coreml(package, inputs)


@pytest.mark.parametrize("part", [MODEL, WEIGHTS])
def test_a_part_that_is_missing_is_found(part, package, inputs):
    (package / part).unlink()
    with pytest.raises(ModelDamaged):
        run_coreml(package, inputs)


@pytest.mark.parametrize(
    "change",
    [
        lambda inputs: {"coefficients": inputs["coefficients"]},
        lambda inputs: {**inputs, "elapsed": np.zeros((20, 1), np.float32)},
        lambda inputs: {**inputs, "resting": inputs["resting"][:3]},
        lambda inputs: {**inputs, "resting": inputs["resting"][:, :3]},
    ],
    ids=["one missing", "one too many", "fewer rows", "narrower"],
)
def test_other_inputs_than_the_file_asks_for_are_refused(change, package, inputs):
    with pytest.raises(DataError, match="Expected the inputs"):
        run_coreml(package, change(inputs))


def test_weights_are_read_as_apples_library_writes_them(tmp_path):
    arrays = [np.random.default_rng(n).normal(size=n).astype(np.float32) for n in (1, 16, 17, 1000)]
    writer = _BlobStorageWriter(str(tmp_path / "weight.bin"))
    positions = [writer.write_float_data(array) for array in arrays]
    weights = CoreMLWeights((tmp_path / "weight.bin").read_bytes(), where="here")
    for position, array in zip(positions, arrays, strict=True):
        assert np.array_equal(weights.at(position), array)


X = np.linspace(-1.5, 1.5, 12, dtype=np.float32).reshape(2, 6)
Y = np.cos(X)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("abs", {"x": X}),
        ("add", {"x": X, "y": Y[:1]}),
        ("clip", {"x": X, "alpha": np.float32(-1), "beta": np.float32(0.5)}),
        ("concat", {"values": [X, Y], "axis": 1, "interleave": False}),
        ("elu", {"x": X, "alpha": np.float32(1.67)}),
        ("exp", {"x": X}),
        ("identity", {"x": X}),
        ("linear", {"x": X, "weight": np.outer(Y[0, :4], Y[1]), "bias": X[0, :4]}),
        ("log", {"x": np.abs(X), "epsilon": np.float32(0.1)}),
        ("maximum", {"x": X, "y": np.float32(0.3)}),
        ("mul", {"x": X, "y": np.float32(0.3)}),
        ("softmax", {"x": X, "axis": 1}),
        ("sub", {"x": X, "y": Y}),
    ],
)
def test_each_operation_gives_what_apples_library_gives_for_constants(kind, arguments):
    """Apple's converter computes what is known beforehand, by its own definitions."""
    assert np.allclose(OPERATIONS[kind](**arguments), by_apple(kind, arguments), rtol=1e-6, atol=1e-7)


def test_no_operation_is_left_without_such_a_comparison():
    (mark,) = test_each_operation_gives_what_apples_library_gives_for_constants.pytestmark
    assert {kind for kind, _ in mark.args[1]} == set(OPERATIONS)


def by_apple(kind, arguments):
    with Function({}, opset_version=coremltools.target.iOS15):
        return getattr(Builder, kind)(**arguments).val


def blob(*, mark=0xDEADBEEF, kind=2, size=8, start=128):
    entry = struct.pack("<IIQQ", mark, kind, size, start).ljust(64, b"\0")
    return struct.pack("<II", 1, 2).ljust(64, b"\0") + entry + np.array([1, 2], "<f4").tobytes()


@pytest.mark.parametrize(
    ("content", "position", "found"),
    [
        (b"", 64, "found None"),
        (struct.pack("<II", 1, 1) + bytes(120), 64, "found 1"),
        (blob(), 200, "the file ends before it"),
        (blob(mark=1), 64, "it does not begin as one"),
        (blob(kind=1), 64, "of kind 1, not float32"),
        (blob(size=7), 64, "7 bytes"),
        (blob(size=12), 64, "the file ends at 136, its data at 140"),
    ],
)
def test_damaged_weights_are_refused_with_the_reason(content, position, found):
    assert CoreMLWeights(blob(), where="here").at(64).tolist() == [1, 2]
    with pytest.raises(ModelDamaged, match=found):
        CoreMLWeights(content, where="here").at(position)
