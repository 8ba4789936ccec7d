"""``mimik bench``, as users meet it."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "deploy"))
from networks import of_kind

from mimik.learn.modelfile import save_model

QUICK = ("--random", 60, "--seconds", 0.2)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_model(of_kind("people", depth=1, width=8), tmp_path / "faces.mimik")


def test_bench_shows_what_a_frame_takes(mimik, model: Path) -> None:
    result = mimik("bench", model, *QUICK)

    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("SYNTHETIC")
    assert lines[1].startswith("faces.mimik on LiteRT, one thread, ")
    assert "The first call took" in lines[2]
    (row,) = (line.split() for line in lines if line.startswith("random "))
    assert row[:2] == ["random", "60"]
    low, high, mean = (float(row[i].replace(",", "")) for i in (3, 4, 5))
    assert 0 < low <= mean <= high
    assert "recognitions a second" in result.stdout
    assert "In turns" not in result.stdout and "Published" not in result.stdout


def test_bench_times_the_frames_of_a_study(mimik_json, simulated: Path, model: Path) -> None:
    plain = mimik_json("bench", model, "--study", simulated, *QUICK)

    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    frames = len(load_dataset(Study.open(simulated)))
    series = {s["inputs"]: s["available"] for s in plain["series"]}
    assert list(series) == ["random", "test", "training"]
    assert series["training"] == int(0.85 * frames) and series["test"] == frames - series["training"]
    assert plain["synthetic"] is True


def test_bench_holds_runtimes_and_files_against_each_other(mimik, model: Path, tmp_path: Path) -> None:
    other = save_model(of_kind("few channels"), tmp_path / "other, smaller.mimik")

    result = mimik("bench", model, *QUICK, "--against", "numpy, onnx", "--against", other)

    assert result.exit_code == 0, result.stderr
    table = result.stdout.partition("against faces.mimik on LiteRT")[2]
    assert "NumPy" in table and "ONNX Runtime" in table and "smaller.mimik" in table
    assert "twice as slow" in table


def test_bench_shows_and_writes_the_published_times_beside(mimik, model: Path, tmp_path: Path) -> None:
    table = tmp_path / "times.csv"

    result = mimik("bench", model, *QUICK, "--published", "--csv", table)

    assert result.exit_code == 0, result.stderr
    assert "11.16" in result.stdout and "10.1055/a-1866-2943" in result.stdout
    assert "times.csv" in result.stderr
    with table.open(encoding="utf-8", newline="") as file:
        sources = {row["source"] for row in csv.DictReader(file)}
    assert sources == {"here", "published"}


def test_bench_as_json_has_the_published_times_with_their_source(mimik_json, model: Path) -> None:
    plain = mimik_json("bench", model, *QUICK, "--published")

    assert len(plain["published"]["times"]) == 9
    assert "Table 5" in plain["published"]["source"]


def test_bench_says_when_time_was_up(mimik, model: Path) -> None:
    result = mimik("bench", model, "--random", 9000, "--seconds", "1e-9")

    assert result.exit_code == 2, "nothing sensible can be timed in so little"
    result = mimik("bench", model, "--random", 400_000, "--seconds", "0.1")
    assert "of 400,000, as time was up; for more: --seconds" in result.stderr


def test_bench_warns_where_other_programs_have_the_processor(
    mimik, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((0.0, 0.25))
    monkeypatch.setattr("mimik.deploy.bench.run.time", Halted(seconds))

    result = mimik("bench", model, *QUICK)

    assert "WARNING Other programs had the processor for 75 % of the time" in result.stderr


class Halted:
    """The module ``time`` of a program that was at work for a quarter of a second, of one."""

    perf_counter_ns = staticmethod(time.perf_counter_ns)

    def __init__(self, at_work) -> None:
        self.process_time = at_work.__next__
        self.perf_counter = iter((0.0, 1.0)).__next__


def test_mistakes_are_told_without_a_traceback(mimik, model: Path, tmp_path: Path) -> None:
    missing = mimik("bench", tmp_path / "none.mimik")
    unknown = mimik("bench", model, *QUICK, "--against", "tensorrt")

    assert missing.exit_code == unknown.exit_code == 1
    assert "none.mimik cannot be read" in missing.stderr
    assert "found 'tensorrt'" in unknown.stderr and "Try:" in unknown.stderr
