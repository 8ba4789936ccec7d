"""``mimik audit`` and ``mimik migrate``, as users meet them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

FORMAT_1 = Path(__file__).parents[1] / "study" / "fixtures" / "format-1"


def test_a_whole_trail_gives_a_head_to_write_down(mimik, simulated: Path) -> None:
    result = mimik("audit", "verify", simulated)
    assert result.exit_code == 0
    head = result.stdout.split()[-1]
    assert mimik("audit", "verify", simulated, "--head", head).exit_code == 0
    told = json.loads(mimik("audit", "verify", simulated, "--json").stdout)
    assert (told["head"], told["broken"]) == (head, None)


def test_a_trail_made_up_anew_is_told_by_the_head_written_down(mimik, simulated: Path) -> None:
    length, digest = mimik("audit", "verify", simulated).stdout.split()[-1].split(":")
    other = "0" * 64 if digest[0] != "0" else "1" * 64
    result = mimik("audit", "verify", simulated, "--head", f"{length}:{other}")
    assert result.exit_code == 1
    assert f"line {length}" in result.stderr


def test_a_broken_trail_is_told_with_its_line(mimik, simulated: Path) -> None:
    trail = simulated / "audit.jsonl"
    lines = trail.read_bytes().splitlines(True)
    trail.write_bytes(b"".join(lines[:3] + lines[4:]))
    result = mimik("audit", "verify", simulated)
    assert result.exit_code == 1
    assert "line 4" in result.stderr
    assert "expected" in result.stderr
    assert json.loads(mimik("audit", "verify", simulated, "--json").stdout)["broken"]["line"] == 4


def test_what_was_done_is_shown(mimik, simulated: Path) -> None:
    result = mimik("audit", "show", simulated, "--last", "2")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert "sub-" not in result.stdout
    lines = json.loads(mimik("audit", "show", simulated, "--last", "1", "--json").stdout)["lines"]
    assert [line["what"] for line in lines] == ["wrote"]


def test_an_edit_is_accepted_by_somebody_for_a_reason(mimik, simulated: Path) -> None:
    table = simulated / "participants.tsv"
    table.write_text(table.read_text().replace("participant_id", "participant_id\tage"))
    assert "FILE015" in mimik("check", simulated, "--no-data").stdout
    result = mimik("audit", "accept", simulated, "participants.tsv", "--by", "lab 2", "--why", "ages")
    assert result.exit_code == 0
    assert "FILE015 " not in mimik("check", simulated, "--no-data").stdout.partition("files passed")[0]
    [line] = json.loads(mimik("audit", "show", simulated, "--last", "1", "--json").stdout)["lines"]
    assert (line["what"], line["by"], line["why"]) == ("accepted", "lab 2", "ages")


def test_what_cannot_be_read_is_not_accepted(mimik, simulated: Path) -> None:
    table = simulated / "participants.tsv"
    table.write_text("name,age\n")
    before = (simulated / "audit.jsonl").read_bytes()
    result = mimik("audit", "accept", simulated, "participants.tsv", "--by", "lab 2", "--why", "ages")
    assert result.exit_code == 1
    assert "FILE002" in result.stderr
    assert (simulated / "audit.jsonl").read_bytes() == before


def test_a_folder_that_somebody_removed_is_accepted_as_gone(mimik, simulated: Path) -> None:
    person = next(simulated.glob("sub-*")).name
    shutil.rmtree(simulated / person / "ses-01")
    assert mimik("check", simulated, "--no-data").exit_code == 1
    result = mimik("audit", "accept", simulated, f"{person}/ses-01", "--by", "lab 2", "--why", "a test")
    assert result.exit_code == 0
    assert mimik("check", simulated, "--no-data").exit_code == 0


def test_a_file_as_it_was_noted_needs_nobody(mimik, simulated: Path) -> None:
    result = mimik("audit", "accept", simulated, "study.toml", "--by", "lab 2", "--why", "so")
    assert result.exit_code == 1
    assert "mimik check" in result.stderr


def test_without_a_trail_it_is_told_what_to_do(mimik, tmp_path: Path) -> None:
    old = Path(shutil.copytree(FORMAT_1, tmp_path / "old"))
    for words in (("verify",), ("show",), ("accept", "study.toml", "--by", "x", "--why", "y")):
        result = mimik("audit", words[0], old, *words[1:])
        assert result.exit_code == 1
        assert "mimik migrate" in result.stderr
    assert "expected a study" in mimik("audit", "verify", tmp_path / "none").stderr


def test_an_older_study_is_migrated(mimik, tmp_path: Path) -> None:
    old = Path(shutil.copytree(FORMAT_1, tmp_path / "old"))
    assert "mimik migrate" in mimik("info", old).stderr
    assert "would go format 1 to 2" in mimik("migrate", old, "--dry-run").stdout
    assert mimik("migrate", old).exit_code == 0
    assert mimik("info", old).exit_code == 0
    assert json.loads(mimik("migrate", old, "--json").stdout)["steps"] == []
