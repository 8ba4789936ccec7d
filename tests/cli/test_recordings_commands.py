"""Commands on recordings made by anything: tables of MediaPipe's blend shapes, and videos."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mimik.cli.recognising import recognise
from mimik.frame import Block
from mimik.sources.facemodel import VARIABLE
from mimik.sources.mediapipenames import DELIVERED, NOT_DELIVERED


def refused(result: Any, code: int = 1) -> str:
    assert result.exit_code == code
    return str(result.stderr)


@pytest.fixture
def for_webcams(mimik, simulated: Path, tmp_path: Path) -> Path:
    """A model of simulated people that needs only what webcams deliver."""
    model = tmp_path / "for-webcams.mimik"
    mimik("train", simulated, "-o", model, "--preset", "fast", "--epochs", "3", "--for-webcams")
    return model


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Frames 0 to 59 of MediaPipe's blend shapes, frames 20 to 39 without a face."""
    rng = np.random.default_rng(5)
    path = tmp_path / "mp.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["frame", "time_ms", *DELIVERED])
        for i in range(60):
            there = not 20 <= i < 40
            rows.writerow(
                [i, i * 40, *(rng.random(len(DELIVERED)).round(4) if there else [""] * len(DELIVERED))]
            )
    return path


def test_a_model_for_webcams_needs_nothing_else(mimik_json, for_webcams: Path) -> None:
    assert tuple(mimik_json("info", for_webcams)["channels"]) == DELIVERED


def test_predict_on_a_table_of_blend_shapes(
    mimik, mimik_json, for_webcams: Path, table: Path, tmp_path: Path
):
    frames, page = tmp_path / "frames.csv", tmp_path / "t.html"
    told = mimik_json("predict", for_webcams, table, table, "-o", frames, "--plot", page)
    first, second = told["recordings"]
    assert (first["frames"], first["tracked"]) == (60, 40)
    assert first == second
    with frames.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["frame"]) for row in rows] == [*range(60), *range(60)]
    assert [row["tracked"] for row in rows[:60]] == ["1"] * 20 + ["0"] * 20 + ["1"] * 20
    shown = [float(row["p_happy"]) for row in rows[:60] if row["tracked"] == "1"]
    assert np.mean(shown) == pytest.approx(first["probability"]["happy"], abs=1e-5)
    assert page.read_text("utf-8").count("<svg") == 2
    assert "Synthetic" in page.read_text("utf-8")
    assert "SYNTHETIC" in mimik("predict", for_webcams, table).stdout


def test_a_model_that_needs_more_says_what_and_how_to_do_without(
    mimik, simulated: Path, table: Path, tmp_path: Path
) -> None:
    model = tmp_path / "all.mimik"
    mimik("train", simulated, "-o", model, "--preset", "fast", "--epochs", "1")
    said = refused(mimik("predict", model, table), 1)
    assert "does not deliver 8 of them" in said
    assert all(name in said for name in NOT_DELIVERED)
    assert "--for-webcams" in said


def test_an_exported_file_says_what_the_model_says(
    mimik, mimik_json, for_webcams: Path, table: Path, tmp_path: Path
) -> None:
    mimik("export", for_webcams, "--to", "litert,onnx", "-o", tmp_path / "app")
    (expected,) = mimik_json("predict", for_webcams, table)["recordings"]
    for name in ("app.tflite", "app.onnx"):
        (told,) = mimik_json("predict", tmp_path / name, table)["recordings"]
        assert told["recognised"] == expected["recognised"]
        assert told["probability"] == pytest.approx(expected["probability"], abs=1e-5)


def test_what_remembers_sees_a_recording_whole_however_it_is_read() -> None:
    class Counting:
        """Says in which place of its block a frame stands."""

        card = SimpleNamespace(labels=("a", "b"))
        remembers = True

        def predict_proba(self, X, *, resting=None):
            place = np.arange(len(X), dtype=np.float32) / 100
            return np.stack([place, 1 - place], axis=1)

    whole = Block(
        *(np.arange(9, dtype=kind) for kind in (np.int32, np.float64, np.float64)),
        np.ones(9, dtype=bool),
        np.zeros((9, 64), dtype=np.float32),
    )
    parts = [whole.part(0, 4), whole.part(4, 9)]
    told = recognise(Counting(), "x", parts, None, lambda *_: None, keep=True)
    assert np.concatenate(told.proba)[:, 0] == pytest.approx(np.arange(9) / 100)


def test_the_name_of_a_picture_is_checked_first(
    mimik, for_webcams: Path, table: Path, tmp_path: Path
) -> None:
    said = refused(mimik("predict", for_webcams, table, "--plot", tmp_path / "a.pdf"), 2)
    assert "ends in" in said
    said = refused(mimik("predict", for_webcams, table, table, "--plot", tmp_path / "a.svg"), 1)
    assert "one recording" in said


def test_info_tells_what_a_recording_lacks(mimik_json, table: Path) -> None:
    facts = mimik_json("info", table)
    assert (facts["rows"], facts["without_a_face"], facts["rate"]) == (60, 20, 25.0)
    assert (facts["app"], facts["steady"]) == ("MediaPipe FaceLandmarker", True)
    assert facts["not_delivered"] == list(NOT_DELIVERED)


def test_import_keeps_app_rate_and_what_is_lacking(mimik, mimik_json, table: Path, tmp_path: Path) -> None:
    study = tmp_path / "s"
    mimik("new", study)
    mimik("import", study, table, "--participant", "A", "--expression", "happy", "--basis", "own")
    (session,) = mimik_json("info", study)["sessions"]
    assert (session["rate"], session["frames"]) == (25.0, 60)
    written = next(study.rglob("session.json")).read_text("utf-8")
    assert "MediaPipe FaceLandmarker" in written
    assert "cheekPuff" in written


def test_videos_are_recognised_and_imported(
    mimik, mimik_json, for_webcams: Path, real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_spec("mediapipe") is None:  # not imported here: it would send statistics of its use
        pytest.skip("needs the extra webcam")
    videos = real_data / "mediapipe"
    monkeypatch.delenv(VARIABLE, raising=False)
    face, nobody = videos / "single_face.mp4", videos / "no_face.mp4"
    assert "face_landmarker.task" in refused(mimik("predict", for_webcams, face), 1)
    monkeypatch.setenv(VARIABLE, str(videos / "face_landmarker.task"))

    told = mimik_json("predict", for_webcams, face, nobody, "--plot", tmp_path / "t.html")

    assert [(r["frames"], r["tracked"]) for r in told["recordings"]] == [(72, 72), (95, 0)]
    assert told["recordings"][0]["recognised"] in ("happy", "sad")
    assert told["recordings"][1]["recognised"] is None

    study = tmp_path / "s"
    mimik("new", study)
    mimik(
        "import", study, face, "--participant", "A", "--expression", "happy", "--basis", "licensed for tests"
    )
    assert mimik_json("info", study)["frames"] == 72
