"""A study as one file: who and what is in it, and that it comes out as it went in."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
import zipfile
from pathlib import Path

import pytest
from packing import ALL, add_person, add_session, make_study

from mimik.errors import ConsentMissing, StudyBusy, StudyDamaged, StudyError, StudyLocked
from mimik.study import Study
from mimik.study.consent import why_not
from mimik.study.exchange import archive, pack_study, unpack_study
from mimik.study.integrity import check_files
from mimik.study.purposes import LATER_USE, SHARING, THIS_STUDY


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = make_study(tmp_path / "study")
    add_person(study, 1, age="31", site="Bern")
    add_person(study, 2, age="44", purposes=(THIS_STUDY, SHARING))
    return study


def everything_under(folder: Path) -> dict[str, bytes]:
    """Return what lies in a study, without its own books."""
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: data for name, data in found.items() if not name.startswith(("audit", "ledger"))}


@pytest.mark.parametrize("purpose", [SHARING, THIS_STUDY])
def test_a_study_comes_out_as_it_went_in(study: Study, tmp_path: Path, purpose: str) -> None:
    before = everything_under(study.folder)
    packed = pack_study(study, tmp_path / "a.mimikpack", purpose=purpose)
    done = unpack_study(packed.file, tmp_path / "out")

    out = Study.open(tmp_path / "out")
    assert out.fingerprint() == study.fingerprint()
    assert check_files(out.folder).findings == ()
    assert (done.participants, done.sessions, done.frames) == (2, 2, 120)
    assert (packed.participants, packed.sessions, packed.frames) == (2, 2, 120)
    assert {p.id for p in out.participants} == {p.id for p in study.participants}
    assert everything_under(study.folder) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mimikpack", "out", "pictures of study", "study"]


def test_within_the_study_every_file_is_the_same(study: Study, tmp_path: Path) -> None:
    pack_study(study, tmp_path / "a.mimikpack", purpose=THIS_STUDY)
    unpack_study(tmp_path / "a.mimikpack", tmp_path / "out")

    before, after = everything_under(study.folder), everything_under(tmp_path / "out")
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {"study.toml"}
    assert tomllib.loads(before["study.toml"].decode()) == tomllib.loads(after["study.toml"].decode())


def test_other_programs_read_a_pack_and_find_what_its_manifest_says(study: Study, tmp_path: Path) -> None:
    packed = pack_study(study, tmp_path / "a.mimikpack")

    data = packed.file.read_bytes()
    assert hashlib.sha256(data).hexdigest() == packed.sha256 and len(data) == packed.size
    with zipfile.ZipFile(packed.file) as file:
        assert file.testzip() is None
        names = file.namelist()
        manifest = json.loads(file.read(names[0]))
        said = {each["path"]: (each["size"], each["sha256"]) for each in manifest["files"]}
        found = {n: (len(b := file.read(n)), hashlib.sha256(b).hexdigest()) for n in names[1:]}
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names[0] == "manifest.json" and said == found
    assert manifest["title"] == "Bern" and manifest["synthetic"] is False
    assert manifest["purpose"] == "sharing" and manifest["protocol"] == {"name": "asking", "version": 3}
    assert len(manifest["packed"]) == len("2026-03-01")


def test_archives_beyond_32_bits_are_read_by_other_programs(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_LIMIT", 0xFFFFFFFF)
    ordinary = pack_study(study, tmp_path / "a.mimikpack", purpose=THIS_STUDY).size
    wide = [archive.Member("a", 2**33, 1), archive.Member("b", 5, 2), archive.Member("c", 2**32 - 1, 3)]
    sparse = tmp_path / "wide.zip"
    with sparse.open("wb") as file:  # a file with holes: the bytes of members are never written
        writer = archive.ArchiveWriter(file.write)
        for member in wide:
            writer.begin(member)
            file.seek(member.size, os.SEEK_CUR)
        writer.end()
    with zipfile.ZipFile(sparse) as read:
        assert [(i.filename, i.file_size, i.CRC) for i in read.infolist()] == [
            ("a", 2**33, 1),
            ("b", 5, 2),
            ("c", 2**32 - 1, 3),
        ]
        assert len(read.open("b").read(0)) == 0
    assert sparse.stat().st_size == archive.archive_size([(m.path, m.size) for m in wide])
    assert ordinary < 2**32


def test_more_files_than_16_bits_count_are_read_by_other_programs(tmp_path: Path) -> None:
    with (tmp_path / "many.zip").open("wb") as file:
        writer = archive.ArchiveWriter(file.write)
        for number in range(0xFFFF + 1):
            writer.begin(archive.Member(str(number), 0, 0))
        writer.end()
    with zipfile.ZipFile(tmp_path / "many.zip") as read:
        assert len(read.namelist()) == 0xFFFF + 1


def test_only_who_agreed_is_shared_and_others_are_named(study: Study, tmp_path: Path) -> None:
    alone = add_person(study, 3, purposes=(THIS_STUDY,))
    begun = add_person(study, 4, finish=False)
    nothing = study.add_participant().id
    done = pack_study(study, tmp_path / "a.mimikpack")

    assert done.participants == 2
    assert done.left_out[alone] == "no consent to 'sharing'"
    assert done.left_out[nothing] == "no consent recorded"
    assert "not finished" in done.left_out[f"{begun}/ses-01"]
    data = done.file.read_bytes()
    assert not any(who.encode() in data for who in (alone, begun, nothing))
    assert b"recording.journal" not in data
    within = pack_study(study, tmp_path / "b.mimikpack", purpose=THIS_STUDY)
    assert within.participants == 4 and within.left_out.keys() == {nothing, f"{begun}/ses-01"}


def test_an_interrupted_session_stays_and_its_person_travels(study: Study, tmp_path: Path) -> None:
    who = study.participants[0].id
    add_session(study, who, 9, finish=False)
    done = pack_study(study, tmp_path / "a.mimikpack")

    assert done.sessions == 2 and list(done.left_out) == [f"{who}/ses-02"]


def test_where_nobody_agreed_nothing_is_written(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    add_person(study, 1, purposes=(THIS_STUDY,))
    with pytest.raises(ConsentMissing, match="agreed to 'sharing', found none of 1"):
        pack_study(study, tmp_path / "a.mimikpack")
    assert not list(tmp_path.glob("*.mimikpack"))


def test_shared_are_neither_words_nor_columns_nor_what_devices_are_known_by(
    study: Study, tmp_path: Path
) -> None:
    shared = pack_study(study, tmp_path / "a.mimikpack")
    unpack_study(shared.file, tmp_path / "out")

    files = everything_under(tmp_path / "out")
    assert not [name for name, data in files.items() if b"Anna" in data and not name.endswith(".parquet")]
    assert files["participants.tsv"].splitlines()[0] == b"participant_id"
    assert shared.columns == () and shared.columns_left_out == ("age", "site")
    here, there = (tomllib.loads((f / "study.toml").read_text()) for f in (study.folder, tmp_path / "out"))
    assert here["device_salt"] != there["device_salt"]
    digests = [
        {d["digest"] for d in tomllib.loads((f / "devices.toml").read_text())["device"]}
        for f in (study.folder, tmp_path / "out")
    ]
    assert len(digests[1]) == 2 and not digests[0] & digests[1]
    out = Study.open(tmp_path / "out")
    assert [t.answers for t in out.sessions()[0].trials] == [{"strength": "7"}, {}]
    assert [t.excluded for t in out.sessions()[0].trials] == ["", "not told"]


def test_words_and_columns_travel_where_they_are_asked_for(study: Study, tmp_path: Path) -> None:
    pack_study(study, tmp_path / "a.mimikpack", free_text=True, columns=["age"])
    unpack_study(tmp_path / "a.mimikpack", tmp_path / "out")

    out = Study.open(tmp_path / "out")
    info = out.sessions()[0]
    assert info.trials[0].answers == {"strength": "7", "word": "it was Anna"}
    assert info.trials[1].excluded == "Anna laughed"
    assert [e.note for e in out.events(info)] == ["Anna came late"]
    assert {p.columns["age"] for p in out.participants} == {"31", "44"}
    assert all("site" not in p.columns for p in out.participants)


def test_columns_and_people_that_nobody_knows_are_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="expected columns among age, site, found 'sex'"):
        pack_study(study, tmp_path / "a.mimikpack", columns=["sex"])
    with pytest.raises(StudyError, match="found sub-NOBODY"):
        pack_study(study, tmp_path / "a.mimikpack", participants=["sub-NOBODY"])


def test_a_part_of_the_people_can_be_packed(study: Study, tmp_path: Path) -> None:
    first, second = (person.id for person in study.participants)
    done = pack_study(study, tmp_path / "a.mimikpack", participants=[first])

    assert done.participants == 1 and not done.left_out
    assert second.encode() not in done.file.read_bytes()


def test_fresh_pseudonyms_stand_everywhere(study: Study, tmp_path: Path) -> None:
    old = [person.id for person in study.participants]
    done = pack_study(study, tmp_path / "a.mimikpack", fresh_pseudonyms=True)
    unpack_study(done.file, tmp_path / "out")

    data = done.file.read_bytes()
    assert not any(who.encode() in data for who in old)
    out = Study.open(tmp_path / "out")
    assert {p.id for p in out.participants} == set(done.pseudonyms.values())
    assert out.fingerprint() == study.fingerprint()
    assert check_files(out.folder).findings == ()


def test_records_of_consent_keep_where_they_came_from(study: Study, tmp_path: Path) -> None:
    pack_study(study, tmp_path / "a.mimikpack")
    pack_study(study, tmp_path / "b.mimikpack", purpose=THIS_STUDY)
    unpack_study(tmp_path / "a.mimikpack", tmp_path / "shared")
    unpack_study(tmp_path / "b.mimikpack", tmp_path / "same")

    shared = {
        p.consent.purposes: p.consent for p in Study.open(tmp_path / "shared").participants if p.consent
    }
    assert {c.origin for c in shared.values()} == {"Bern"}
    assert why_not(shared[ALL], THIS_STUDY) == ""
    assert why_not(shared[THIS_STUDY, SHARING], THIS_STUDY) == f"no consent to {LATER_USE!r}"
    assert all(p.consent and not p.consent.origin for p in Study.open(tmp_path / "same").participants)


def test_an_encrypted_pack_needs_its_passphrase(study: Study, tmp_path: Path) -> None:
    done = pack_study(study, tmp_path / "a.mimikpack", passphrase="four words are good")

    data = done.file.read_bytes()
    assert hashlib.sha256(data).hexdigest() == done.sha256 and b"manifest" not in data
    for passphrase in (None, "four words are bad"):
        with pytest.raises(StudyLocked, match="passphrase"):
            unpack_study(done.file, tmp_path / "out", passphrase=passphrase)
    unpack_study(done.file, tmp_path / "out", passphrase="four words are good")
    assert Study.open(tmp_path / "out").fingerprint() == study.fingerprint()


def test_damaged_files_are_not_packed_unless_they_stay(study: Study, tmp_path: Path) -> None:
    first, second = (person.id for person in study.participants)
    frames = study.folder / second / "ses-01" / "frames.parquet"
    frames.write_bytes(frames.read_bytes()[:-1])
    with pytest.raises(StudyDamaged, match=f"{second}/ses-01/frames.parquet"):
        pack_study(study, tmp_path / "a.mimikpack")
    assert pack_study(study, tmp_path / "a.mimikpack", participants=[first]).participants == 1


def test_a_file_that_changes_meanwhile_is_noticed(study: Study, tmp_path: Path) -> None:
    picture = study.folder / "media" / "happy.png"

    def change(done: float, of: float | None) -> None:
        if done > 1:
            picture.write_bytes(b"another one now")

    with pytest.raises(StudyBusy, match=r"media/happy\.png changed meanwhile"):
        pack_study(study, tmp_path / "a.mimikpack", on_progress=change)
    assert [p.name for p in tmp_path.iterdir() if "mimikpack" in p.name] == []


@pytest.mark.parametrize("what", ["there already", "in the study", "another name"])
def test_places_where_no_pack_can_be_are_refused(study: Study, tmp_path: Path, what: str) -> None:
    out = {"in the study": study.folder / "a.mimikpack", "another name": tmp_path / "a.zip"}.get(
        what, tmp_path / "a.mimikpack"
    )
    if what == "there already":
        out.write_text("mine")
    with pytest.raises(StudyError, match="expected a file"):
        pack_study(study, out)
    assert not out.exists() or out.read_text() == "mine"


def test_a_table_of_people_says_nothing_of_the_order_in_which_they_came(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    for seed in range(4):
        add_person(study, seed)
    pack_study(study, tmp_path / "a.mimikpack")
    unpack_study(tmp_path / "a.mimikpack", tmp_path / "out")

    rows = (tmp_path / "out" / "participants.tsv").read_text().splitlines()
    assert len(rows) == 5 and rows[1:] == sorted(rows[1:])
