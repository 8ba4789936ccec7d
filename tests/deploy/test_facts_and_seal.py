"""What stands inside an exported file, and that no damaged file reaches a runtime."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import of_kind

from mimik.deploy.export import export
from mimik.deploy.facts import facts_of, read_facts
from mimik.deploy.formats import litert_content, onnx_content
from mimik.deploy.load import load
from mimik.deploy.seal import check_seal, sealed
from mimik.errors import ModelDamaged, ModelVersionError

CONTENTS = {".tflite": litert_content, ".onnx": onnx_content}


@pytest.fixture(scope="module")
def contents():
    model = of_kind("few channels")
    return {ending: write(model, facts_of(model, data_licence="CC0")) for ending, write in CONTENTS.items()}


def test_facts_tell_all_that_an_app_needs():
    model = of_kind("memories")
    facts = facts_of(model, data_licence="CC BY 4.0, consent for sharing")
    assert facts["labels"] == list(model.card.labels)
    assert facts["channels"] == list(model.card.channels)
    assert {name: entry["width"] for name, entry in facts["inputs"].items()} == {
        "coefficients": 52,
        "resting": 52,
        "elapsed": 1,
        "memory": 156,
    }
    assert facts["preprocessing"] == {
        "inside": True,
        "resting": True,
        "power": 1 / 3,
        "memories": [0.3, 1.0, 3.0],
    }
    assert facts["calibration"] == {"inside": True, "temperature": 1.25}
    assert facts["data_licence"] == "CC BY 4.0, consent for sharing"
    assert facts["synthetic"] is True
    assert "medical device" in facts["use"]


def test_the_card_comes_back_from_both_formats(tmp_path):
    model = of_kind("people")
    for to in ("litert", "onnx"):
        assert load(export(model, tmp_path / "model", to, frames=10).path).card == model.card


def test_onnx_carries_facts_where_every_viewer_shows_them(contents):
    properties = {p.key: p.value for p in onnx.load_model_from_string(contents[".onnx"]).metadata_props}
    assert json.loads(properties["mimik"])["labels"][1] == "glücklich"
    assert properties["license"] == "CC0"
    assert properties["description"].startswith("SYNTHETIC")


def test_facts_of_a_later_version_are_refused_by_name():
    facts = facts_of(of_kind("people"), data_licence="")
    with pytest.raises(ModelVersionError, match="version 99"):
        read_facts(json.dumps({**facts, "format": 99}), where="x.onnx")
    for broken in ("", "{}", "[]", "null", json.dumps({**facts, "card": {}})):
        with pytest.raises(ModelDamaged):
            read_facts(broken, where="x.onnx")


@settings(max_examples=200)
@given(data=st.data(), ending=st.sampled_from([".tflite", ".onnx"]))
def test_every_changed_byte_is_noticed(contents, data, ending):
    content = bytearray(contents[ending])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ModelDamaged):
        check_seal(bytes(content), where="x")


@pytest.mark.parametrize("ending", CONTENTS)
def test_a_damaged_file_never_reaches_the_runtime(contents, ending, tmp_path):
    rng = np.random.default_rng(0)
    whole = contents[ending]
    path = tmp_path / f"model{ending}"
    cut = [whole[:length] for length in (0, 1, 7, len(whole) // 2, len(whole) - 1)]
    noise = [rng.bytes(1000), whole + b"\0", b'{"file_sha256": "' + b"0" * 64 + b'"}']
    for content in cut + noise:
        path.write_bytes(content)
        with pytest.raises(ModelDamaged, match=f"model{ending}"):
            load(path)


def test_a_file_that_is_sealed_but_is_no_model_is_refused(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(sealed(b'"file_sha256": "' + b"0" * 64 + b'"'))
    with pytest.raises(ModelDamaged):
        load(path)
