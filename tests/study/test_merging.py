"""Studies of one protocol become one, all of another or nothing of it."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packing import ASKING, add_person, add_session, make_study
from sklearn.dummy import DummyClassifier

from mimik.capture.simulation import simulate
from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.learn.data import load_dataset
from mimik.learn.evaluate import evaluate
from mimik.study import Study
from mimik.study.consent import why_not
from mimik.study.content import study_digest
from mimik.study.exchange import merge_study, pack_study
from mimik.study.integrity import check_files
from mimik.study.purposes import SHARING, THIS_STUDY


@pytest.fixture
def bern(tmp_path: Path) -> Study:
    study = make_study(tmp_path / "bern")
    add_person(study, 1, name="sub-A", age="31")
    return study


@pytest.fixture
def zurich(tmp_path: Path) -> Study:
    study = make_study(tmp_path / "zurich", title="Zurich")
    add_person(study, 2, name="sub-B", handed="left")
    add_person(study, 3, name="sub-a")  # as sub-A where capital letters don't count
    return study


def as_folder(study: Study) -> Path:
    return study.folder


def as_pack(study: Study) -> Path:
    return pack_study(study, study.folder.parent / "other.mimikpack", columns=["handed"]).file


def lasting(study: Study) -> dict[str, bytes]:
    paths = (p for p in study.folder.rglob("*") if p.is_file())
    found = {str(p.relative_to(study.folder)): p.read_bytes() for p in paths}
    return {n: d for n, d in found.items() if not n.startswith(("audit", "ledger"))}


@pytest.mark.parametrize("way", [as_folder, as_pack])
def test_everybody_comes_with_all_that_is_theirs(
    bern: Study, zurich: Study, way: Callable[[Study], Path]
) -> None:
    other = way(zurich)
    before = lasting(zurich)
    done = merge_study(bern, other, site="Zurich", own_site="Bern")

    assert (done.participants, done.sessions, done.frames) == (2, 2, 120)
    assert check_files(bern.folder).findings == ()
    assert lasting(zurich) == before
    parts = [(s.participant, s.frames_sha256) for s in zurich.sessions()]
    ours = [(s.participant, s.frames_sha256) for s in bern.sessions() if s.participant == "sub-A"]
    assert bern.fingerprint() == study_digest([*ours, *(("z" + p, d) for p, d in parts)])
    new = done.renamed["sub-a"]
    assert set(done.renamed) == {"sub-a"} and new.lower() not in ("sub-a", "sub-b")
    columns = {p.id: dict(p.columns) for p in Study.open(bern.folder).participants}
    assert columns == {
        "sub-A": {"age": "31", "site": "Bern"},
        "sub-B": {"handed": "left", "site": "Zurich"},
        new: {"site": "Zurich"},
    }
    assert [i.status for i in bern.sessions()] == ["complete"] * 3


def test_devices_of_two_sites_are_never_one(bern: Study, zurich: Study) -> None:
    info = next(s for s in zurich.sessions() if s.participant == "sub-B")
    events = info.path / "events.tsv"
    events.write_text(events.read_text() + "0.700000\tn/a\tdevice 2\tn/a\tn/a\tn/a\tn/a\n")
    merge_study(bern, zurich.folder)

    numbers = {s.participant: s.facts.device for s in bern.sessions()}
    assert numbers["sub-A"] == 1 and len(set(numbers.values())) == 3
    (there,) = (s for s in bern.sessions() if s.participant == "sub-B")
    other = next(n for who, n in numbers.items() if who not in ("sub-A", "sub-B"))
    assert [e.event for e in bern.events(there) if e.event.startswith("device")] == [f"device {other}"]
    rows = tomllib.loads((bern.folder / "devices.toml").read_text())["device"]
    assert [row["number"] for row in rows] == [1, 2, 3] and len({row["digest"] for row in rows}) == 3
    assert bern.device_number("a new one") == 4


def test_shared_people_keep_where_they_came_from_and_partners_do_not(
    bern: Study, zurich: Study, tmp_path: Path
) -> None:
    third = make_study(tmp_path / "basel", title="Basel")
    add_person(third, 7, name="sub-C", purposes=(THIS_STUDY,))
    merge_study(bern, zurich.folder)
    merge_study(bern, third.folder, purpose=THIS_STUDY)

    consent = {p.id: p.consent for p in bern.participants}
    assert consent["sub-B"] and consent["sub-B"].origin == "Zurich"
    assert consent["sub-C"] and consent["sub-C"].origin == ""
    assert why_not(consent["sub-C"], THIS_STUDY) == ""


def test_who_did_not_agree_to_sharing_stays(bern: Study, zurich: Study) -> None:
    who = add_person(zurich, 5, purposes=(THIS_STUDY,))
    add_session(zurich, "sub-B", 6, finish=False)
    done = merge_study(bern, zurich.folder)

    assert done.left_out[who] == "no consent to 'sharing'" and "sub-B/ses-02" in done.left_out
    assert who not in {p.id for p in bern.participants}


def test_another_text_under_the_same_version_gets_a_version_of_its_own(bern: Study, tmp_path: Path) -> None:
    other = make_study(tmp_path / "zurich", title="Zurich")
    text = other.folder / "consent" / "text-1.md"
    shutil.rmtree(other.folder)
    other = Study.create(other.folder, title="Zurich", protocol=bern.protocol, consent="Another text.\n")
    (other.folder / "media").mkdir()
    shutil.copy(bern.folder / "media" / "happy.png", other.folder / "media")
    add_person(other, 2, name="sub-B", purposes=(THIS_STUDY,))
    assert text.read_text() == "Another text.\n"
    done = merge_study(bern, other.folder, purpose=THIS_STUDY)

    assert dict(done.texts) == {"1": "joined1"}
    assert bern.consent_text("joined1") == "Another text.\n"
    assert bern.consent_versions == ("joined1", "1"), "people here are asked to agree to the newest, the last"
    (info,) = bern.sessions("sub-B")
    assert info.consent == {"version": "joined1"}
    assert check_files(bern.folder).findings == ()


def test_the_same_recording_never_comes_twice(bern: Study, zurich: Study, tmp_path: Path) -> None:
    merge_study(bern, zurich.folder)
    before = lasting(bern)
    with pytest.raises(StudyError, match=r"found sub-B/ses-01 to be the same as sub-B/ses-01 there"):
        merge_study(bern, as_pack(zurich))
    assert lasting(bern) == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "asking"', 'name = "telling"'), "protocol asking, version 3, found telling, version 3"),
        (("version = 3", "version = 4"), "found asking, version 4"),
        (("Look sad", "Look very sad"), "found others under the same name"),
    ],
)
def test_studies_of_other_protocols_are_refused(
    bern: Study, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    other = make_study(tmp_path / "other", text=ASKING.replace(*change))
    add_person(other, 2)
    with pytest.raises(StudyError, match=said):
        merge_study(bern, other.folder)


def test_simulated_and_real_people_never_mix(bern: Study, tmp_path: Path) -> None:
    other = make_study(tmp_path / "other", title="Made up", synthetic=True)
    add_person(other, 2)
    with pytest.raises(StudyError, match="expected real people, as in Bern, found simulated ones"):
        merge_study(bern, other.folder)
    with pytest.raises(StudyError, match="found real ones"):
        merge_study(other, bern.folder)


def test_a_damaged_study_a_study_of_nobody_and_the_same_are_refused(
    bern: Study, zurich: Study, tmp_path: Path
) -> None:
    before = lasting(bern)
    frames = zurich.folder / "sub-B" / "ses-01" / "frames.parquet"
    frames.write_bytes(frames.read_bytes()[:-9])
    with pytest.raises(StudyDamaged, match=r"sub-B/ses-01/frames\.parquet"):
        merge_study(bern, zurich.folder)
    nobody = make_study(tmp_path / "nobody")
    add_person(nobody, 4, purposes=(THIS_STUDY,))
    with pytest.raises(ConsentMissing, match=f"agreed to '{SHARING}'"):
        merge_study(bern, nobody.folder)
    with pytest.raises(StudyError, match="expected another study, found the same"):
        merge_study(bern, bern.folder)
    assert lasting(bern) == before


def test_a_joined_study_is_learned_from_and_evaluated_by_site(tmp_path: Path) -> None:
    studies = []
    for seed, name in enumerate(("bern", "zurich")):
        study = make_study(tmp_path / name, title=name, synthetic=True)
        simulate(study, participants=2, seed=seed)
        studies.append(study)
    merge_study(studies[0], studies[1].folder, site="Zurich", own_site="Bern")

    dataset = load_dataset(studies[0])
    found = evaluate(dataset, DummyClassifier(), split="site", jobs=1, compare_frame_split=False)
    assert found.result.kind == "site"
    assert {(each.name, each.test.participants) for each in found.result.folds} == {
        ("Bern", 2),
        ("Zurich", 2),
    }
