"""``mimik check``: what people see, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mimik.learn.checks import ALL
from mimik.learn.data import load_dataset
from mimik.study.layout import FRAMES
from mimik.study.study import Study


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_findings_come_by_weight_with_what_to_do(mimik, simulated: Path) -> None:
    result = mimik("check", simulated)

    lines = result.stdout.splitlines()
    assert lines[0].startswith("SYNTHETIC")
    heads = [line.split()[0] for line in lines if line.startswith(("SERIOUS", "WARNING", "INFO"))]
    assert heads == sorted(heads, key=["SERIOUS", "WARNING", "INFO"].index)
    assert "SERIOUS EVAL010" in result.stdout
    assert "WARNING EVAL008 Only 6 people" in result.stdout
    assert result.stdout.count("What to do:") == len(heads)
    assert "passed: EVAL003, EVAL004" in result.stdout


def test_simulated_people_alone_are_no_failure(mimik, simulated: Path) -> None:
    assert mimik("check", simulated, "--no-model").exit_code == 0


def test_what_is_serious_ends_with_status_1(mimik, simulated: Path) -> None:
    first, second = sorted(simulated.rglob(FRAMES))[:2]
    shutil.copy(first, second)

    result = mimik("check", simulated, "--no-model", "--json")

    assert result.exit_code == 1
    found = {f["code"]: f for f in json.loads(result.stdout)["findings"] if f["status"] == "found"}
    assert found["EVAL003"]["severity"] == "serious"
    assert found["EVAL003"]["value"] >= 1
    assert "EVAL014" in found


def test_json_holds_every_check_of_data(mimik_json, simulated: Path) -> None:
    told = mimik_json("check", simulated)

    assert told["worst"] == "serious"
    assert told["data"]["participants"] == 6
    assert {f["code"] for f in told["findings"]} <= {check.code for check in ALL}
    assert "EVAL009" in {f["code"] for f in told["findings"]}
    assert "EVAL009" not in {f["code"] for f in mimik_json("check", simulated, "--no-model")["findings"]}


def test_it_reads_only(mimik, simulated: Path) -> None:
    before = contents(simulated)

    mimik("check", simulated)

    assert contents(simulated) == before


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_every_code_is_explained(mimik, check) -> None:
    result = mimik("check", "--explain", check.code)

    assert result.exit_code == 0
    assert check.title in result.stdout
    assert check.why in result.stdout
    assert check.remedy in result.stdout


def test_an_explanation_as_json(mimik_json) -> None:
    assert mimik_json("check", "--explain", "eval004")["code"] == "EVAL004"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "study's folder"), (("--explain", "EVAL999"), "EVAL999"), (("nowhere",), "nowhere")],
)
def test_what_cannot_be_checked_is_told(mimik, arguments: tuple[str, ...], told: str) -> None:
    result = mimik("check", *arguments)

    assert result.exit_code == 1
    assert told in result.stderr


def test_real_takes_of_one_person_are_checked(mimik, tmp_path: Path, real_data: Path) -> None:
    takes = real_data / "livelink-csv" / "emotions-60fps"
    mimik("new", tmp_path / "study")
    mimik(
        "import", tmp_path / "study", takes, "--levels", "expression", "--participant", "P1", "--basis", "t"
    )

    result = mimik("check", tmp_path / "study", "--json")

    assert load_dataset(Study.open(tmp_path / "study")).n_participants == 1
    found = {f["code"] for f in json.loads(result.stdout)["findings"] if f["status"] == "found"}
    assert found >= {"EVAL008"}
    assert found.isdisjoint({"EVAL002", "EVAL003", "EVAL014", "EVAL021", "EVAL022", "EVAL025", "EVAL026"})
