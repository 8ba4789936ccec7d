"""``mimik consent``: who agreed to what is shown, recorded and never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mimik.study.study import Study


@pytest.fixture
def study(mimik, tmp_path: Path) -> Path:
    """A study of real people: one who agreed, one whose data was imported, one without anything."""
    mimik("new", tmp_path / "study")
    made = Study.open(tmp_path / "study")
    for name in ("sub-AAA", "sub-BBB", "sub-CCC"):
        made.add_participant(name)
    made.record_consent(
        "sub-AAA", at=1_770_000_000.0, version="1", purposes=("study", "sharing"), how="screen"
    )
    made.record_consent("sub-BBB", at=1_770_000_000.0, basis="collected at site B", how="elsewhere")
    return tmp_path / "study"


def consent_of(study: Path, who: str):
    return next(p.consent for p in Study.open(study).participants if p.id == who)


def test_a_table_shows_who_agreed_to_what_and_who_to_nothing(mimik, study: Path) -> None:
    result = mimik("consent", study)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0][-2:] == ["when", "how"]
    assert lines[1] == ["sub-AAA", "version", "1", "study,", "sharing", "2026-02-02", "screen"]
    assert lines[2][:1] + lines[2][-3:] == ["sub-BBB", "study", "2026-02-02", "elsewhere"]
    assert "basis: collected at site B" in result.stdout
    assert lines[3] == ["sub-CCC", "nothing"]
    assert "1 participant of 3 agreed to it" in result.stderr
    assert "sub-CCC --version 1 --on-paper" in result.stderr


def test_consent_on_paper_is_recorded_for_its_purposes(mimik, study: Path) -> None:
    result = mimik("consent", study, "CCC", "--version", 1, "--purposes", "study,later-use", "--on-paper")

    assert result.exit_code == 0, result.stderr
    consent = consent_of(study, "sub-CCC")
    assert (consent.version, consent.purposes, consent.how) == ("1", ("study", "later-use"), "paper")


def test_a_purpose_is_taken_back_and_the_history_keeps_that_it_was_given(
    mimik, mimik_json, study: Path
) -> None:
    mimik("consent", study, "sub-AAA", "--version", 1, "--purposes", "study", "--on-paper")

    assert consent_of(study, "sub-AAA").purposes == ("study",)
    (told,) = mimik_json("consent", study, "sub-AAA")["participants"]
    assert [one["purposes"] for one in told["history"]] == [["study", "sharing"], ["study"]]
    assert told["consent"]["purposes"] == ["study"]
    shown = mimik("consent", study, "sub-AAA").stdout.splitlines()
    assert len(shown) == 3  # the heading and both records


def test_several_people_at_once(mimik, study: Path) -> None:
    mimik("consent", study, "AAA", "CCC", "--version", 1, "--purposes", "study,sharing", "--on-paper")

    assert all(consent_of(study, f"sub-{name}").allows("sharing") for name in ("AAA", "CCC"))


def test_the_basis_of_imported_data_may_come_to_allow_more(mimik, study: Path) -> None:
    mimik("consent", study, "sub-BBB", "--basis", "site B allows sharing", "--purposes", "study,sharing")

    consent = consent_of(study, "sub-BBB")
    assert (consent.basis, consent.how, consent.allows("sharing")) == (
        "site B allows sharing",
        "elsewhere",
        True,
    )


def test_consent_on_paper_of_an_earlier_day_keeps_both_days(mimik, mimik_json, study: Path) -> None:
    result = mimik("consent", study, "CCC", "--version", 1, "--on-paper", "--given", "2025-11-03")

    assert result.exit_code == 0, result.stderr
    today = datetime.now(UTC).date().isoformat()
    heading, line = (line.split() for line in result.stdout.splitlines())
    assert heading[-3:] == ["when", "recorded", "how"]
    assert line[-3:] == ["2025-11-03", today, "paper"]
    (told,) = mimik_json("consent", study, "CCC")["participants"]
    assert (told["consent"]["given"], told["consent"]["at"][:10]) == ("2025-11-03", today)


def test_a_time_of_day_may_be_told(mimik, mimik_json, study: Path) -> None:
    mimik("consent", study, "CCC", "--version", 1, "--on-paper", "--given", "2025-11-03T10:30+01:00")

    (told,) = mimik_json("consent", study, "CCC")["participants"]
    assert told["consent"]["given"] == "2025-11-03T09:30:00Z"


def test_the_basis_of_imported_data_may_have_an_earlier_date(mimik, study: Path) -> None:
    mimik("consent", study, "CCC", "--basis", "site B", "--given", "2025-11-03")
    assert consent_of(study, "sub-CCC").when == "2025-11-03"


def test_what_was_said_before_is_kept_and_does_not_count(mimik, study: Path) -> None:
    arguments = ("AAA", "--version", 1, "--purposes", "study", "--on-paper")
    result = mimik("consent", study, *arguments, "--given", "2025-11-03")

    assert "sub-AAA: recorded; what they said later, on 2026-02-02, counts." in result.stderr
    assert consent_of(study, "sub-AAA").allows("sharing")
    assert len(Study.open(study).consent_history("sub-AAA")) == 2
    result = mimik("consent", study, *arguments, "--given", "2026-02-03")
    assert "counts" not in result.stderr
    assert not consent_of(study, "sub-AAA").allows("sharing")


def test_a_new_version_of_the_text_is_agreed_to_by_nobody_yet(mimik, mimik_json, study: Path) -> None:
    (study.parent / "new.md").write_text("New words.\n", encoding="utf-8")
    mimik("consent", study, "--add-text", study.parent / "new.md", "--version", 2)

    told = mimik_json("consent", study)
    assert told["versions"] == ["1", "2"]
    assert not any(one["agreed_to_newest"] for one in told["participants"])
    again = mimik("consent", study, "--add-text", study.parent / "new.md", "--version", 2)
    assert again.exit_code == 1 and "exists already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("sub-NOBODY",), "participants.tsv"),
        (("sub-AAA", "--version", 7), "no such version"),
        (("sub-AAA", "--version", 1, "--purposes", "sharing"), "mimik withdraw"),
        (("sub-AAA", "--version", 1, "--purposes", ""), "found none"),
        (("sub-AAA", "--version", 1, "--purposes", "study,selling"), "selling"),
        (("sub-AAA", "--version", 1, "--basis", "both"), "both or neither"),
        (("sub-AAA", "--basis", " "), "expected the basis"),
        (("sub-AAA", "sub-NOBODY", "--version", 1), "participants.tsv"),
        (("sub-AAA", "--purposes", "study"), "--version"),
        (("--version", 1), "nobody named"),
        (("sub-AAA", "--version", 1, "--given", "2025-11-03"), "--on-paper"),
        (("sub-AAA", "--version", 1, "--on-paper", "--given", "2999-01-01"), "not after it was recorded"),
        (("sub-AAA", "--version", 1, "--on-paper", "--given", "last May"), "the date on which it was given"),
        (("sub-AAA", "CCC", "--version", 1, "--on-paper", "--given", "2999-01-01"), "Look at the year"),
        (("sub-AAA", "--given", "2025-11-03"), "--version"),
        (("--add-text", "no-such-file", "--version", 2, "--given", "2025-11-03"), "nothing else"),
        (("--add-text", "no-such-file", "--version", 2), "No such file"),
        (("--add-text", "no-such-file"), "--version"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(mimik, study: Path, arguments, told: str) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    result = mimik("consent", study, *arguments)

    assert result.exit_code in (1, 2)
    assert told in " ".join(result.stderr.replace("│", " ").split())
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before
