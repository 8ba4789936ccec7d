"""``mimik record``: consent first, then frames; what breaks off can be resumed."""

from __future__ import annotations

import socket
import threading
from datetime import date
from pathlib import Path

import pytest

from mimik.cli.sitting import agree, seat_participant
from mimik.errors import StudyError
from mimik.sources.virtual.person import Person
from mimik.sources.virtual.phone import VirtualPhone
from mimik.study.study import Study


@pytest.fixture
def study(mimik, tmp_path: Path, short_protocol: Path) -> Path:
    mimik("new", tmp_path / "study", "--synthetic", "--protocol", short_protocol)
    return tmp_path / "study"


def test_a_simulated_person_sits_through_a_session_in_real_time(mimik_json, study: Path) -> None:
    told = mimik_json("record", study, "--virtual", "--seed", 1)

    assert told["status"] == "complete"
    assert [t["expression"] for t in told["trials"]] == ["happy", "sad"]
    (session,) = Study.open(study).sessions()
    assert session.frames == told["frames"]
    assert session.facts.language == "en"


def test_prompts_and_progress_come_as_text_in_the_language_asked_for(mimik, study: Path) -> None:
    result = mimik("record", study, "--virtual", "--language", "de")

    assert result.exit_code == 0
    assert "Schau froh" in result.stderr
    assert "Schau traurig" in result.stderr
    assert "complete" in result.stdout


def test_without_consent_nothing_is_recorded(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)

    result = mimik("record", tmp_path / "real", input="n\n")

    assert result.exit_code == 1
    assert "has not agreed" in result.stderr
    assert Study.open(tmp_path / "real").sessions() == ()


def test_without_a_phone_the_usual_causes_are_named(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)

    result = mimik("record", tmp_path / "real", "--consent-given", "--patience", 0.3, "--port", 0)

    assert result.exit_code == 1
    assert "found nothing" in result.stderr
    for cause in ("Wi-Fi", "firewall", "Live Link (ARKit)"):
        assert cause in result.stderr


def test_a_phone_that_falls_silent_ends_the_wait_and_the_session_can_be_resumed(
    mimik, mimik_json, tmp_path: Path, short_protocol: Path
) -> None:
    """A phone in a thread of its own, which sends until half a second of the session is recorded."""
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stop = threading.Event()

    def send() -> None:
        more = 30
        with VirtualPhone(Person(1), ("127.0.0.1", port), device_id="x") as phone:
            while more and not stop.wait(1 / 60):
                phone.send()
                more -= any((tmp_path / "real").glob("sub-*/ses-*"))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        told = mimik("record", tmp_path / "real", "--consent-given", "--port", port, "--patience", 1.5)
    finally:
        stop.set()
        sender.join()

    assert "Nothing came from the device" in told.stderr
    assert "interrupted" in told.stdout


def test_an_unknown_participant_is_refused(mimik, study: Path) -> None:
    result = mimik("record", study, "--virtual", "-P", "sub-NOBODY")

    assert result.exit_code == 1
    assert "participants.tsv" in result.stderr


def test_a_stopped_session_is_offered_and_resumed(mimik, mimik_json, study: Path) -> None:
    stopped = mimik("record", study, "--virtual", input="q\n")
    assert "interrupted" in stopped.stdout
    assert "--resume" in stopped.stdout

    told = mimik_json("record", study, "--virtual", "--resume")

    assert told["status"] == "complete"
    assert len(Study.open(study).participants) == 1


def test_resuming_needs_something_to_resume(mimik, study: Path) -> None:
    result = mimik("record", study, "--virtual", "--resume")

    assert result.exit_code == 1
    assert "no" in result.stderr


def test_a_person_whose_data_was_imported_is_asked_before_a_recording(
    mimik, tmp_path: Path, short_protocol: Path
) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    study = Study.open(tmp_path / "real")
    who = study.add_participant().id
    study.record_consent(who, basis="collected elsewhere", at=0.0)

    result = mimik("record", tmp_path / "real", "-P", who, input="n\n")

    assert result.exit_code == 1
    assert "has not agreed" in result.stderr


def files_of(study: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--consent-given", "--patience", 0.3, "--port", 0),  # no phone
        ("--consent-given", "--language", "xx"),
        ("--virtual",),  # nobody simulated sits in a study of real people
    ],
)
def test_a_session_that_cannot_begin_leaves_no_trace(
    mimik, tmp_path: Path, short_protocol: Path, arguments
) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    before = files_of(tmp_path / "real")

    result = mimik("record", tmp_path / "real", *arguments)

    assert result.exit_code == 1
    assert files_of(tmp_path / "real") == before


