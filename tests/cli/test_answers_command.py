"""``mimik answers``, as users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.learn.data import load_dataset
from mimik.study.study import Study


@pytest.fixture
def table(simulated: Path, tmp_path: Path) -> Path:
    """Answers of all six people to a question that their protocol does not ask."""
    people = [person.id for person in Study.open(simulated).participants]
    lines = [f"{who},{e},arousal,{i % 3 + 1}" for i, who in enumerate(people) for e in ("happy", "sad")]
    path = tmp_path / "paper.csv"
    path.write_text("participant,expression,question,answer\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_dry_run_shows_what_would_be_stored_and_then_it_is(mimik, simulated: Path, table: Path) -> None:
    shown = mimik("answers", simulated, table, "--also", "arousal=1..9", "--dry-run")
    assert shown.exit_code == 0
    assert "ses-01 trial 1 (happy)  arousal: 1\n" in shown.stdout
    assert "Would store 12 answers: arousal 12.\n" in shown.stdout
    assert not list(simulated.rglob("answers.tsv"))
    done = mimik("answers", simulated, table, "--also", "arousal=1..9")
    assert done.stdout == "Stored 12 answers: arousal 12.\n"
    assert "--labels reported:arousal" in done.stderr
    data = load_dataset(Study.open(simulated), labels="reported")
    assert (data.expressions, data.target, data.scale) == (("1", "2", "3"), "reported:arousal", "ordinal")


def test_what_happened_can_be_read_by_programs(mimik_json, simulated: Path, table: Path) -> None:
    first = mimik_json("answers", simulated, table, "--also", "arousal", "--dry-run")
    assert (first["stored"], first["new"]) == (0, 12)
    mimik_json("answers", simulated, table, "--also", "arousal")
    table.write_text(table.read_text().replace("arousal,1", "arousal,9"))
    again = mimik_json("answers", simulated, table, "--also", "arousal", "--replace")
    expected = {"stored": 4, "new": 0, "replaced": 4, "same": 8, "without_answer": 0}
    assert {name: again[name] for name in expected} == expected
    assert again["questions"] == {"arousal": 4}


def test_a_fault_is_told_with_its_line_and_what_to_try(mimik, simulated: Path, table: Path) -> None:
    result = mimik("answers", simulated, table)
    assert result.exit_code == 1
    assert "nothing was stored" in result.stderr
    assert "line 2: sub-" in result.stderr
    assert "... and 2 more" in result.stderr
    assert "Try: If it was asked all the same: --also arousal" in result.stderr
    assert not list(simulated.rglob("answers.tsv"))


def test_a_table_that_is_not_there_is_told(mimik, simulated: Path) -> None:
    result = mimik("answers", simulated, "no.csv")
    assert result.exit_code == 1
    assert "No such file or directory (no.csv)" in result.stderr
