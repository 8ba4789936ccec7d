"""An encrypted study works like any other with its key, and says nothing of anybody without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mimik.errors import StudyDamaged, StudyError, StudyLocked, StudyRekeyed
from mimik.frame import COLUMNS, Frame
from mimik.protocol import Protocol
from mimik.study import SessionFacts, SessionInfo, Study
from mimik.study.audit.hold import held_trail
from mimik.study.disk.folderstore import FolderStore
from mimik.study.integrity import check_files, repair_files
from mimik.study.opening import study_store
from mimik.study.sealing.encryption import read_encryption, write_encryption
from mimik.study.sealing.keyfile import make_key_file
from mimik.study.sealing.keys import unlocked, with_slot

PASSPHRASE = "correct horse battery"
START = 1_700_000_000.0
VALUES = np.linspace(0.111, 0.777, 64, dtype=np.float32)


@pytest.fixture
def sealed(tmp_path: Path, protocol: Protocol, cheap_scrypt: None) -> Study:
    study = Study.create(tmp_path / "study", title="Sealed", protocol=protocol, key=PASSPHRASE)
    study.add_participant("sub-BCDFGH", diagnosis="melancholia")
    study.record_consent("sub-BCDFGH", version="1", at=START)
    return study


def record(study: Study, *, finish: bool = True) -> SessionInfo:
    with study.start_session("sub-BCDFGH", SessionFacts(started=START)) as writer:
        writer.open_trial(0, "joyful", START)
        for i in range(50):
            writer.frame(0, Frame(1, i, i / 60, START + i / 60, True, VALUES))
        writer.note("she laughed heartily", START + 1)
        writer.close_trial(0, "complete", START + 1)
        return writer.finish(START + 2) if finish else writer.info


def raw(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_it_is_recorded_into_and_read_with_its_key(sealed: Study) -> None:
    record(sealed)
    record(sealed, finish=False)

    study = Study.open(sealed.folder, key=PASSPHRASE)
    done, broken_off = study.sessions()
    assert (done.status, done.frames, broken_off.status, broken_off.frames) == (
        "complete",
        50,
        "interrupted",
        50,
    )
    np.testing.assert_array_equal(study.read_session(done).block.values[7], VALUES)
    finished = study.finish_session(broken_off, at=START + 9)
    assert study.read_session(finished).block.values.shape == (50, 64)
    assert [p.columns["diagnosis"] for p in study.participants] == ["melancholia"]


def test_nothing_personal_can_be_read_in_its_folder(sealed: Study) -> None:
    record(sealed)
    record(sealed, finish=False)
    files = raw(sealed.folder)

    assert any(name.endswith("recording.journal") for name in files)
    secrets = [b"melancholia", b"diagnosis", b"joyful", b"laughed", b"PAR1", b"agree", COLUMNS[0].encode()]
    secrets += [b"sub-BCDFGH", VALUES.tobytes()[:12], np.float64(START).tobytes(), b"[[trials]]", b"onset"]
    for name, data in files.items():
        if name not in ("study.toml", "encryption.toml"):
            assert data.startswith(b"\xa7MIMIK\x1a\n"), name
            assert not [secret for secret in secrets if secret in data], name


def test_without_a_key_it_stays_shut(sealed: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudyLocked, match="found none") as caught:
        Study.open(sealed.folder)
    assert "MIMIK_PASSPHRASE" in caught.value.hint
    with pytest.raises(StudyLocked):
        check_files(sealed.folder)
    for wrong in ("correct horse", Path("no such file")):
        with pytest.raises(StudyLocked):
            Study.open(sealed.folder, key=wrong)
    monkeypatch.setenv("MIMIK_PASSPHRASE", "something else")
    with pytest.raises(StudyLocked, match="does not"):
        Study.open(sealed.folder)


def test_the_environment_can_tell_the_key(
    sealed: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)
    assert Study.open(sealed.folder).title == "Sealed"
    assert check_files(sealed.folder).findings

    files = FolderStore(sealed.folder)
    encryption = read_encryption(files)
    key_file = tmp_path / "stick" / "safe.key"
    make_key_file(key_file, outside=sealed.folder)
    assert key_file.stat().st_mode & 0o777 == 0o600
    write_encryption(files, with_slot(encryption, unlocked(encryption, PASSPHRASE, where=""), key_file))
    monkeypatch.setenv("MIMIK_PASSPHRASE", "wrong one")
    monkeypatch.setenv("MIMIK_KEY_FILE", str(key_file))
    assert len(Study.open(sealed.folder).participants) == 1
    assert Study.open(sealed.folder, key=PASSPHRASE)


def test_a_key_file_can_not_lie_in_the_study(sealed: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="outside of the study"):
        make_key_file(sealed.folder / "keys" / "a.key", outside=sealed.folder)
    make_key_file(tmp_path / "a.key", outside=sealed.folder)
    with pytest.raises(StudyError, match="cannot write"):
        make_key_file(tmp_path / "a.key", outside=sealed.folder)


def test_a_plain_file_in_its_place_is_refused(sealed: Study) -> None:
    (sealed.folder / "participants.tsv").write_text("participant_id\nsub-BCDFGH\n")

    with pytest.raises(StudyDamaged, match="not encrypted"):
        _ = Study.open(sealed.folder, key=PASSPHRASE).participants


def test_a_file_cut_to_nothing_is_refused_and_its_kind_can_not_be_changed(sealed: Study) -> None:
    path = sealed.folder / "participants.tsv"
    data = path.read_bytes()
    for bad in (b"", data[:20], data[:9] + b"\x02" + data[10:]):
        path.write_bytes(bad)
        with pytest.raises(StudyDamaged):
            _ = Study.open(sealed.folder, key=PASSPHRASE).participants


def test_nobody_without_the_key_makes_it_accept_plain_files(sealed: Study) -> None:
    files = FolderStore(sealed.folder)
    write_encryption(files, replace(read_encryption(files), state="decrypting"))

    with pytest.raises(StudyDamaged, match="found it changed"):
        Study.open(sealed.folder, key=PASSPHRASE)


def test_a_program_that_holds_old_keys_writes_nothing(sealed: Study) -> None:
    files = FolderStore(sealed.folder)
    encryption = read_encryption(files)
    keys = unlocked(encryption, PASSPHRASE, where="")
    write_encryption(files, replace(encryption, state="rekeying").proven(keys))

    with pytest.raises(StudyRekeyed, match="changed by another program"):
        sealed.add_participant("sub-JKLMNP")
    with (
        pytest.raises(StudyRekeyed, match="changed by another program"),
        held_trail(sealed.store.inner, sleep=lambda _: pytest.fail("waited")),  # type: ignore[attr-defined]
    ):
        pytest.fail("held the trail")


def test_damaged_files_are_found_and_restored_from_the_journal(
    sealed: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIMIK_PASSPHRASE", PASSPHRASE)
    info = record(sealed, finish=False)
    folder = f"{info.participant}/{info.session}"
    store = study_store(sealed.folder)
    journal = store.inner.read(f"{folder}/recording.journal")  # type: ignore[attr-defined]
    sealed.finish_session(info, at=START + 3)
    (sealed.folder / folder / "recording.journal").write_bytes(journal)
    whole = (sealed.folder / folder / "frames.parquet").read_bytes()
    (sealed.folder / folder / "frames.parquet").write_bytes(whole[:500] + b"?" + whole[501:])

    assert any(f.file.endswith("frames.parquet") for f in check_files(sealed.folder).findings)
    repair_files(sealed.folder)
    with pytest.raises(StudyDamaged):  # the journal has no end, so nothing was guessed
        sealed.read_session(next(iter(sealed.sessions())))


@pytest.mark.parametrize("size", [0, 1, 5, 8, 9, 10, 63])
def test_a_trail_of_which_next_to_nothing_was_written_goes_on(sealed: Study, size: int) -> None:
    """As after a power cut: the head of a sealed file takes 64 bytes."""
    trail = sealed.folder / "audit.jsonl"
    trail.write_bytes(trail.read_bytes()[:size])
    (sealed.folder / "audit-head.json").unlink()
    study = Study.open(sealed.folder, key=PASSPHRASE)
    study.audit.note("noted")
    assert b'"noted"' in study.store.read("audit.jsonl")
