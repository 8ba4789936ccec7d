"""Damage to a study's files is found, is told without a traceback, and is repaired only where it can be."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from damage import START, do_damage, record, tiny_study

from mimik.errors import MimikError
from mimik.study import Study
from mimik.study.integrity import FILE_CHECKS, check_files, repair_files

NORMAL = {"FILE011"}  # the session that broke off


@pytest.fixture(scope="session")
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_study(tmp_path_factory.mktemp("tiny") / "study").folder


@pytest.fixture
def tiny(_tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_tiny, tmp_path / "study"))


def codes(folder: Path) -> set[str]:
    return {each.code for each in check_files(folder).findings}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_whole_study_has_nothing_but_its_unfinished_session(tiny: Path) -> None:
    before = contents(tiny)

    report = check_files(tiny)

    assert {each.code for each in report.findings} == NORMAL
    assert not report.serious
    assert (report.sessions, report.frames) == (3, 24)
    assert contents(tiny) == before


def test_codes_are_in_order_and_different() -> None:
    assert [check.code for check in FILE_CHECKS] == [f"FILE{i:03d}" for i in range(1, len(FILE_CHECKS) + 1)]


@pytest.mark.parametrize(
    "name",
    ["study.toml", "protocol.toml", "participants.tsv", "consent/text-1.md"]
    + [f"sub-P1/ses-01/{name}" for name in ("session.json", "events.tsv", "frames.parquet")]
    + ["sub-P0/ses-02/recording.journal", "sub-P0/ses-02/session.json"],
)
def test_a_missing_file_is_named(tiny: Path, name: str) -> None:
    (tiny / name).unlink()

    found = [each for each in check_files(tiny).findings if each.code == "FILE001"]

    assert [each.file for each in found] == [name]
    assert found[0].remedy


def test_a_consent_text_changed_afterwards_is_found(tiny: Path) -> None:
    text = tiny / "consent" / "text-1.md"
    text.write_text(text.read_text() + "And more.\n")

    assert "FILE007" in codes(tiny)


def test_a_session_without_consent_is_found(tiny: Path) -> None:
    (tiny / "consent" / "sub-P1.toml").unlink()

    assert "FILE006" in codes(tiny)


def test_a_lost_line_of_a_participant_is_found(tiny: Path) -> None:
    table = tiny / "participants.tsv"
    table.write_text("".join(line for line in table.read_text().splitlines(True) if "sub-P1" not in line))

    assert "FILE008" in codes(tiny)


def test_a_copied_session_is_found_as_the_same_recording(tiny: Path) -> None:
    shutil.copytree(tiny / "sub-P1" / "ses-01", tiny / "sub-P1" / "ses-02")

    assert {"FILE004", "FILE005"} <= codes(tiny)


def test_unknown_files_are_told_and_not_blamed(tiny: Path) -> None:
    for place in ("notes.txt", "sub-P1/photo.jpg", "sub-P1/ses-01/list.csv", "consent/scan.pdf"):
        (tiny / place).write_text("")

    report = check_files(tiny)

    assert not report.serious
    assert len([each for each in report.findings if each.code == "FILE013"]) == 4


def test_what_a_stopped_program_left_is_told(tiny: Path) -> None:
    (tiny / ".staged-1234").mkdir()
    (tiny / "sub-P1" / "ses-01" / ".events.tsv.part").write_text("onset")

    report = check_files(tiny)

    assert not report.serious
    assert [each.file for each in report.findings if each.code == "FILE010"] == [
        ".staged-1234",
        "sub-P1/ses-01/.events.tsv.part",
    ]


def damaged_in_every_way(whole: Path, place: Path, *, mutations: int, seed: int) -> None:
    rng = random.Random(seed)
    missed = []
    must = 0
    for i in range(mutations):
        folder = place / str(i)
        shutil.copytree(whole, folder)
        damage = do_damage(folder, rng)
        must += damage.must_be_found
        try:
            report = repair_files(folder, dry_run=True)  # what is left is what a check finds
            if damage.must_be_found and {each.code for each in report.left.findings} <= NORMAL:
                missed.append(damage.text)
            if i % 4 == 0:
                repair_files(folder)
            study = Study.open(folder)
            for info in study.sessions():
                if info.status != "interrupted":
                    study.read_session(info)
        except MimikError:  # told, and no other error
            pass
        shutil.rmtree(folder)
    assert missed == []
    assert must >= mutations * 3 // 4


def test_damage_is_found_and_crashes_nothing(_tiny: Path, tmp_path: Path) -> None:
    damaged_in_every_way(_tiny, tmp_path, mutations=300, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_fifty_thousand_damages_are_found_and_crash_nothing(_tiny: Path, tmp_path: Path, part: int) -> None:
    damaged_in_every_way(_tiny, tmp_path, mutations=5_000, seed=100 + part)


@pytest.fixture
def with_journal(tiny: Path) -> Path:
    """The folder of a finished session whose journal is still there, as when the computer died then."""
    study = Study.open(tiny)
    writer = record(study, "sub-P1", 5000, 6)
    folder = tiny / "sub-P1" / writer.session
    writer.leave()
    [info] = [s for s in study.sessions("sub-P1") if s.status == "interrupted"]
    journal = folder / "recording.journal"
    writer = study.resume_session(info)
    writer.event("pause", START + 9)
    kept: list[bytes] = []
    remove = study.store.remove
    study.store.remove = lambda path: kept.append(journal.read_bytes()) or remove(path)  # type: ignore
    writer.finish(START + 60)
    journal.write_bytes(kept[0])
    return folder


@pytest.mark.parametrize("name", ["frames.parquet", "events.tsv", "session.json"])
@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_file_is_written_again_from_the_journal(
    tiny: Path, with_journal: Path, name: str, how: str
) -> None:
    path = with_journal / name
    before = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(before[: len(before) // 2])
    kept = contents(tiny)
    assert next(r.kind for r in repair_files(tiny, dry_run=True).repairs) == "restored"
    assert contents(tiny) == kept

    report = repair_files(tiny)

    assert [r.file for r in report.repairs if r.kind == "restored"] == [str(path.relative_to(tiny))]
    assert not report.left.serious
    assert path.read_bytes() == before
    assert not (with_journal / "recording.journal").exists()
    assert (with_journal / f".damaged-{name}").exists() is (how == "damaged")


def test_opening_a_study_keeps_a_journal_that_is_still_needed(tiny: Path, with_journal: Path) -> None:
    (with_journal / "frames.parquet").unlink()

    Study.open(tiny)

    assert (with_journal / "recording.journal").exists()


def test_a_journal_of_other_frames_restores_nothing(tiny: Path, with_journal: Path) -> None:
    other = tiny / "sub-P0" / "ses-01"
    shutil.move(with_journal / "recording.journal", other / "recording.journal")
    (other / "frames.parquet").unlink()

    report = repair_files(tiny)

    assert [r.kind for r in report.repairs] == ["failed"]
    assert report.left.serious


def test_facts_of_a_session_that_broke_off_come_from_its_journal(tiny: Path) -> None:
    facts = tiny / "sub-P0" / "ses-02" / "session.json"
    before = facts.read_bytes()
    facts.write_bytes(before[:100])

    repair_files(tiny)

    assert facts.read_bytes() == before


def test_what_no_journal_holds_is_told_and_left_as_it_is(tiny: Path) -> None:
    (tiny / "sub-P1" / "ses-01" / "events.tsv").unlink()
    before = contents(tiny)

    report = repair_files(tiny)

    assert report.repairs == ()
    assert report.left.serious
    assert contents(tiny) == before


def test_a_committed_change_is_brought_to_its_end_and_another_undone(tiny: Path) -> None:
    done, undone = tiny / ".staged-0001", tiny / ".staged-0002"
    done.mkdir()
    undone.mkdir()
    (done / "0").write_bytes((tiny / "participants.tsv").read_bytes() + b"sub-P9\tn/a\n")
    (done / "commit.json").write_text('[[".staged-0001/0", "participants.tsv"]]')
    (undone / "0").write_text("half")
    before = contents(tiny)
    planned = repair_files(tiny, dry_run=True).repairs
    assert contents(tiny) == before

    report = repair_files(tiny)

    assert report.repairs == planned
    assert [(r.kind, r.file) for r in planned] == [("completed", done.name), ("completed", undone.name)]
    assert "sub-P9" in (tiny / "participants.tsv").read_text()
    assert not done.exists() and not undone.exists()


def test_a_session_that_is_being_recorded_is_left_alone(tiny: Path) -> None:
    writer = record(Study.open(tiny), "sub-P1", 7000, 6)
    before = contents(tiny)

    report = repair_files(tiny)

    assert report.repairs == ()
    assert contents(tiny) == before
    writer.leave()


def test_whole_files_beside_a_leftover_journal_let_it_go(tiny: Path, with_journal: Path) -> None:
    [repair] = repair_files(tiny).repairs

    assert (repair.kind, repair.file) == ("completed", f"sub-P1/{with_journal.name}/recording.journal")
    assert codes(tiny) == NORMAL
