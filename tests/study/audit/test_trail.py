"""The audit trail: no file changes untold, nobody is named, and what was cut off or altered shows."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError
from mimik.protocol import load_protocol
from mimik.study import Study
from mimik.study.audit import Audit, AuditedStore, parse_chain, verify_chain
from mimik.study.audit.chain import Head, Line, digest_of, encode_line
from mimik.study.layout import AUDIT, AUDIT_HEAD, LEDGER
from mimik.study.ledger import read_ledger
from mimik.study.store import FolderStore

PERSON = "sub-K7M2QX"


def lines_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / AUDIT).read_bytes().splitlines()]


def salted(store: AuditedStore, participant: str, data: bytes) -> str:
    entry = read_ledger(store).entry(participant)
    assert entry is not None
    return sha256(bytes.fromhex(entry.salt) + data).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> AuditedStore:
    return AuditedStore(FolderStore(tmp_path))


def test_a_written_file_is_told_by_reference_with_a_salted_digest(
    store: AuditedStore, tmp_path: Path
) -> None:
    store.write(f"{PERSON}/ses-01/events.tsv", b"what happened")
    (line,) = lines_of(tmp_path)
    entry = read_ledger(store).entry(PERSON)
    assert entry is not None
    assert line["what"] == "wrote"
    assert line["of"] == entry.reference
    assert line["file"] == "ses-01/events.tsv"
    assert line["digest"] == salted(store, PERSON, b"what happened")
    assert PERSON not in (tmp_path / AUDIT).read_text()


def test_what_is_no_lasting_file_is_not_told(store: AuditedStore, tmp_path: Path) -> None:
    store.write(".staged-1/0", b"x")
    store.write("derivatives/evaluation/fold.npz", b"x")
    store.append(f"{PERSON}/ses-01/recording.journal").close()
    assert not (tmp_path / AUDIT).exists()


def test_a_folder_that_gets_its_name_is_told_file_by_file(store: AuditedStore, tmp_path: Path) -> None:
    store.write(".new-x/session.json", b"{}")
    store.write(".new-x/events.tsv", b"onset")
    store.rename(".new-x", f"{PERSON}/ses-01")
    assert [(line["what"], line["file"]) for line in lines_of(tmp_path)] == [
        ("wrote", "ses-01/events.tsv"),
        ("wrote", "ses-01/session.json"),
    ]
    store.rename(f"{PERSON}/ses-01", ".discarded-x")
    assert [line["what"] for line in lines_of(tmp_path)[2:]] == ["removed", "removed"]


class FullDisk(FolderStore):
    """Has no room for the name of one file: everything else goes well."""

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        if path != "participants.tsv" or not self.exists(path):
            with super().open_writer(path) as file:
                yield file
            return
        yield io.BytesIO()
        self.told = [json.loads(line)["what"] for line in self.read(AUDIT).splitlines()]
        raise StudyError("cannot write participants.tsv: No space left on device.")


def test_a_line_is_on_the_disk_before_its_file_and_a_change_that_fails_is_told_as_undone(
    tmp_path: Path,
) -> None:
    disk = FullDisk(tmp_path)
    store = AuditedStore(disk)
    store.write("participants.tsv", b"old")
    with pytest.raises(StudyError, match="No space left"):
        store.write("participants.tsv", b"new")
    assert disk.told == ["wrote", "wrote"]
    assert [line["what"] for line in lines_of(tmp_path)] == ["wrote", "wrote", "undone"]
    assert lines_of(tmp_path)[-1]["digest"] == salted(store, "", b"old")
    Audit(store).verify()


def test_a_hand_edit_is_told_before_it_is_overwritten(store: AuditedStore, tmp_path: Path) -> None:
    store.write("participants.tsv", b"old")
    (tmp_path / "participants.tsv").write_bytes(b"edited by hand")
    store.write("participants.tsv", b"new")
    assert [line["what"] for line in lines_of(tmp_path)] == ["wrote", "found-altered", "wrote"]


def killed_after_the_line(tmp_path: Path) -> None:
    """Leave what a program leaves that is killed between telling a change and making it."""
    store = AuditedStore(FolderStore(tmp_path))
    anchor = (tmp_path / AUDIT_HEAD).read_bytes()
    old = (tmp_path / "participants.tsv").read_bytes()
    store.write("participants.tsv", b"never written")
    (tmp_path / "participants.tsv").write_bytes(old)
    (tmp_path / AUDIT_HEAD).write_bytes(anchor)


def test_what_a_killed_program_told_and_did_not_do_is_told_as_undone(
    store: AuditedStore, tmp_path: Path
) -> None:
    store.write("participants.tsv", b"old")
    killed_after_the_line(tmp_path)
    audit = Audit(AuditedStore(FolderStore(tmp_path)))
    audit.settle()
    last = audit.lines[-1]
    assert (last.what, last.file, last.digest) == ("undone", "participants.tsv", salted(store, "", b"old"))
    before = (tmp_path / AUDIT).read_bytes()
    audit.settle()  # nothing left to settle
    assert (tmp_path / AUDIT).read_bytes() == before


def test_a_torn_last_line_is_cut_off(store: AuditedStore, tmp_path: Path) -> None:
    store.write("participants.tsv", b"old")
    with (tmp_path / AUDIT).open("ab") as file:
        file.write(b'{"n":2,"at":"20')
    store.write("participants.tsv", b"new")
    assert Audit(store).verify() == Head(2, digest_of((tmp_path / AUDIT).read_bytes().splitlines()[-1]))


def test_an_end_that_was_cut_off_shows(store: AuditedStore, tmp_path: Path) -> None:
    store.write("participants.tsv", b"1")
    store.write("participants.tsv", b"2")
    first = (tmp_path / AUDIT).read_bytes().splitlines(keepends=True)[0]
    (tmp_path / AUDIT).write_bytes(first)
    with pytest.raises(StudyDamaged, match="expected at least 2 lines, as anchored, found 1"):
        Audit(store).verify()
    store.write("participants.tsv", b"3")  # goes on, and says so for ever
    assert "found-cut" in [line.what for line in Audit(store).lines]


def test_a_head_written_down_elsewhere_shows_a_trail_made_anew(store: AuditedStore, tmp_path: Path) -> None:
    store.write("participants.tsv", b"1")
    written_down = Audit(store).verify()
    store.write("participants.tsv", b"2")
    assert Audit(store).verify(written_down).length == 2
    (tmp_path / AUDIT).unlink()
    (tmp_path / AUDIT_HEAD).unlink()
    store.write("participants.tsv", b"2")
    store.write("participants.tsv", b"3")
    Audit(store).verify()
    with pytest.raises(StudyDamaged, match="as anchored"):
        Audit(store).verify(written_down)


def test_forgetting_somebody_leaves_a_trail_that_names_and_confirms_nothing(
    store: AuditedStore, tmp_path: Path
) -> None:
    store.write("participants.tsv", f"participant_id\n{PERSON}\n".encode())
    store.write(f"{PERSON}/ses-01/events.tsv", b"x")
    old = read_ledger(store).entry("")
    store.remove(PERSON)
    store.write("participants.tsv", b"participant_id\n")
    Audit(store).forget(PERSON)
    new = read_ledger(store).entry("")
    assert old is not None
    assert new is not None
    assert old.salt != new.salt
    assert PERSON not in (tmp_path / LEDGER).read_text() + (tmp_path / AUDIT).read_text()
    assert lines_of(tmp_path)[-1]["digest"] == salted(store, "", b"participant_id\n")
    Audit(store).verify()


def test_a_study_is_audited_from_its_first_file(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", title="T", protocol=load_protocol("hartmann2022"), synthetic=True)
    study.add_participant(PERSON, age="31")
    study.audit.note("released", of=study.reference(PERSON), why="a paper", by="nurse 2", facts={"people": 1})
    said = study.audit.lines
    assert said[-1] == Line(
        n=len(said),
        at=said[-1].at,
        what="released",
        by="nurse 2",
        of=study.reference(PERSON),
        why="a paper",
        facts={"people": 1},
        prev=said[-1].prev,
    )
    assert {"study.toml", "protocol.toml", "participants.tsv", "consent/text-1.md"} <= {
        line.file for line in said
    }


def test_an_edit_is_accepted_by_name_and_reason(store: AuditedStore, tmp_path: Path) -> None:
    store.write("participants.tsv", b"old")
    (tmp_path / "participants.tsv").write_bytes(b"edited")
    audit = Audit(store)
    with pytest.raises(StudyError):
        audit.accept("participants.tsv", by="", why="ages added")
    audit.accept("participants.tsv", by="nurse 2", why="ages added")
    last = audit.lines[-1]
    assert (last.what, last.by, last.why) == ("accepted", "nurse 2", "ages added")
    assert last.digest == salted(store, "", b"edited")


ADDING = """
import sys
from pathlib import Path
from mimik.study.audit import Audit, AuditedStore
from mimik.study.store import FolderStore
store = AuditedStore(FolderStore(Path(sys.argv[1])))
for i in range(30):
    store.write(f"media/{sys.argv[2]}-{i}.png", b"x")
