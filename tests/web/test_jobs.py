"""Jobs: one after the other, told of, cancelled, and done by a real child process."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mimik.clock import ManualClock
from mimik.errors import MimikError
from mimik.learn.evaluation import Evaluation
from mimik.learn.modelfile import load_model
from mimik.study.study import Study
from mimik.web.studio.jobs import Jobs
from mimik.web.studio.shelf import Shelf

PATIENCE = 240.0  # s; a child process on a busy machine


def until(true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until something is true."""
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found


class Watcher:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[list[dict[str, Any]]] = []

    def publish(self, topic: str, data: Any) -> None:
        assert topic == "jobs"
        self.told.append(json.loads(json.dumps(data)))


class FakeChild:
    """Tells what a test puts into its mouth."""

    def __init__(self, job: Any) -> None:
        self.job = job
        self.lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.killed = False

    def told(self) -> Iterator[dict[str, Any]]:
        while (line := self.lines.get(timeout=PATIENCE)) is not None:
            yield line

    def kill(self) -> None:
        self.killed = True
        self.lines.put(None)


@pytest.fixture
def children() -> list[FakeChild]:
    return []


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1000.0)


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def jobs(tmp_path: Path, children: list[FakeChild], clock: ManualClock, watcher: Watcher) -> Iterator[Jobs]:
    def start(job: Any) -> FakeChild:
        children.append(FakeChild(job))
        return children[-1]

    jobs = Jobs(tmp_path, watcher, start_child=start, clock=clock)
    yield jobs
    jobs.close()


def test_a_job_takes_in_what_its_child_tells(
    jobs: Jobs, children: list[FakeChild], clock: ManualClock
) -> None:
    job = jobs.start("train", {"name": "m"})
    child = until(lambda: children and children[0])
    assert child.job == {"kind": "train", "study": str(jobs.folder), "settings": {"name": "m"}}
    clock.advance(10)
    child.lines.put({"step": "Reading", "progress": 0.25})
    child.lines.put({"epoch": 1, "epochs": 2, "accuracy": 0.5, "loss": 1.5, "progress": 0.5})
    child.lines.put({"epoch": 2, "epochs": 2, "accuracy": None, "loss": None})
    until(lambda: len(job.curves["loss"]) == 2)
    told = job.to_dict()
    assert told["state"] == "running"
    assert (told["step"], told["started"], told["progress"], told["eta"]) == ("Reading", 1000.0, 0.5, 10.0)
    assert told["curves"] == {"accuracy": [0.5, None], "loss": [1.5, None]}
    child.lines.put({"result": {"model": "m"}})
    child.lines.put(None)
    until(lambda: job.ended)
    assert (job.state, job.progress, job.result) == ("done", 1.0, {"model": "m"})


