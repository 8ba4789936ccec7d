"""The main job on real input: takes of a real face, imported, trained on and evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.study.study import Study

EXPRESSIONS = "Angry,Fearful,Sad"  # three takes each; Neutral has only one


@pytest.fixture
def study(mimik, tmp_path: Path, real_data: Path) -> Path:
    folder = tmp_path / "takes"
    mimik("new", folder)
    result = mimik(
        "import", folder, real_data / "livelink-csv" / "emotions-60fps",
        "--levels", "expression", "--participant", "P01", "--basis", "licensed for tests",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return folder


def test_ten_real_takes_become_one_session_of_ten_recordings(study: Path) -> None:
    (session,) = Study.open(study).sessions()

    counts = {}
    for trial in session.trials:
        counts.setdefault(trial.expression, []).append(trial.frames)
    assert {name: len(frames) for name, frames in counts.items()} == {
        "Angry": 3,
        "Fearful": 3,
        "Sad": 3,
        "Neutral": 1,
    }
    assert session.facts.rate == 60
    assert session.frames == 19_698


def test_real_takes_are_trained_on_and_evaluated_by_recording(
    mimik, mimik_json, study: Path, tmp_path: Path
) -> None:
    model = tmp_path / "angry-fearful-sad.mimik"

    card = mimik_json("train", study, "-o", model, "--expressions", EXPRESSIONS, "--epochs", 2)
    assert card["trained_on"]["frames"] == 16_652
    assert card["trained_on"]["synthetic"] is False

    told = mimik_json("evaluate", study, "--expressions", EXPRESSIONS, "--epochs", 3)
    assert told["result"]["kind"] == "recording"
    assert told["result"]["frames"]["scores"]["total"] == 16_652
    leaking, honest = (told[key]["frames"]["scores"]["accuracy"] for key in ("leaking", "result"))
    assert leaking > honest > 0.6
    assert "EVAL001" in {n["code"] for n in told["notices"]}

    seen = mimik_json("predict", model, study)
    assert len(seen["recordings"]) == 10


def test_a_study_with_one_recording_of_an_expression_is_not_split_by_frame(mimik, study: Path) -> None:
    result = mimik("evaluate", study)

    assert result.exit_code == 1
    assert "Neutral" in result.stderr
    assert "--expressions" in result.stderr or "expressions" in result.stderr


def test_range_of_motion_takes_come_out_at_30_frames_a_second(
    mimik, mimik_json, tmp_path: Path, real_data: Path
) -> None:
    for take in sorted((real_data / "livelink-csv" / "rom-30fps").glob("*.csv")):
        facts = mimik_json("info", take)
        assert facts["rate"] == 30
        assert facts["rows"] in (4_030, 3_809)
