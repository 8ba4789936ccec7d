"""``mimik withdraw``: what people see before, and what is proved afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mimik.learn.modelfile import fingerprint, load_model
from mimik.study.study import Study


@pytest.fixture
def study(simulated: Path, tmp_path: Path) -> Study:
    shutil.copytree(simulated, tmp_path / "study")
    return Study.open(tmp_path / "study")


def test_a_dry_run_tells_what_would_go_and_changes_nothing(mimik, study: Study) -> None:
    gone = study.participants[0].id
    result = mimik("withdraw", study.folder, gone, "--dry-run")
    assert result.exit_code == 0
    assert f"{gone}: 1 session, consent record and line in participants.tsv will go." in result.stdout
    assert gone in {person.id for person in Study.open(study.folder).participants}


def test_it_asks_first(mimik, study: Study) -> None:
    gone = study.participants[0].id
    assert mimik("withdraw", study.folder, gone, input="n\n").exit_code != 0
    assert gone in {person.id for person in Study.open(study.folder).participants}
    result = mimik("withdraw", study.folder, gone, input="y\n")
    assert result.exit_code == 0
    assert "nothing found." in result.stdout
    assert gone not in {person.id for person in Study.open(study.folder).participants}


def test_a_trained_model_is_known_marked_and_found(mimik, study: Study, tmp_path: Path) -> None:
    model = tmp_path / "m.mimik"
    assert mimik("train", study.folder, "--preset", "fast", "--epochs", "1", "-o", model).exit_code == 0
    assert not any(person.id.encode() in model.read_bytes() for person in study.participants)
    gone = study.participants[0].id

    result = mimik("withdraw", study.folder, gone, "--yes", "--also", tmp_path / "m.mimik")

    assert result.exit_code == 0
    assert "1 model learned from them" in result.stdout
    assert "m.mimik" in result.stdout
    assert "1 model learned from somebody who withdrew" in mimik("info", study.folder).stdout


def test_exported_models_are_recognised(mimik, study: Study, tmp_path: Path) -> None:
    model, others = tmp_path / "m.mimik", tmp_path / "o.mimik"
    for seed, file in enumerate((model, others)):
        options = ("--preset", "fast", "--epochs", "1", "--seed", seed, "-o", file)
        assert mimik("train", study.folder, *options).exit_code == 0
    made = mimik("export", model, "--to", "coreml,onnx,litert")
    assert made.exit_code == 0, made.output
    gone = study.participants[0].id
    for path in filter(Path.is_file, tmp_path.rglob("m.*")):
        assert gone.encode() not in path.read_bytes()
    study.record_model(fingerprint(load_model(others)), [study.participants[1].id], at=1.8e9)

    result = mimik("withdraw", study.folder, gone, "--yes", "--json", "--also", tmp_path)

    names = {Path(path).name for path in json.loads(result.stdout)["model_files"]}
    assert names == {"m.mimik", "m.mlpackage", "m.onnx", "m.tflite"}


def test_what_can_not_be_searched_is_no_proof(mimik, study: Study, tmp_path: Path) -> None:
    (tmp_path / "backup.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(50))
    gone = study.participants[0].id
    result = mimik("withdraw", study.folder, gone, "--yes", "--also", tmp_path / "backup.7z")
    assert result.exit_code == 1
    assert "nothing found, but 1 file could not be searched:" in result.stdout
    assert "backup.7z" in result.stdout


def test_copies_elsewhere_are_named_and_left(mimik, study: Study, tmp_path: Path) -> None:
    gone = study.participants[0].id
    assert mimik("bids", study.folder, tmp_path / "shared").exit_code == 0

    result = mimik("withdraw", study.folder, gone, "--yes", "--json", "--also", tmp_path / "shared")

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["searched"]["study"]["found"] == []
    assert any(gone in path for path in told["searched"]["also"]["found"])
    assert [each["kind"] for each in told["releases"]] == ["bids"]
    assert (tmp_path / "shared" / gone).is_dir()


def test_somebody_unknown_is_refused(mimik, study: Study) -> None:
    result = mimik("withdraw", study.folder, "sub-NOBODY", "--yes")
    assert result.exit_code == 1
    assert "found none of that name" in result.stderr
