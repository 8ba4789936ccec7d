"""Two programs at work in one study: each ends well or is told to wait, and nothing of either is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from small_study import PLAN, START, frame, new_study, recorded, start, takes

from mimik.errors import StudyBusy
from mimik.study import Study
from mimik.study.importing import import_takes
from mimik.study.integrity import check_files, repair_files

HEAD = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from mimik.errors import StudyBusy
from mimik.study import Study
from mimik.study.importing import import_takes
from small_study import PLAN, START, frame, recorded, start
study = Study.open(sys.argv[1])
"""
ADD = "for _ in range(10): print(study.add_participant().id)"
RECORD = """
for i in range(6):
    done = recorded(Study.open(sys.argv[1]), first=int(sys.argv[2]) + 100 * i).finish(START + 10)
    print(done.session)
"""
IMPORT = """
while True:
    try:
        print(len(import_takes(study, [sys.argv[2]], PLAN).sessions))
        break
    except StudyBusy:
        pass
"""
OPEN = "for _ in range(60): Study.open(sys.argv[1]).sessions()"


def run(study: Study, code: str, *arguments: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", HEAD + code, str(study.folder), *map(str, arguments)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(program: subprocess.Popen[str]) -> list[str]:
    out, error = program.communicate(timeout=120)
    assert program.returncode == 0, error[-3000:]
    return out.split()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return new_study(tmp_path / "study")


def test_ten_programs_that_add_people_lose_nobody(study: Study) -> None:
    added = [name for program in [run(study, ADD) for _ in range(10)] for name in said(program)]

    assert len(set(added)) == 100
    assert {person.id for person in Study.open(study.folder).participants} == {"sub-P1", *added}


def test_two_recorders_get_sessions_of_their_own(study: Study) -> None:
    programs = [run(study, RECORD, 0), run(study, RECORD, 10_000), run(study, OPEN)]

    names = [name for program in programs for name in said(program)]

    assert len(set(names)) == len(names) == 12
    assert [s.frames for s in Study.open(study.folder).sessions()] == [40] * 12
    assert not check_files(study.folder).findings


def test_a_recorder_and_an_import(study: Study, tmp_path: Path) -> None:
    programs = [run(study, RECORD, 0), run(study, IMPORT, takes(tmp_path / "takes")), run(study, OPEN)]

    for program in programs:
        said(program)

    sessions = Study.open(study.folder).sessions()
    assert sorted(s.status for s in sessions) == ["complete"] * 6 + ["imported"] * 2
    assert not check_files(study.folder).findings


def test_two_imports_of_the_same_takes_store_them_once_or_tell(study: Study, tmp_path: Path) -> None:
    place = takes(tmp_path / "takes")
    programs = [run(study, IMPORT, place) for _ in range(2)]

    ends = [program.communicate(timeout=120) for program in programs]

    assert sorted(program.returncode for program in programs) == [0, 1]
    assert any("expected a new take" in error for _, error in ends)
    assert len(Study.open(study.folder).sessions()) == 2
    assert not check_files(study.folder).serious


def test_two_imports_of_different_takes_are_both_stored(study: Study, tmp_path: Path) -> None:
    first, second = takes(tmp_path / "one"), tmp_path / "two"
    for number, take in enumerate(sorted(first.rglob("*.csv"))):
        place = second / f"another{number}" / "happy" / "take.csv"
        place.parent.mkdir(parents=True)
        place.write_text(take.read_text().replace("10:00:00", "11:00:00"))

    for program in [run(study, IMPORT, first), run(study, IMPORT, second)]:
        said(program)

    assert len(Study.open(study.folder).sessions()) == 2 + 4
    assert not check_files(study.folder).serious


def test_nobody_finishes_imports_over_or_discards_what_is_being_recorded(
    study: Study, tmp_path: Path
) -> None:
    writer = recorded(study)
    other = Study.open(study.folder)
    [info] = other.sessions()

    for change in (other.finish_session, other.discard_session, other.resume_session):
        with pytest.raises(StudyBusy):
            change(info)
    import_takes(other, [takes(tmp_path / "takes")], PLAN)
    repair_files(study.folder)

    assert writer.finish(START + 10).frames == 40
    assert not check_files(study.folder).findings


def test_what_a_running_program_writes_is_no_leftover(study: Study) -> None:
    with study.store.open_writer("participants.tsv") as file:
        file.write(study.store.read("participants.tsv"))
        Study.open(study.folder)
        repair_files(study.folder)
        file.write(b"sub-LATE\n")

    assert "sub-LATE" in {person.id for person in study.participants}


def test_what_a_killed_program_left_is_cleared(study: Study) -> None:
    recorded(study).finish(START + 10)
    left = [
        study.folder / ".participants.tsv.part",
        study.folder / "consent" / ".sub-P1.toml.0123abcd.part",
        study.folder / "sub-P1" / ".x.part",
        study.folder / "sub-P1" / "ses-01" / ".events.tsv.0123abcd.part",
    ]
    for path in left:
        path.write_bytes(b"half")
    new = study.folder / ".new-sub-P1-ses-02"
    new.mkdir()
    (new / ".session.json.0123abcd.part").write_bytes(b"half")
    assert {f.code for f in check_files(study.folder).findings} == {"FILE010"}
    planned = {repair.file for repair in repair_files(study.folder, dry_run=True).repairs}
    assert planned == {str(path.relative_to(study.folder)) for path in (*left, new)}
    assert all(path.exists() for path in left)

    Study.open(study.folder)

    assert not check_files(study.folder).findings
    assert not any(path.exists() for path in (*left, new))


def test_a_session_that_another_begins_right_now_is_no_leftover(study: Study) -> None:
    (study.folder / ".new-sub-P1-ses-01").mkdir()

    with study.store.lock() as held:
        assert held
        Study.open(study.folder)
        assert (study.folder / ".new-sub-P1-ses-01").exists()

    Study.open(study.folder)
    assert not (study.folder / ".new-sub-P1-ses-01").exists()


def test_two_who_record_one_person_keep_both(study: Study) -> None:
    first, second = start(study), start(Study.open(study.folder))
    for number, writer in enumerate((first, second)):
        writer.open_trial(0, "happy", START)
        writer.frame(0, frame(number))
        writer.finish(START + 1)

    assert [info.frames for info in study.sessions()] == [1, 1]