def test_progress_never_goes_back(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("train", {})
    child = until(lambda: children and children[0])
    for progress in (0.5, 0.2):
        child.lines.put({"progress": progress, "step": f"{progress}"})
    until(lambda: job.step == "0.2")
    assert job.progress == 0.5


def test_nobody_guesses_how_long_it_takes_in_the_first_seconds(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("train", {})
    until(lambda: children and children[0]).lines.put({"progress": 0.9})
    until(lambda: job.progress)
    assert job.left is None


def test_a_second_job_waits_for_the_first(jobs: Jobs, children: list[FakeChild]) -> None:
    first, second = jobs.start("train", {"name": "a"}), jobs.start("train", {"name": "b"})
    until(lambda: first.state == "running")
    assert second.state == "waiting"
    assert [job["id"] for job in jobs.all()] == [first.id, second.id]
    until(lambda: children)
    children[0].lines.put({"result": {}})
    children[0].lines.put(None)
    until(lambda: second.state == "running")


def test_what_a_child_failed_of_is_told(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("evaluate", {})
    child = until(lambda: children and children[0])
    child.lines.put({"error": "Too few people.", "hint": "Record more."})
    child.lines.put(None)
    until(lambda: job.ended)
    assert (job.state, job.error, job.hint) == ("failed", "Too few people.", "Record more.")


def test_a_child_that_ends_without_a_word_failed(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("evaluate", {})
    until(lambda: children and children[0]).lines.put(None)
    until(lambda: job.ended)
    assert job.state == "failed"
    assert "without a word" in job.error
    assert "memory" in job.hint


def test_a_child_that_cannot_be_started_failed(tmp_path: Path, watcher: Watcher) -> None:
    def refuse(job: Any) -> FakeChild:
        raise OSError(12, "Cannot allocate memory")

    jobs = Jobs(tmp_path, watcher, start_child=refuse)
    job = jobs.start("train", {})
    until(lambda: job.ended)
    assert job.error == "The work could not be started: Cannot allocate memory."
    jobs.close()


def test_cancelling_ends_the_child_and_the_next_job_goes_on(jobs: Jobs, children: list[FakeChild]) -> None:
    first, second = jobs.start("train", {}), jobs.start("train", {})
    until(lambda: children)
    jobs.cancel(first.id)
    until(lambda: children[0].killed)  # by the cancelling, or by whoever just started it
    assert first.state == "cancelled"
    until(lambda: second.state == "running")


def test_a_waiting_job_can_be_cancelled_and_never_runs(jobs: Jobs, children: list[FakeChild]) -> None:
    first, second = jobs.start("train", {}), jobs.start("train", {})
    until(lambda: children)
    jobs.cancel(second.id)
    children[0].lines.put({"result": {}})
    children[0].lines.put(None)
    until(lambda: first.ended)
    third = jobs.start("train", {"name": "third"})
    until(lambda: third.state == "running" and len(children) == 2)
    assert children[1].job["settings"] == {"name": "third"}


def test_a_job_that_ended_is_cleared_away(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("train", {})
    jobs.cancel(job.id)
    assert len(jobs.all()) == 1
    jobs.cancel(job.id)
    assert jobs.all() == []
    with pytest.raises(KeyError):
        jobs.cancel(job.id)


def test_a_model_at_work_is_known(jobs: Jobs, children: list[FakeChild]) -> None:
    job = jobs.start("compare", {"a": "one", "b": "two"})
    assert jobs.at_work_on == {"one", "two"}
    assert jobs.left == 1
    jobs.cancel(job.id)
    assert jobs.at_work_on == frozenset()
    assert jobs.left == 0


def test_changes_are_told_but_not_each(jobs: Jobs, children: list[FakeChild], watcher: Watcher) -> None:
    assert watcher.told == [[]]  # who watches from the beginning knows that there is none
    started = time.monotonic()
    job = jobs.start("train", {})
    child = until(lambda: children and children[0])
    for epoch in range(1, 1001):
        child.lines.put({"epoch": epoch, "epochs": 1000, "accuracy": 0.5, "loss": 1.0})
    child.lines.put({"result": {}})
    child.lines.put(None)
    until(lambda: watcher.told[-1] and watcher.told[-1][0]["state"] == "done")
    assert len(watcher.told) <= 3 + 5 * (time.monotonic() - started)
    assert len(watcher.told[-1][0]["curves"]["loss"]) == len(job.curves["loss"]) == 1000


def test_closing_ends_everything(jobs: Jobs, children: list[FakeChild]) -> None:
    first, second = jobs.start("train", {}), jobs.start("train", {})
    until(lambda: children)
    jobs.close()
    until(lambda: children[0].killed)  # by the cancelling, or by whoever just started it
    assert (first.state, second.state) == ("cancelled", "cancelled")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("jobs")]
    with pytest.raises(MimikError):
        jobs.start("train", {})


def test_what_was_left_half_made_is_removed(tmp_path: Path, watcher: Watcher) -> None:
    left = tmp_path / "derivatives" / "models" / ".making-m"
    left.mkdir(parents=True)
    (left / "m.mimik").touch()
    jobs = Jobs(tmp_path, watcher, start_child=FakeChild)
    jobs.start("train", {})
    assert not left.exists()
    jobs.close()


# With the real child


@pytest.fixture
def real(small_study: Path, watcher: Watcher) -> Iterator[Jobs]:
    jobs = Jobs(small_study, watcher)
    yield jobs
    jobs.close()


def test_a_real_training_evaluates_trains_and_saves(small_study: Path, real: Jobs, watcher: Watcher) -> None:
    settings = {"name": "first", "preset": "people", "epochs": 2, "evaluate": True, "folds": 2}
    job = real.start("train", settings)
    until(lambda: job.ended)
    assert (job.state, job.error) == ("done", "")
    assert len(job.curves["accuracy"]) == job.epochs == 2

    shelf, study = Shelf(small_study), Study.open(small_study)
    assert sorted(path.name for path in shelf.folder.iterdir()) == ["first.html", "first.json", "first.mimik"]
    card = load_model(shelf.model("first")).card
    assert card.trained_on.participants == len(study.participants)
    assert card.trained_on.synthetic
    facts = shelf.read_facts("first")
    evaluation = Evaluation.from_dict(facts["evaluation"])
    assert evaluation.result.kind == "participant"
    assert evaluation.result.n_folds == 2
    assert card.metrics["balanced_accuracy"] == evaluation.result.frames.figures["balanced_accuracy"].value
    assert "SYNTHETIC" in shelf.report("first").read_text(encoding="utf-8")
    until(lambda: watcher.told[-1][0]["state"] == "done")
    assert {"Reading the study", "Evaluating on people held out"} & {
        told[0]["step"] for told in watcher.told if told
    }


def test_an_error_of_the_real_child_is_a_sentence_with_a_hint(small_study: Path, real: Jobs) -> None:
    job = real.start("train", {"name": "m", "expressions": ["happy", "surprised"]})
    until(lambda: job.ended)
    assert job.state == "failed"
    assert "surprised" in job.error
    assert "happy" in job.hint
    assert "Traceback" not in json.dumps(job.to_dict())
    assert not Shelf(small_study).names()


def test_cancelling_a_real_training_leaves_no_half_file(small_study: Path, real: Jobs) -> None:
    job = real.start("train", {"name": "m", "preset": "fast", "epochs": 10_000})
    until(lambda: job.curves["loss"])
    real.cancel(job.id)
    until(lambda: not real._children)
    assert not [path for path in small_study.rglob("*") if "m.mimik" in path.name or ".making" in path.name]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups")
def test_a_child_ends_with_its_studio(small_study: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "mimik.web.studio.work"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "JOBLIB_TEMP_FOLDER": str(scratch)},
        start_new_session=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        settings = {"name": "m", "preset": "fast", "epochs": 10_000}
        child.stdin.write(
            json.dumps({"kind": "train", "study": str(small_study), "settings": settings}) + "\n"
        )
        child.stdin.flush()
        next(line for line in child.stdout if "epoch" in json.loads(line))
        child.stdin.close()
        assert child.wait(PATIENCE) != 0
    assert not scratch.exists()
    assert not Shelf(small_study).names()
