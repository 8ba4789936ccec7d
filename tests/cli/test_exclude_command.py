"""``mimik exclude``, as users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.study.study import Study


@pytest.fixture
def person(simulated: Path) -> str:
    return Study.open(simulated).participants[0].id


def test_a_trial_is_excluded_listed_and_taken_back(mimik, simulated: Path, person: str) -> None:
    done = mimik("exclude", simulated, person, "ses-01", 2, "--reason", "looked away")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"{person} ses-01 trial 2 (sad, ")
    assert done.stdout.endswith(" frames) is excluded: looked away\n")
    listed = mimik("exclude", simulated, "--list")
    assert "trial 2 (sad" in listed.stdout
    assert listed.stderr == "1 trial excluded.\n"
    assert "1 trial is excluded by hand" in mimik("info", simulated).stdout
    back = mimik("exclude", simulated, person.removeprefix("sub-"), "1", 2, "--undo")
    assert back.stdout.endswith("is used again.\n")
    assert mimik("exclude", simulated, "--list").stderr == "0 trials excluded.\n"
    assert "excluded" not in mimik("info", simulated).stdout


def test_programs_read_what_happened(mimik_json, simulated: Path, person: str) -> None:
    told = mimik_json("exclude", simulated, person, "ses-01", 1, "-r", "bad light")
    frames = told.pop("frames")
    assert told == {
        "study": str(simulated),
        "participant": person,
        "session": "ses-01",
        "trial": 1,
        "expression": "happy",
        "excluded": True,
        "reason": "bad light",
    }
    for where in ((), (person,), (person, "ses-01"), (person, "ses-01", 1)):
        [listed] = mimik_json("exclude", simulated, *where, "--list")["excluded"]
        assert (listed["trial"], listed["frames"], listed["reason"]) == (1, frames, "bad light")
    assert mimik_json("exclude", simulated, person, "ses-01", 2, "--list")["excluded"] == []
    [session] = [s for s in mimik_json("info", simulated)["sessions"] if s["participant"] == person]
    assert session["excluded"] == 1
    assert list(session["expressions"]) == ["sad"]
    assert mimik_json("exclude", simulated, person, "ses-01", 1, "--undo")["excluded"] is False


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "expected PARTICIPANT, SESSION and TRIAL"),
        (("sub-X", "ses-01"), 2, "expected PARTICIPANT, SESSION and TRIAL"),
        (("sub-X", "ses-01", "1"), 2, "expected either --reason or --undo"),
        (("sub-X", "ses-01", "1", "--reason", "a", "--undo"), 2, "expected either --reason or --undo"),
        (("sub-X", "ses-01", "1", "--reason", "a"), 1, "sub-X: expected a participant of this study"),
        (("PERSON", "ses-09", "1", "--reason", "a"), 1, "(ses-01), found 'ses-09'"),
        (("PERSON", "ses-01", "9", "--reason", "a"), 1, "expected one of the session's trials (1, 2)"),
        (("PERSON", "ses-01", "1", "--undo"), 1, "expected an excluded trial"),
    ],
)
def test_mistakes_are_told(
    mimik, simulated: Path, person: str, arguments: tuple[str, ...], status: int, message: str
) -> None:
    result = mimik("exclude", simulated, *(person if a == "PERSON" else a for a in arguments))
    assert result.exit_code == status
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_predictions_pass_an_excluded_trial_over(
    mimik, mimik_json, simulated: Path, person: str, tmp_path: Path
) -> None:
    model = tmp_path / "m.mimik"
    assert mimik("exclude", simulated, person, "ses-01", 1, "-r", "bad").exit_code == 0
    trained = mimik("train", simulated, "-o", model, "--preset", "fast")
    assert "1 of 12 trials are excluded by hand, and are left out." in " ".join(trained.output.split())
    names = [r["recording"] for r in mimik_json("predict", model, simulated)["recordings"]]
    assert len(names) == 11
    assert f"{person}/ses-01/1 (happy)" not in names
