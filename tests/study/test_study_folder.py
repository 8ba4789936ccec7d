"""A study's folder: made, opened, edited by people, of an unknown version, damaged."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from mimik.capture.simulation import simulate
from mimik.errors import MimikError, StudyDamaged, StudyError, StudyVersionError
from mimik.frame import COLUMNS
from mimik.protocol import Protocol, load_protocol
from mimik.study import Study

NOW = 1_700_000_000.0


def test_a_study_opens_as_it_was_made(tmp_path: Path, protocol: Protocol) -> None:
    Study.create(tmp_path / "s", title="Faces é", protocol=protocol, synthetic=True)
    study = Study.open(tmp_path / "s")
    assert (study.title, study.synthetic, study.protocol) == ("Faces é", True, protocol)
    assert (study.participants, study.sessions()) == ((), ())
    assert study.protocol.text == protocol.text


def test_a_study_is_plain_files(study: Study) -> None:
    settings = tomllib.loads((study.folder / "study.toml").read_text())
    assert (settings["format"], settings["title"], settings["protocol"]) == (2, "Small", "protocol.toml")
    assert (study.folder / "participants.tsv").read_text() == "participant_id\n"


def test_no_study_is_made_over_something(tmp_path: Path, protocol: Protocol) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "mine.txt"):
        with pytest.raises(StudyError, match="empty or new folder"):
            Study.create(place, title="x", protocol=protocol)
    with pytest.raises(StudyError, match="one line"):
        Study.create(tmp_path / "new", title="a\nb", protocol=protocol)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_what_is_no_study_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="expected a study") as caught:
        Study.open(tmp_path)
    assert "mimik new" in caught.value.hint


def test_a_study_of_another_format_is_refused(study: Study) -> None:
    file = study.folder / "study.toml"
    file.write_text(file.read_text().replace("format = 2", "format = 3"))
    with pytest.raises(StudyVersionError, match="expected study format 2, found 3"):
        Study.open(study.folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 2", "format = ", "expected TOML.*line 1"),
        ("format = 2", "format = true", "'format' to be a int, found True"),
        ("synthetic = false", "synthetic = 0", "'synthetic' to be a bool, found 0"),
        ('title = "Small"', "", "'title' to be a str, found nothing"),
        ('device_salt = "', 'device_salt = "zz', "64 hex digits"),
    ],
)
def test_damaged_settings_are_told(study: Study, old: str, new: str, message: str) -> None:
    file = study.folder / "study.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    with pytest.raises(StudyDamaged, match=f"(?s)study.toml.*{message}") as caught:
        Study.open(study.folder)
    assert caught.value.hint


def test_every_changed_byte_of_the_settings_is_read_or_told(study: Study) -> None:
    file = study.folder / "study.toml"
    data = file.read_bytes()
    for at in range(len(data)):
        file.write_bytes(data[:at] + bytes([data[at] ^ 0x21]) + data[at + 1 :])
        try:
            Study.open(study.folder)
        except MimikError as error:
            assert str(error)


def test_participants_have_opaque_names_and_free_columns(study: Study) -> None:
    who = study.add_participant(age="31", site="Kiel, north")
    assert study.participants == (who,)
    assert who.id.startswith("sub-")
    assert who.columns == {"age": "31", "site": "Kiel, north"}
    other = study.add_participant("sub-P1", rng=None)
    assert [p.id for p in Study.open(study.folder).participants] == [who.id, other.id]


def test_pseudonyms_can_be_drawn_from_a_seed(study: Study) -> None:
    first = study.add_participant(rng=np.random.default_rng(1)).id
    second = study.add_participant(rng=np.random.default_rng(1)).id  # the first draw is taken
    assert first != second


@pytest.mark.parametrize("columns", [{"a\tb": "1"}, {"age": "3\n1"}, {"participant_id": "x"}, {"age": " 31"}])
def test_what_does_not_fit_in_a_table_is_refused(study: Study, columns: dict[str, str]) -> None:
    with pytest.raises(StudyError, match="expected a line of text"):
        study.add_participant(**columns)


@pytest.mark.parametrize("name", ["anna", "sub-", "sub-a b", "sub-../x", "sub-ä", "sub-" + "x" * 65])
def test_only_labels_are_pseudonyms(study: Study, name: str) -> None:
    with pytest.raises(StudyError, match="letters or digits"):
        study.add_participant(name)


def test_a_pseudonym_is_used_once_whatever_its_case(study: Study) -> None:
    study.add_participant("sub-P1")
    with pytest.raises(StudyError, match="already"):
        study.add_participant("sub-p1")


def test_a_line_lost_from_the_table_is_told(study: Study, person: str) -> None:
    (study.folder / person).mkdir()
    (study.folder / "participants.tsv").write_text("participant_id\n")
    with pytest.raises(StudyDamaged, match=f"expected a line for {person}"):
        _ = study.participants


def test_consent_is_kept_with_its_version_and_time(study: Study) -> None:
    who = study.add_participant().id
    assert study.participants[0].consent is None
    study.record_consent(who, version="1", at=NOW)
    consent = study.participants[0].consent
    assert consent is not None
    assert (consent.version, consent.basis, consent.at) == ("1", "", NOW)
    record = tomllib.loads((study.folder / "consent" / f"{who}.toml").read_text())
    assert len(record["consent"][0]["text_sha256"]) == 64


def test_the_consent_text_has_versions_that_never_change(study: Study) -> None:
    study.add_consent_text("2", "new words")
    assert study.consent_versions == ("1", "2")
    assert study.consent_text("2") == "new words"
    with pytest.raises(StudyError, match="exists already"):
        study.add_consent_text("2", "other words")
    with pytest.raises(StudyError, match="no such version; there are: 1, 2"):
        study.record_consent(study.add_participant().id, version="3", at=NOW)
    with pytest.raises(StudyError, match="1 to 32 letters"):
        study.add_consent_text("../x", "words")


def test_consent_is_to_a_text_or_by_a_basis(study: Study) -> None:
    who = study.add_participant().id
    for wrong in ({}, {"version": "1", "basis": "x"}, {"basis": " "}):
        with pytest.raises(StudyError, match="consent"):
            study.record_consent(who, at=NOW, **wrong)
    with pytest.raises(StudyError, match="found none of that name"):
        study.record_consent("sub-NOBODY", version="1", at=NOW)


def test_what_a_person_agreed_to_outlives_a_later_import(study: Study, person: str) -> None:
    study.record_consent(person, basis="old takes", at=NOW + 1)
    assert study.participants[0].consent is not None
    assert study.participants[0].consent.version == "1"


def test_devices_have_numbers_and_no_names(study: Study, tmp_path: Path, protocol: Protocol) -> None:
    numbers = [study.device_number(name) for name in ("Anna's iPad", "lab phone", "Anna's iPad")]
    assert numbers == [1, 2, 1]
    assert Study.open(study.folder).device_number("lab phone") == 2
    text = (study.folder / "devices.toml").read_text()
    assert "Anna" not in text
    twin = Study.create(tmp_path / "twin", title="Twin", protocol=protocol)
    twin.device_number("Anna's iPad")
    digests = {d["digest"] for d in tomllib.loads(text)["device"]}
    assert digests.isdisjoint(
        d["digest"] for d in tomllib.loads((twin.folder / "devices.toml").read_text())["device"]
    )


def test_a_session_is_handed_out_as_an_arrow_table(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", title="t", protocol=load_protocol("hartmann2022"), synthetic=True)
    (info,) = simulate(study, participants=1)

    table = study.table(info)

    frames = study.read_session(info)
    assert table.num_rows == info.frames == len(frames)
    np.testing.assert_array_equal(
        table["jawOpen"].to_numpy(), frames.block.values[:, COLUMNS.index("jawOpen")]
    )
    assert set(table["expression"].to_pylist()) == set(study.protocol.expressions)
