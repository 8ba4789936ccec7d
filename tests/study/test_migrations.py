"""A study that an older Mimik made becomes one of today's, whatever breaks it off; no recording changes."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from test_audited_store import Crash, MortalStore, codes

from mimik.errors import StudyVersionError
from mimik.study import FolderStore, Study
from mimik.study.audit.reading import read_lines, verify_trail
from mimik.study.audit.store import AuditedStore
from mimik.study.integrity import check_files, repair_files
from mimik.study.migrations import STEPS, migrate_study
from mimik.study.settings import FORMAT

FIXTURE = Path(__file__).parent / "fixtures" / "format-1"
FINGERPRINT = "957c5ed38cc6e47c4e89d8048edf327ebde6e8013c6764f75f6a9eaab38befcc"
"""Of its frames, as the Mimik that made it said."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "old"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_there_is_a_step_from_every_format_to_the_next() -> None:
    assert [step.before for step in STEPS] == list(range(1, FORMAT))


def test_an_old_study_is_refused_with_what_to_do(old: Path) -> None:
    before = contents(old)
    with pytest.raises(StudyVersionError, match="older 1") as caught:
        Study.open(old)
    assert "mimik migrate" in caught.value.hint
    with pytest.raises(StudyVersionError):
        repair_files(old)
    serious = [each for each in check_files(old).findings if each.severity == "serious"]
    assert [(each.code, each.file) for each in serious] == [("FILE002", "study.toml")]
    assert contents(old) == before


def test_it_is_brought_to_today_and_no_recording_changes(old: Path) -> None:
    before = contents(old)
    done = migrate_study(old)
    assert (done.before, done.after) == (1, FORMAT)
    after = contents(old)
    assert {name for name in after if before.get(name) != after[name]} == {
        *("study.toml", "audit.jsonl", "audit-head.json", "ledger.tsv")
    }
    study = Study.open(old)
    assert study.fingerprint() == FINGERPRINT
    assert sorted(s.status for s in study.sessions()) == ["complete", "complete", "imported", "interrupted"]
    assert codes(old) == {"FILE011"}
    assert read_lines(study.store)[-1]["facts"] == {"before": 1, "after": 2}


def test_a_dry_run_changes_nothing(old: Path) -> None:
    before = contents(old)
    assert migrate_study(old, dry_run=True).steps == STEPS
    assert contents(old) == before


def test_a_study_of_today_stays_as_it_is(old: Path) -> None:
    migrate_study(old)
    before = contents(old)
    assert migrate_study(old).steps == ()
    assert contents(old) == before


def test_broken_off_at_any_step_it_is_gone_on_with(tmp_path: Path) -> None:
    for changes in range(60):
        folder = Path(shutil.copytree(FIXTURE, tmp_path / str(changes)))
        done = False
        with contextlib.suppress(Crash):
            migrate_study(folder, store=AuditedStore(MortalStore(folder, changes)))  # type: ignore[arg-type]
            done = True
        migrate_study(folder)
        assert Study.open(folder).fingerprint() == FINGERPRINT
        assert codes(folder) == {"FILE011"}
        assert verify_trail(FolderStore(folder)).broken is None
        if done:
            return
    pytest.fail("it never came to its end")


def test_what_the_older_mimik_changes_meanwhile_is_noted(old: Path) -> None:
    with contextlib.suppress(Crash):
        migrate_study(old, store=AuditedStore(MortalStore(old, 4)))  # type: ignore[arg-type]
    table = old / "participants.tsv"
    table.write_text(table.read_text() + "sub-NEWONE\n")
    migrate_study(old)
    assert codes(old) == {"FILE011", "FILE012"}


def test_a_format_of_tomorrow_is_refused(old: Path) -> None:
    file = old / "study.toml"
    file.write_text(file.read_text().replace("format = 1", "format = 99"))
    with pytest.raises(StudyVersionError, match="found 99"):
        migrate_study(old)