"""


def test_two_programs_at_once_make_one_chain(tmp_path: Path) -> None:
    programs = [
        subprocess.Popen([sys.executable, "-c", ADDING, str(tmp_path), name]) for name in ("a", "b", "c")
    ]
    assert [program.wait() for program in programs] == [0, 0, 0]
    audit = Audit(FolderStore(tmp_path))
    assert audit.verify().length == 90
    assert len({line.file for line in audit.lines}) == 90


def chain(n: int) -> list[bytes]:
    raws: list[bytes] = []
    prev = "0" * 64
    for i in range(1, n + 1):
        raws.append(
            encode_line(Line(n=i, at="2026-01-01T00:00:00+00:00", what="noted", why=f"w{i}", prev=prev))
        )
        prev = digest_of(raws[-1])
    return raws


CHAIN = chain(12)
ANCHOR = Head(12, digest_of(CHAIN[-1]))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_line_altered_dropped_added_or_exchanged_is_found(data: st.DataObject) -> None:
    raws = list(CHAIN)
    i, j = data.draw(st.integers(0, 11)), data.draw(st.integers(0, 11))
    match data.draw(st.sampled_from(["flip", "drop", "add", "exchange", "cut"])):
        case "flip":
            k = data.draw(st.integers(0, len(raws[i]) - 1))
            bit = data.draw(st.integers(0, 7))
            raws[i] = raws[i][:k] + bytes([raws[i][k] ^ (1 << bit)]) + raws[i][k + 1 :]
        case "drop":
            del raws[i]
        case "add":
            raws.insert(i, raws[j])
        case "exchange":
            if i == j:
                return
            raws[i], raws[j] = raws[j], raws[i]
        case "cut":
            raws = raws[:i]
    with pytest.raises(StudyDamaged):
        verify_chain(b"".join(raw + b"\n" for raw in raws), ANCHOR)


def test_a_whole_chain_verifies_and_reads_back() -> None:
    data = b"".join(raw + b"\n" for raw in CHAIN)
    assert verify_chain(data, ANCHOR) == ANCHOR
    assert verify_chain(data, Head(5, digest_of(CHAIN[4]))) == ANCHOR
    assert [line.why for line in parse_chain(data)] == [f"w{i}" for i in range(1, 13)]
