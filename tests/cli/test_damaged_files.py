"""``mimik check`` and ``mimik repair`` on damaged files: what people see, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mimik.cli import check as command
from mimik.study.integrity import FILE_CHECKS
from mimik.study.layout import EVENTS, FRAMES, SESSION


def damaged(simulated: Path, name: str) -> str:
    """Cut a file of the first session in half; returns its path below the study."""
    path = min(simulated.rglob(name))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path.relative_to(simulated).as_posix()


@pytest.mark.parametrize("name", [EVENTS, FRAMES, SESSION])
def test_a_damaged_file_is_named_and_ends_with_status_1(mimik, simulated: Path, name: str) -> None:
    path = damaged(simulated, name)

    result = mimik("check", simulated, "--no-model")

    assert result.exit_code == 1
    assert "SERIOUS FILE00" in result.stdout
    assert f"{path}: expected" in result.stdout
    assert "not checked:" in result.stdout


def test_json_of_damaged_files_says_why_the_data_were_not_checked(mimik, simulated: Path) -> None:
    path = damaged(simulated, FRAMES)

    result = mimik("check", simulated, "--json")

    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told["problem"]
    [finding] = told["files"]["findings"]
    assert (finding["code"], finding["severity"], finding["file"]) == ("FILE002", "serious", path)
    assert finding["expected"] and finding["found"] and finding["remedy"]


def test_files_alone_can_be_checked_without_learning(
    mimik, mimik_json, simulated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_can_learn", lambda: False)

    assert "files passed: FILE001" in mimik("check", simulated).stdout
    assert "findings" not in mimik_json("check", simulated)
    assert mimik_json("check", simulated)["files"]["worst"] is None


@pytest.mark.parametrize("check", FILE_CHECKS, ids=lambda check: check.code)
def test_every_code_of_files_is_explained(mimik, check) -> None:
    result = mimik("check", "--explain", check.code.lower())

    assert result.exit_code == 0
    assert check.title in result.stdout
    assert check.remedy in result.stdout


def test_codes_of_files_are_in_the_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")

    for check in FILE_CHECKS:
        assert f"| `{check.code}` | {check.severity} | {check.title} |" in guide


def test_a_whole_study_needs_no_repair(mimik, simulated: Path) -> None:
    result = mimik("repair", simulated)

    assert result.exit_code == 0
    assert "There is nothing to repair." in result.stdout


def test_what_cannot_be_repaired_is_told_with_status_1(mimik, simulated: Path) -> None:
    path = damaged(simulated, EVENTS)

    result = mimik("repair", simulated)
    told = json.loads(mimik("repair", simulated, "--dry-run", "--json").stdout)

    assert result.exit_code == 1
    assert "Nothing can be repaired here." in result.stdout
    assert path in result.stdout
    assert told["repairs"] == [] and told["left"]["worst"] == "serious"


def test_a_folder_without_a_study_is_told(mimik, tmp_path: Path) -> None:
    for name in ("check", "repair"):
        result = mimik(name, tmp_path)

        assert result.exit_code == 1
        assert "expected a study" in result.stderr