def test_a_new_consent_text_is_asked_for_again(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    study = Study.open(tmp_path / "real")
    who = study.add_participant().id
    study.record_consent(who, version="1", at=0.0)
    study.add_consent_text("2", "More is stored than before.")

    result = mimik("record", tmp_path / "real", "-P", who, input="n\n")

    assert "More is stored than before." in result.stderr
    assert "has not agreed" in result.stderr


def test_an_interrupted_session_is_kept_as_it_is(mimik, mimik_json, study: Path) -> None:
    mimik("record", study, "--virtual", input="q\n")

    told = mimik_json("finish", study)

    assert [s["status"] for s in told["sessions"]] == ["partial"]
    assert mimik("finish", study).exit_code == 1, "nothing is left to finish"


def test_an_interrupted_session_is_discarded_only_when_confirmed(mimik, study: Path) -> None:
    mimik("record", study, "--virtual", input="q\n")

    assert "stays interrupted" in mimik("finish", study, "--discard", input="n\n").stderr
    assert len(Study.open(study).sessions()) == 1
    assert "discarded" in mimik("finish", study, "--discard", "--yes").stdout
    assert Study.open(study).sessions() == ()


def test_a_port_that_is_none_is_told(mimik, tmp_path: Path, short_protocol: Path) -> None:
    mimik("new", tmp_path / "real", "--protocol", short_protocol)

    result = mimik("record", tmp_path / "real", "--consent-given", "--ifacialmocap", "192.0.2.9:abc")

    assert result.exit_code == 1
    assert "49993" in result.stderr


@pytest.fixture
def real(mimik, tmp_path: Path, short_protocol: Path) -> Study:
    """A study of real people, one of them known."""
    mimik("new", tmp_path / "real", "--protocol", short_protocol)
    study = Study.open(tmp_path / "real")
    study.add_participant("sub-AAA")
    return study


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [
        ("y\n\n\n", ("study",)),  # Enter means no
        ("y\ny\nn\n", ("study", "sharing")),
        ("y\nn\ny\n", ("study", "later-use")),
        ("y\ny\ny\n", ("study", "sharing", "later-use")),
    ],
)
def test_each_optional_purpose_is_asked_by_itself(real: Study, monkeypatch, answers: str, allowed) -> None:
    asked, said = [], iter(answers.splitlines())

    def confirm(question: str, *, default: bool | None, err: bool) -> bool:
        asked.append((question, default))
        return {"y": True, "n": False, "": bool(default)}[next(said)]

    monkeypatch.setattr("typer.confirm", confirm)
    consent = agree(real, real.participants[0], given=False, virtual=False, at=7.0)

    assert consent is not None
    assert (consent.version, consent.purposes, consent.how, consent.at) == ("1", allowed, "screen", 7.0)
    assert [default for _, default in asked] == [None, False, False]


def test_consent_on_paper_is_to_the_study_alone_unless_more_is_said(real: Study) -> None:
    person = real.participants[0]
    consent = agree(real, person, given=True, virtual=False, at=0.0)
    assert consent is not None and (consent.purposes, consent.how) == (("study",), "paper")
    consent = agree(real, person, given=True, virtual=False, at=0.0, purposes=["study", "sharing"])
    assert consent is not None and consent.purposes == ("study", "sharing")
    seat_participant(real, person, consent)
    (known,) = real.participants
    assert known.consent is not None and known.consent.allows("sharing")
    assert agree(real, known, given=True, virtual=False, at=1.0) is None  # what was said stays
    assert agree(real, known, given=True, virtual=False, at=1.0, purposes=["study"]) is not None  # taken back


def test_consent_on_paper_may_be_of_an_earlier_day(real: Study) -> None:
    person, at = real.participants[0], 1_770_000_000.0
    consent = agree(real, person, given=True, virtual=False, at=at, on=date(2026, 1, 7))
    assert consent is not None and (consent.when, consent.at) == ("2026-01-07", at)
    seat_participant(real, person, consent)
    (known,) = real.participants
    assert known.consent == consent
    assert agree(real, known, given=True, virtual=False, at=at) is None  # it is recorded
    with pytest.raises(StudyError, match="not after it was recorded"):
        agree(real, person, given=True, virtual=False, at=at, on=date(2027, 1, 7))


def test_consent_of_before_what_was_said_last_lets_nobody_sit_down(mimik, real: Study) -> None:
    person, at = real.participants[0], 1_770_000_000.0
    real.record_consent(person.id, at=at, version="1", how="paper")
    real.add_consent_text("2", "Other words.")
    (person,) = real.participants
    before = files_of(real.folder)
    with pytest.raises(StudyError, match="found one of 2026-01-07"):
        agree(real, person, given=True, virtual=False, at=at + 9, on=date(2026, 1, 7))
    assert files_of(real.folder) == before


def test_a_date_belongs_to_consent_on_paper(mimik, real: Study) -> None:
    before = files_of(real.folder)
    assert mimik("record", real.folder, "--given", "2026-01-07").exit_code == 2
    refused = mimik("record", real.folder, "--consent-given", "--given", "7 January")
    assert refused.exit_code == 1 and "2026-03-01" in refused.stderr
    assert files_of(real.folder) == before


def test_purposes_belong_to_consent_on_paper(mimik, real: Study) -> None:
    before = files_of(real.folder)
    assert mimik("record", real.folder, "--purposes", "study,sharing").exit_code == 2
    refused = mimik("record", real.folder, "--consent-given", "--purposes", "selling")
    assert refused.exit_code == 1 and "study, sharing, later-use" in refused.stderr
    assert files_of(real.folder) == before
