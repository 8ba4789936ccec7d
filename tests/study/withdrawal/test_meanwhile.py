"""What other programs do while somebody withdraws, and what is refused before anything is certain."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mimik.errors import StudyBusy, StudyError
from mimik.protocol import load_protocol
from mimik.study import Study
from mimik.study.exchange.merge import merge_study
from mimik.study.withdrawal.plan import MARKER

AT = 1.8e9


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = Study.create(tmp_path / "s", title="T", protocol=load_protocol("hartmann2022"), synthetic=True)
    for name in ("sub-BCDFGH", "sub-JKMNPQ"):
        study.add_participant(name)
    return study


def test_a_model_that_learned_meanwhile_is_marked_and_brings_no_pseudonym_back(study: Study) -> None:
    people = [person.id for person in study.participants]
    study.withdraw(people[0], at=AT)
    study.record_model("a" * 64, people, at=AT)
    (model,) = study.models
    assert (model.withdrew, len(model.people)) == (1, 1)
    assert people[0] not in (study.folder / "ledger.tsv").read_text()


def test_nothing_is_given_away_with_somebody_who_withdrew_meanwhile(study: Study) -> None:
    people = [person.id for person in study.participants]
    study.withdraw(people[0], at=AT)
    with pytest.raises(StudyBusy, match="withdrew meanwhile"):
        study.record_release("bids", people, at=AT)
    assert study.releases == ()
    assert people[0] not in (study.folder / "ledger.tsv").read_text()


@pytest.mark.parametrize("by", ["x" * 3000, "\u200b"])
def test_a_name_that_no_trail_can_hold_is_refused_before_anything_happens(study: Study, by: str) -> None:
    with pytest.raises(StudyError):
        study.withdraw("sub-BCDFGH", at=AT, by=by)
    assert len(Study.open(study.folder).participants) == 2
    assert not list(study.folder.glob(MARKER + "*"))


def test_a_whole_second_is_a_time_that_a_recovery_reads(study: Study) -> None:
    reference = study.reference("sub-BCDFGH")
    study.withdraw("sub-BCDFGH", at=1_800_000_000)
    assert reference in (study.folder / "withdrawn.tsv").read_text()


def test_nobody_is_merged_from_a_study_that_withdraws_them(study: Study, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(study.folder, other)
    (other / f"{MARKER}sub-BCDFGH").write_text("{}")
    with pytest.raises(StudyBusy, match="being withdrawn"):
        merge_study(study, other)


def test_a_plan_changes_nothing(study: Study) -> None:
    (study.folder / "ledger.tsv").unlink()
    before = {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()}
    study.plan_withdrawal("sub-BCDFGH")
    assert {path: path.read_bytes() for path in study.folder.rglob("*") if path.is_file()} == before
