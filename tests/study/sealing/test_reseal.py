"""A study is encrypted, decrypted and given new keys whole, however often that is broken off."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mimik.errors import StudyBusy, StudyDamaged, StudyError, StudyLocked
from mimik.frame import Frame
from mimik.protocol import Protocol
from mimik.study import SessionFacts, Study
from mimik.study.disk.folderstore import FolderStore
from mimik.study.integrity import check_files
from mimik.study.opening import study_store
from mimik.study.sealing.encryption import read_encryption
from mimik.study.sealing.keyfile import make_key_file
from mimik.study.sealing.reseal import (
    add_key,
    change_key,
    decrypt_study,
    encrypt_study,
    rekey_study,
    state_of,
)

PASSPHRASE = "correct horse battery"
START = 1_700_000_000.0
CHILD = Path(__file__).with_name("reseal_until_killed.py")

pytestmark = pytest.mark.usefixtures("cheap_scrypt")


@pytest.fixture
def study(tmp_path: Path, protocol: Protocol) -> Study:
    study = Study.create(tmp_path / "study", title="Plain", protocol=protocol)
    for i in range(4):
        person = study.add_participant(f"sub-BCDFG{i}", diagnosis="melancholia").id
        study.record_consent(person, version="1", at=START)
        with study.start_session(person, SessionFacts(started=START)) as writer:
            writer.open_trial(0, "joyful", START)
            for number in range(300):
                values = np.full(64, number, np.float32)
                writer.frame(0, Frame(1, number, number / 60, START, True, values))
            if i:
                writer.finish(START + 2)
    return study


def content(folder: Path, key: str | Path | None = PASSPHRASE) -> dict[str, bytes]:
    """All files of a study as its store gives them."""
    store = study_store(folder, key)
    files = (str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    names = (path for path in files if path != "encryption.toml" and not path.endswith(".part"))
    return {path: store.read(path) for path in names}


def raw(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_plain_study_is_encrypted_and_decrypted_again(study: Study) -> None:
    before = content(study.folder)
    left = study.folder / ".participants.tsv.part"
    left.write_text("sub-BCDFG1 melancholia")
    calls: list[tuple[int, int]] = []

    encrypt_study(study.folder, PASSPHRASE, on_progress=lambda done, of: calls.append((done, of)))

    assert calls[0][0] == 0 and calls[-1][0] == calls[-1][1] > 4
    assert state_of(study.folder) == "sealed"
    assert not left.exists()
    for name, data in raw(study.folder).items():
        assert b"melancholia" not in data and b"joyful" not in data and b"PAR1" not in data, name
    assert content(study.folder) == before
    opened = Study.open(study.folder, key=PASSPHRASE)
    broken_off = opened.sessions()[0]
    assert opened.finish_session(broken_off, at=START + 3).frames == 300  # its journal still grows

    after = content(study.folder)
    decrypt_study(study.folder, PASSPHRASE)
    assert state_of(study.folder) == "plain"
    assert raw(study.folder) == after


def test_new_keys_open_everything_and_old_ones_nothing(study: Study, tmp_path: Path) -> None:
    before = content(study.folder)
    encrypt_study(study.folder, PASSPHRASE)
    encryption, files = read_encryption(FolderStore(study.folder)), raw(study.folder)

    rekey_study(study.folder, PASSPHRASE)

    renewed = read_encryption(FolderStore(study.folder))
    assert renewed.generations == (renewed.current,) != encryption.generations
    assert content(study.folder) == before
    for name, data in raw(study.folder).items():
        assert name == "study.toml" or data != files[name]
        assert encryption.current not in data[:40]


def test_a_passphrase_is_changed_without_touching_other_files(study: Study) -> None:
    encrypt_study(study.folder, PASSPHRASE)
    before = raw(study.folder)

    change_key(study.folder, "another passphrase", PASSPHRASE)

    changed = [name for name, data in raw(study.folder).items() if data != before[name]]
    assert changed == ["encryption.toml"]
    assert Study.open(study.folder, key="another passphrase")
    with pytest.raises(StudyLocked):
        Study.open(study.folder, key=PASSPHRASE)


def test_a_key_file_in_the_safe_opens_it_too_and_is_not_dropped_unasked(study: Study, tmp_path: Path) -> None:
    encrypt_study(study.folder, PASSPHRASE)
    safe = tmp_path / "safe.key"
    make_key_file(safe, outside=study.folder)
    add_key(study.folder, safe, PASSPHRASE)
    assert Study.open(study.folder, key=safe)

    with pytest.raises(StudyError, match="key file"):
        rekey_study(study.folder, PASSPHRASE)
    rekey_study(study.folder, PASSPHRASE, others=(safe,))
    assert Study.open(study.folder, key=safe)
    rekey_study(study.folder, PASSPHRASE, drop_others=True)
    assert Study.open(study.folder, key=PASSPHRASE)
    with pytest.raises(StudyLocked):
        Study.open(study.folder, key=safe)


def test_it_is_refused_while_a_session_is_recorded(study: Study) -> None:
    with study.start_session("sub-BCDFG1", SessionFacts(started=START)), pytest.raises(StudyBusy):
        encrypt_study(study.folder, PASSPHRASE)
    with study.store.lock(), pytest.raises(StudyBusy):
        encrypt_study(study.folder, PASSPHRASE)
    assert state_of(study.folder) == "plain"


def test_a_program_that_opened_it_plain_writes_nothing_plain_any_more(study: Study) -> None:
    encrypt_study(study.folder, PASSPHRASE)
    with pytest.raises(StudyBusy, match="was encrypted by another program"):
        study.add_participant("sub-JKLMNP")
    with pytest.raises(StudyBusy):
        study.start_session("sub-BCDFG1", SessionFacts(started=START))


def test_what_makes_no_sense_is_told(study: Study) -> None:
    for change in (decrypt_study, rekey_study):
        with pytest.raises(StudyError, match="found a plain one"):
            change(study.folder, PASSPHRASE)
    encrypt_study(study.folder, PASSPHRASE)
    with pytest.raises(StudyError, match="found an encrypted one"):
        encrypt_study(study.folder, PASSPHRASE)
    with pytest.raises(StudyLocked):
        rekey_study(study.folder, "something else")


class BrokenOff(Exception):
    pass


@pytest.mark.parametrize("at", range(0, 18, 3))
def test_broken_off_it_is_readable_meanwhile_and_goes_on(study: Study, at: int) -> None:
    def stop(done: int, of: int) -> None:
        if done == at:
            raise BrokenOff

    before = content(study.folder)
    changes = (
        lambda on: encrypt_study(study.folder, PASSPHRASE, on_progress=on),
        lambda on: rekey_study(study.folder, PASSPHRASE, on_progress=on),
        lambda on: decrypt_study(study.folder, PASSPHRASE, on_progress=on),
    )
    states = ("encrypting", "rekeying", "decrypting")
    for change, state in zip(changes, states, strict=True):
        with pytest.raises(BrokenOff):
            change(stop)
        assert state_of(study.folder) == state
        assert content(study.folder) == before
        for other in changes:
            if other is not change:
                with pytest.raises(StudyError, match=state):
                    other(None)
        change(None)
        assert content(study.folder) == before
    assert state_of(study.folder) == "plain"


@pytest.mark.parametrize("at", range(0, 18, 2))
@pytest.mark.parametrize("change", ["encrypt", "decrypt"])
def test_broken_off_it_can_be_written_meanwhile_and_loses_nothing(study: Study, change: str, at: int) -> None:
    def stop(done: int, of: int) -> None:
        if done == at:
            raise BrokenOff

    reseal = encrypt_study if change == "encrypt" else decrypt_study
    if change == "decrypt":
        encrypt_study(study.folder, PASSPHRASE)
    before = Study.open(study.folder, key=PASSPHRASE)
    broken = [info for info in before.sessions() if info.status == "interrupted"]
    assert broken  # else this test shows less than it says
    noted = len(before.store.read("audit.jsonl").splitlines())
    with pytest.raises(BrokenOff):
        reseal(study.folder, PASSPHRASE, on_progress=stop)

    meanwhile = Study.open(study.folder, key=PASSPHRASE)
    meanwhile.audit.note("looked")
    frames = meanwhile.sessions(broken[0].participant)[0].frames
    with meanwhile.resume_session(broken[0]) as writer:
        writer.event("reminder", START + 100)

    reseal(study.folder, PASSPHRASE)
    after = Study.open(study.folder, key=PASSPHRASE)
    assert after.sessions(broken[0].participant)[0].frames == frames
    assert after.sessions(broken[0].participant)[0].problem == ""
    assert [event.event for event in after.events(broken[0])][-1] == "reminder"
    assert len(after.store.read("audit.jsonl").splitlines()) >= noted + 1
    found = check_files(study.folder, store=after.store).findings
    # Everybody here has the same made-up frames, which is told, and nothing else.
    assert {each.code for each in found if each.severity == "serious"} == {"FILE005"}


def test_a_link_to_elsewhere_is_refused_and_what_it_leads_to_stays(study: Study, tmp_path: Path) -> None:
    outside = tmp_path / "videos"
    outside.mkdir()
    (outside / "film.mp4").write_bytes(b"a film")
    (study.folder / "videos").symlink_to(outside)
    with pytest.raises(StudyError, match="found a link to elsewhere"):
        encrypt_study(study.folder, PASSPHRASE)
    assert state_of(study.folder) == "plain"
    assert (outside / "film.mp4").read_bytes() == b"a film"


def test_a_refused_study_leaves_nothing(tmp_path: Path, protocol: Protocol) -> None:
    with pytest.raises(StudyError, match="consent text"):
        Study.create(tmp_path / "new", title="T", protocol=protocol, consent=" ", key=PASSPHRASE)
    assert not list(tmp_path.glob("new/*"))


def test_a_plain_file_put_there_later_is_damage(study: Study) -> None:
    plain = (study.folder / "participants.tsv").read_bytes()
    encrypt_study(study.folder, PASSPHRASE)
    (study.folder / "participants.tsv").write_bytes(plain)
    with pytest.raises(StudyDamaged):
        content(study.folder)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_at_any_moment_nothing_is_lost(study: Study) -> None:
    before, rng, killed = content(study.folder), random.Random(5), 0
    for _ in range(8):
        with subprocess.Popen(
            [sys.executable, str(CHILD), str(study.folder), PASSPHRASE], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()  # it has begun
            time.sleep(rng.uniform(0, 0.08))
            child.send_signal(signal.SIGKILL)
        killed += child.returncode == -signal.SIGKILL
        assert content(study.folder) == before
    assert killed == 8
    state = state_of(study.folder)
    finish = {"encrypting": encrypt_study, "decrypting": decrypt_study, "rekeying": rekey_study}
    if state in finish:
        finish[state](study.folder, PASSPHRASE)
    assert content(study.folder) == before
    if state_of(study.folder) == "plain":
        encrypt_study(study.folder, PASSPHRASE)
    # what a kill left of a file half written is under a key as well
    assert not [n for n, data in raw(study.folder).items() if b"joyful" in data or b"melancholia" in data]
    assert content(study.folder) == before
