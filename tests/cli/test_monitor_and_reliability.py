"""`mimik monitor` and `mimik reliability` as a user meets them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "learn" / "monitoring"))
from sittings import unchanged, weaker_left, write_study

from mimik.study.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    written, _ = write_study(
        tmp_path_factory.mktemp("again") / "study", [unchanged, unchanged, weaker_left], others=3
    )
    return written


@pytest.fixture
def who(study: Study) -> str:
    return next(p.id for p in study.participants if len(study.sessions(p.id)) > 1)


def test_monitor_shows_sessions_and_marks_what_is_beyond_noise(
    mimik: Callable[..., Any], study: Study, who: str, tmp_path: Path
) -> None:
    page, table = tmp_path / "m.html", tmp_path / "m.csv"
    result = mimik("monitor", study.folder, who, "--report", page, "--output", table)

    assert result.exit_code == 0, result.stderr
    assert "not a medical device" in result.stdout
    assert "SERIOUS Simulated people" in result.stdout
    face = result.stdout[result.stdout.index("asymmetry, coefficient") :].splitlines()[1]
    assert face.split()[0] == "face"
    assert face.split()[3].endswith("*")  # the third session
    assert f"Wrote {table}." in result.stderr
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_monitor_takes_another_baseline(mimik_json: Callable[..., Any], study: Study, who: str) -> None:
    found = mimik_json("monitor", study.folder, who, "--baseline", "ses-02")

    assert found["baseline"] == "ses-02"
    assert {r["verdict"] for r in found["rows"] if r["session"] == "ses-02"} <= {"baseline", "no value"}


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--baseline", "ses-07"], "'ses-07'", "ses-01, ses-02, ses-03"),
        (["--model", "absent.mimik"], "absent.mimik", ""),
    ],
)
def test_monitor_refuses_what_is_not_there(
    mimik: Callable[..., Any], study: Study, who: str, arguments: list[str], error: str, hint: str
) -> None:
    result = mimik("monitor", study.folder, who, *arguments)

    assert result.exit_code == 1
    assert error in result.stderr
    assert hint in result.stderr


def test_monitor_needs_two_sessions_and_a_known_person(mimik: Callable[..., Any], study: Study) -> None:
    once = next(p.id for p in study.participants if len(study.sessions(p.id)) == 1)

    assert "two finished sessions" in mimik("monitor", study.folder, once).stderr
    assert mimik("monitor", study.folder, "sub-NOBODY").exit_code == 1


def test_reliability_lists_every_channel_by_region(
    mimik: Callable[..., Any], study: Study, tmp_path: Path
) -> None:
    page, table = tmp_path / "r.html", tmp_path / "r.csv"
    result = mimik("reliability", study.folder, "--report", page, "--output", table)

    assert result.exit_code == 0, result.stderr
    lines = [line.split()[0] for line in result.stdout.splitlines() if line.strip()]
    assert lines.index("eyes") < lines.index("eyeBlinkLeft") < lines.index("jaw") < lines.index("jawOpen")
    assert "devices is not applicable" in result.stdout
    assert "4 people" in result.stdout
    assert page.exists()
    assert table.read_text("utf-8").count("\n") == 2 * 59 + 1


def test_reliability_as_json(mimik_json: Callable[..., Any], study: Study) -> None:
    found = mimik_json("reliability", study.folder)

    assert [one["why_not"] == "" for one in found["repeated"]] == [True, False, False]
    assert len(found["rows"]) == 2 * 59
