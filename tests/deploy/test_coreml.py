"""Core ML packages say what the recognizer says; no Mac runs them here, but NumPy, from what was written."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from networks import KINDS, of_kind

from mimik.deploy.export import export
from mimik.deploy.facts import facts_of, summary
from mimik.deploy.formats import FORMATS
from mimik.deploy.graph import inputs_of, outputs_of
from mimik.deploy.parity import measure
from mimik.deploy.vectors import Vectors
from mimik.quiet import quiet_library

with quiet_library("coremltools"):
    import coremltools
    from coremltools.libmilstoragepython import _BlobStorageReader


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Kind of network -> its exported package; each is written once for all tests."""
    folder = tmp_path_factory.mktemp("coreml")
    return {kind: export(of_kind(kind), folder / kind, "coreml", frames=100) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_frames_are_recognised_alike(kind, packages):
    parity = measure(
        Vectors.made_up(of_kind(kind), 10_000, seed=5), FORMATS["coreml"].open(packages[kind].path)
    )
    assert parity.frames == 10_000
    assert parity.largest <= 1e-5
    assert parity.memory <= 1e-5
    assert parity.other_labels == 0


@pytest.mark.parametrize("kind", KINDS)
def test_apples_library_reads_an_ml_program_for_ios_15_in_single_precision(kind, packages):
    spec = coremltools.utils.load_spec(str(packages[kind].path))
    assert spec.WhichOneof("Type") == "mlProgram"
    assert spec.specificationVersion == 6  # iOS 15, macOS 12
    types = {
        operation.outputs[0].type.tensorType.dataType
        for block in spec.mlProgram.functions["main"].block_specializations.values()
        for operation in block.operations
        if operation.type != "const"
    }
    assert types == {coremltools.proto.MIL_pb2.FLOAT32}


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_and_outputs_are_one_frame_each_by_the_names_of_all_formats(kind, packages):
    model = of_kind(kind)
    description = coremltools.utils.load_spec(str(packages[kind].path)).description
    inputs = {entry.name: list(entry.type.multiArrayType.shape) for entry in description.input}
    assert inputs == {name: [1, width] for name, width in inputs_of(model).items()}
    outputs = {entry.name: list(entry.type.multiArrayType.shape) for entry in description.output}
    assert tuple(outputs) == outputs_of(model)
    assert outputs["probabilities"] == [1, 5]


def test_whoever_opens_it_in_xcode_reads_what_it_is(packages):
    model = of_kind("memories")
    told = summary(facts_of(model, data_licence="not stated"))
    description = coremltools.utils.load_spec(str(packages["memories"].path)).description
    metadata = description.metadata
    assert metadata.author == told["author"]
    assert metadata.shortDescription == told["description"]
    assert "SYNTHETIC" in metadata.shortDescription
    assert metadata.license == "not stated"
    assert metadata.versionString == model.card.created
    meanings = {entry.name: entry.shortDescription for entry in (*description.input, *description.output)}
    assert ", ".join(model.card.channels) in meanings["coefficients"]
    assert "disappointed, glücklich, sad, stressed, surprised" in meanings["probabilities"]
    assert all(meanings.values())


def test_the_facts_are_inside_as_json(packages):
    model = of_kind("people")
    metadata = coremltools.utils.load_spec(str(packages["people"].path)).description.metadata
    facts = json.loads(metadata.userDefined["mimik"])
    assert facts["labels"] == list(model.card.labels)
    assert facts["channels"] == list(model.card.channels)
    assert facts["synthetic"] is True
    assert facts["card"] == model.card.to_json()


def test_the_weights_are_those_that_apples_own_reader_finds(packages):
    """The program points into the file of weights; there Apple's library reads the network's kernels."""
    model, path = of_kind("people"), packages["people"].path
    reader = _BlobStorageReader(str(path / "Data/com.apple.CoreML/weights/weight.bin"))
    (block,) = (
        coremltools.utils.load_spec(str(path)).mlProgram.functions["main"].block_specializations.values()
    )
    offsets = {
        operation.outputs[0].name: operation.attributes["val"].blobFileValue.offset
        for operation in block.operations
        if operation.type == "const" and operation.attributes["val"].HasField("blobFileValue")
    }
    scale = 1.0507009873554805
    for number in (1, 2):
        found = reader.read_float_data(offsets[f"linear_{number}_weight_0"])
        expected = model.kernels[number].T.astype(np.float64) * scale
        assert np.allclose(np.asarray(found).reshape(expected.shape), expected, rtol=1e-6, atol=0)


def test_the_same_model_gives_the_same_bytes(packages, tmp_path):
    first, second = (
        packages["people"].path,
        export(of_kind("people"), tmp_path / "b", "coreml", frames=10).path,
    )
    files = [file.relative_to(first) for file in sorted(first.rglob("*")) if file.is_file()]
    assert len(files) == 3
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes()


def test_apples_library_finds_the_parts_by_the_manifest(packages):
    package = coremltools.models.MLModel(str(packages["people"].path), skip_model_load=True)
    assert package.user_defined_metadata["mimik"]
    assert package.weights_dir.endswith("weights")


def test_others_may_read_it_if_they_may_read_what_this_user_writes(packages, tmp_path):
    usual = tmp_path / "usual"
    usual.write_text("")
    allowed = stat.S_IMODE(usual.stat().st_mode)
    files = [file for file in packages["people"].path.rglob("*") if file.is_file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {allowed}


def test_an_older_package_is_replaced_as_a_whole(tmp_path):
    path = export(of_kind("people"), tmp_path / "model", "coreml", frames=10).path
    (path / "left over").write_text("")
    export(of_kind("few channels"), tmp_path / "model", "coreml", frames=10)
    assert not (path / "left over").exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.golden.json", "model.mlpackage"]


def test_a_network_of_a_few_numbers_has_no_file_of_weights_and_runs(tmp_path):
    model = of_kind("few channels", depth=0, channels=("jawOpen",), resting=False)
    exported = export(model, tmp_path / "tiny", "coreml")
    assert not (exported.path / "Data/com.apple.CoreML/weights/weight.bin").exists()
    assert exported.parity.largest <= 1e-5


def test_coremltools_says_nothing_to_users_and_its_log_is_left_as_it_was(tmp_path):
    """In a process of its own: most is said when it is imported first."""
    program = f"""
import logging, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from networks import of_kind
from mimik.deploy.export import export
logging.basicConfig()
log = logging.getLogger("coremltools")
export(of_kind("few channels"), {str(tmp_path / "model")!r}, "coreml", frames=10)
assert log.level == logging.NOTSET and not log.disabled and log.isEnabledFor(logging.WARNING)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
