"""``mimik labels``, as users meet it."""

from __future__ import annotations

import csv
from pathlib import Path

from mimik.study.study import Study


def test_labels_lists_each_trial(mimik, simulated: Path) -> None:
    result = mimik("labels", simulated)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("SYNTHETIC")
    trials = [line.split() for line in lines if line.startswith("sub-")]
    assert len(trials) == 12
    assert {(words[1], *words[5:7]) for words in trials} == {
        ("happy", "too", "short"),
        ("sad", "too", "short"),
    }
    assert "12 trials" in result.stdout
    assert "no judge of labels" in result.stdout  # so short, they tell nothing of each other


def test_labels_as_json_adds_up(mimik_json, simulated: Path) -> None:
    found = mimik_json("labels", simulated)

    assert found["synthetic"] is True
    assert found["totals"]["trials"] == len(found["trials"]) == 12
    assert found["totals"]["frames"] == sum(trial["frames"] for trial in found["trials"])
    assert found["totals"]["suspicious"] == sum(trial["suggested"] != "" for trial in found["trials"])
    assert "no judge of labels" in found["not_judged"]
    assert found["totals"]["suspicious"] == 0


def test_labels_writes_a_page_and_a_table_and_leaves_the_study_alone(
    mimik, simulated: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in simulated.rglob("*") if path.is_file()}

    result = mimik("labels", simulated, "--report", tmp_path / "r.html", "-o", tmp_path / "l.csv")

    assert result.exit_code == 0
    assert "r.html" in result.stderr
    assert "Simulated people." in (tmp_path / "r.html").read_text("utf-8")
    with (tmp_path / "l.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 12
    assert before == {path: path.read_bytes() for path in simulated.rglob("*") if path.is_file()}


def test_labels_of_one_expression_are_not_judged(mimik, simulated: Path) -> None:
    result = mimik("labels", simulated, "--expressions", "happy")

    assert result.exit_code == 0
    assert "NOTE No trial was held against others: expected two labels" in result.stdout


def test_labels_of_an_empty_study_are_an_error(mimik, tmp_path: Path) -> None:
    from mimik.protocol import load_protocol

    Study.create(tmp_path / "empty", title="empty", protocol=load_protocol("follow-up"))

    result = mimik("labels", tmp_path / "empty")

    assert result.exit_code == 1
    assert "finished trials" in result.stderr
