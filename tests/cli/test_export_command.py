"""``mimik export`` as a user calls it."""

from __future__ import annotations

import json
import re

import pytest

from mimik.deploy.load import load
from mimik.errors import MissingExtra
from mimik.learn.modelfile import load_model


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model of one epoch, from a study of simulated people."""
    return tmp_path_factory.mktemp("trained") / "model.mimik"


@pytest.fixture
def model(trained, simulated, mimik):
    if not trained.exists():
        assert mimik("train", simulated, "-o", trained, "--epochs", 1).exit_code == 0
    return trained


def test_every_format_is_written_checked_and_told(model, mimik, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = mimik("export", model, "--to", "litert,onnx", "-o", "app", "--data-licence", "CC0")
    assert result.exit_code == 0
    assert result.stdout.startswith("SYNTHETIC")
    assert re.search(r"app\.tflite +\d+ +LiteRT +10,000 +\d\.\de-0[67] +0\n", result.stdout)
    names = sorted(path.name for path in tmp_path.glob("app*"))
    assert names == ["app.golden.json", "app.onnx", "app.tflite"]
    assert load(tmp_path / "app.tflite").card == load_model(model).card


def test_json_says_how_far_files_are_off(model, mimik_json, simulated, tmp_path):
    told = mimik_json("export", model, "--to", "onnx", "-o", tmp_path / "app", "--study", simulated)
    (file,) = told["files"]
    assert file["parity"]["largest"] <= file["tolerance"] == 1e-5
    assert file["checked_by"] == "ONNX Runtime"
    assert file["on_study"]["same"] == 1.0
    assert file["on_study"]["accuracy"] == file["on_study"]["accuracy_of_file"] > 0.4


def test_eight_bit_weights_tell_what_they_cost(model, mimik, simulated, tmp_path):
    result = mimik("export", model, "--int8", "-o", tmp_path / "app", "--study", simulated)
    assert result.exit_code == 0
    assert [path.name for path in tmp_path.glob("*.tflite")] == ["app-int8.tflite"]
    assert re.search(r"app-int8\.tflite on [\d,]+ frames of the study: same label \d+\.\d\d%", result.stdout)


def test_a_licence_that_is_not_stated_is_told(model, mimik, tmp_path):
    assert "--data-licence" in mimik("export", model, "--to", "onnx", "-o", tmp_path / "a").stderr


def test_a_format_that_is_not_installed_is_left_out_of_all_of_them(model, mimik, tmp_path, monkeypatch):
    import mimik.deploy.export as export_module

    def missing(model, path, to, **options):
        if to != "onnx":
            raise MissingExtra(f"This needs {to}.", hint="pip install it")
        return real(model, path, to, **options)

    real = export_module.export
    monkeypatch.setattr(export_module, "export", missing)
    result = mimik("export", model, "-o", tmp_path / "a")
    assert result.exit_code == 0
    assert "Left out: litert. This needs litert. pip install it" in result.stderr
    assert (tmp_path / "a.onnx").exists()
    assert mimik("export", model, "--to", "litert", "-o", tmp_path / "a").exit_code == 1


def test_an_unknown_format_and_an_unknown_model_are_errors(model, mimik, tmp_path):
    result = mimik("export", model, "--to", "tensorrt")
    assert result.exit_code == 1
    assert "litert, onnx" in result.stderr
    assert mimik("export", tmp_path / "none.mimik").exit_code == 1


def test_golden_vectors_are_of_no_person(model, mimik, tmp_path):
    mimik("export", model, "--to", "onnx", "-o", tmp_path / "a")
    text = (tmp_path / "a.golden.json").read_text(encoding="utf-8")
    assert json.loads(text)["synthetic"] is True
    assert "sub-" not in text
