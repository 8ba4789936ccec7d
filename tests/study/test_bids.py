"""A study written as Motion-BIDS: it says what the study holds, and nothing that tells who or when."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bids_folder import numbers, one, rows, table
from hypothesis import given
from hypothesis import strategies as st

from mimik.capture.simulation import simulate
from mimik.errors import ConsentMissing, StudyError
from mimik.frame import COLUMNS, Frame
from mimik.protocol import parse_protocol
from mimik.study import SessionFacts, Study
from mimik.study.bids import export_bids
from mimik.study.bids.labels import cell, task_label, tracksys_label
from mimik.study.disk.folderstore import FolderStore
from mimik.study.importing import ImportPlan, import_takes
from mimik.study.purposes import LATER_USE, PURPOSES, SHARING, THIS_STUDY

START = 1_700_000_000.0

ASKING = """
format = 1
name = "a.b-c_1"
version = 3
languages = ["en"]
start = "automatic"
min_seconds = 0.5
[title]
en = 'Zürich <b>"\\t{0}'
[texts]
fixation = { en = "X" }
face_lost = { en = "Come back" }
paused = { en = "Paused" }
done = { en = "Done" }
[[trials]]
expression = "very happy"
prompt = { en = "Look happy" }
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong?" }
minimum = 0
maximum = 10
[[trials.questions]]
id = "word"
kind = "text"
text = { en = "Any words?" }
[[trials]]
expression = "sad"
prompt = { en = "Look sad" }
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """One session: a trial done again, one complete, one excluded, a note, frames without a face."""
    protocol = parse_protocol(ASKING, where="")
    study = Study.create(tmp_path / "study", title='Anna\'s "study"', protocol=protocol)
    who = study.add_participant(age="93", sex="unsaid", site="Bern, main house").id
    study.record_consent(who, version="1", at=START, purposes=(THIS_STUDY, SHARING))
    facts = SessionFacts(started=START, device=1, app="Live Link Face 1.3.2", rate=60)
    writer = study.start_session(who, facts)
    record(writer, [(1, "very happy", "incomplete"), (1, "very happy", "complete"), (2, "sad", "complete")])
    writer.finish(START + 9)
    (info,) = study.sessions()
    study.exclude_trial(info, 2, "Anna laughed", at=START + 100)
    return study


def record(writer: Any, trials: list[tuple[int, str, str]]) -> None:
    rng = np.random.default_rng(5)
    clock = 0
    for trial, expression, outcome in trials:
        writer.open_trial(trial, expression, START + clock / 60)
        for _ in range(30):
            clock += 1
            values = rng.normal(size=64).astype(np.float32)
            values[55:58] = np.nan
            tracked = clock % 7 != 0
            values = values if tracked else np.full(64, np.nan, np.float32)
            at = START + clock / 60 + 0.001 * rng.random()
            writer.frame(trial, Frame(1, 7_000 + clock, 50_000 + clock / 60, at, tracked, values))
        writer.close_trial(trial, outcome, START + clock / 60)
        if outcome == "complete" and trial == 1:
            writer.answer(1, "strength", "7", START + clock / 60)
            writer.answer(1, "word", "it was\tAnna", START + clock / 60)
    writer.note("Anna came late", START + 1.0)


def test_every_frame_reads_back_exactly(study: Study, tmp_path: Path) -> None:
    done = export_bids(study, tmp_path / "out")

    (info,) = study.sessions()
    frames = study.read_session(info)
    lines = rows(one(tmp_path / "out", "*_motion.tsv"))
    channels = [line["name"] for line in table(one(tmp_path / "out", "*_channels.tsv"))]
    assert channels == ["latency", "deviceTime", "frameNumber", "trial", "tracked", *COLUMNS]
    assert {len(line) for line in lines} == {len(channels)}
    assert len(lines) == len(frames) == done.frames == 60  # not the attempt that was done again
    values = np.column_stack([numbers(lines, i) for i in range(5, 69)]).astype(np.float32)
    np.testing.assert_array_equal(values, frames.block.values)
    np.testing.assert_array_equal(numbers(lines, 3), frames.trial)
    np.testing.assert_array_equal(numbers(lines, 4), frames.block.tracked)
    arrival, device = frames.block.arrival_time, frames.block.device_time
    np.testing.assert_allclose(numbers(lines, 0), arrival - arrival[0], atol=1e-6)
    np.testing.assert_allclose(numbers(lines, 1), device - device[0], atol=1e-6)
    np.testing.assert_array_equal(numbers(lines, 2), frames.block.number - frames.block.number[0])


def test_channels_have_the_types_of_the_specification(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out")

    told = {c["name"]: c for c in table(one(tmp_path / "out", "*_channels.tsv"))}
    assert told["jawOpen"]["type"] == "MISC"
    assert (told["headYaw"]["type"], told["headYaw"]["component"], told["headYaw"]["units"]) == (
        "ORNT", "y", "rad",
    )  # fmt: skip
    assert (told["headZ"]["type"], told["headZ"]["component"], told["headZ"]["units"]) == ("POS", "z", "m")
    assert told["rightEyePitch"]["tracked_point"] == "RightEye"
    facts = json.loads(one(tmp_path / "out", "*_motion.json").read_text())
    types = [c["type"] for c in told.values()]
    for kind in ("ACCEL", "ANGACCEL", "GYRO", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL"):
        assert facts[f"{kind}ChannelCount"] == types.count(kind)
    assert facts["MotionChannelCount"] == len(types)
    assert facts["SamplingFrequency"] == 60
    assert facts["SamplingFrequencyEffective"] == pytest.approx(60)
    assert facts["TaskName"] == "a.b-c_1"


def test_trials_are_events_on_the_clock_of_the_frames(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out")

    events = table(one(tmp_path / "out", "*_events.tsv"))
    lines = rows(one(tmp_path / "out", "*_motion.tsv"))
    trials = [e for e in events if e["event"] == "trial"]
    assert [(e["trial"], e["trial_type"], e["outcome"]) for e in trials] == [
        ("1", "very happy", "complete"),
        ("2", "sad", "excluded"),
    ]
    for event in trials:
        latency = numbers([line for line in lines if line[3] == event["trial"]], 0)
        assert 0 <= latency[0] - float(event["onset"]) < 0.02
        assert abs(float(event["onset"]) + float(event["duration"]) - latency[-1]) < 0.02
    assert trials[0]["answer_strength"] == "7" and trials[1]["answer_strength"] == "n/a"


def test_free_text_is_left_out_unless_it_is_asked_for(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "without")
    export_bids(study, tmp_path / "with", free_text=True)

    events = table(one(tmp_path / "without", "*_events.tsv"))
    assert [e["event"] for e in events].count("note") == 1
    assert not any("Anna" in cell for e in events for cell in e.values())
    assert "answer_word" not in events[0]
    told = table(one(tmp_path / "with", "*_events.tsv"))
    assert {e["text"] for e in told} == {"Anna came late", "Anna laughed", "n/a"}
    assert [e["answer_word"] for e in told if e["trial"] == "1"] == ["it was Anna"]
    described = json.loads(one(tmp_path / "with", "task-*_events.json").read_text())
    assert set(described) == set(told[0])


def test_nothing_tells_when_it_was_recorded(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out", free_text=True)

    for path in (p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.name != "CHANGES"):
        text = path.read_text()
        assert not re.search(r"\b20\d\d-\d\d|\b17000\d{5}|\b5000\d\.", text), path.name
    assert not list((tmp_path / "out").rglob("*scans*"))


def test_fresh_pseudonyms_replace_the_old_ones_everywhere(study: Study, tmp_path: Path) -> None:
    (person,) = study.participants
    done = export_bids(study, tmp_path / "out", fresh_pseudonyms=True)

    new = done.pseudonyms[person.id]
    assert new != person.id and (tmp_path / "out" / new).is_dir()
    for path in (tmp_path / "out").rglob("*"):
        assert person.id not in str(path.relative_to(tmp_path))
        assert path.is_dir() or person.id not in path.read_text()


def test_columns_that_bids_would_read_otherwise_get_another_name(study: Study, tmp_path: Path) -> None:
    export_bids(study, tmp_path / "out")

    (row,) = table(tmp_path / "out" / "participants.tsv")
    del row["participant_id"]
    assert row == {"age": "89", "study_sex": "unsaid", "site": "Bern, main house"}
    assert set(json.loads((tmp_path / "out" / "participants.json").read_text())) == {"participant_id", *row}


def test_nothing_is_written_where_nobody_agreed_to_sharing(study: Study, tmp_path: Path) -> None:
    study.record_consent(study.participants[0].id, version="1", at=START + 1)  # for the study alone
    with pytest.raises(ConsentMissing, match="agreed to 'sharing', found none of 1") as caught:
        export_bids(study, tmp_path / "out")
    assert "mimik consent" in caught.value.hint
    assert not (tmp_path / "out").exists()


CONSENTS = {
    "never asked": None,
    "study alone": (THIS_STUDY,),
    "not sharing": (THIS_STUDY, LATER_USE),
    "sharing": (THIS_STUDY, SHARING),
    "all": PURPOSES,
}


def test_of_mixed_consents_only_those_to_sharing_leave_the_study(study: Study, tmp_path: Path) -> None:
    first = study.participants[0].id
    people = {}
    for what, purposes in CONSENTS.items():
        people[what] = who = study.add_participant().id
        study.record_consent(who, version="1", at=START)
        writer = study.start_session(who, SessionFacts(started=START, rate=60))
        record(writer, [(1, "very happy", "complete")])
        writer.finish(START + 9)
        if purposes is None:
            (study.folder / "consent" / f"{who}.toml").unlink()
        else:
            study.record_consent(who, version="1", at=START, purposes=purposes)

    done = export_bids(study, tmp_path / "out")

    shared = {first, people["sharing"], people["all"]}
    assert {path.name for path in (tmp_path / "out").glob("sub-*")} == shared
    assert {row["participant_id"] for row in table(tmp_path / "out" / "participants.tsv")} == shared
    assert dict(done.left_out) == {
        people["never asked"]: "no consent recorded",
        people["study alone"]: "no consent to 'sharing'",
        people["not sharing"]: "no consent to 'sharing'",
    }
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert not any(who.encode() in written for who in done.left_out)


@pytest.mark.parametrize("what", ["a file in it", "a file", "in the study", "the study"])
def test_a_folder_that_is_not_free_stays_as_it_is(study: Study, tmp_path: Path, what: str) -> None:
    out = {"in the study": study.folder / "out", "the study": study.folder}.get(what, tmp_path / "out")
    if what == "a file":
        out.write_text("mine")
    elif what == "a file in it":
        out.mkdir()
        (out / ".hidden").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StudyError, match="expected"):
        export_bids(study, out)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_used(study: Study, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export_bids(study, tmp_path / "out")
    assert (tmp_path / "out" / "dataset_description.json").is_file()


@pytest.mark.parametrize("file", ["channels.tsv", "events.tsv", "participants.tsv", "README", "CHANGES"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_break_in_the_middle_leaves_nothing(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, error: type[BaseException]
) -> None:
    write = FolderStore.write

    def break_off(store: FolderStore, path: str, data: bytes) -> None:
        if path.endswith(file):
            raise error
        write(store, path, data)

    monkeypatch.setattr(FolderStore, "write", break_off)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error):
        export_bids(study, tmp_path / "out")
    assert sorted(tmp_path.rglob("*")) == before


KILLED = """
import os, sys
from mimik.study import Study
from mimik.study.bids import export_bids
from mimik.study.disk.folderstore import FolderStore
write = FolderStore.write
FolderStore.write = lambda *a: os._exit(9) if a[1] == "participants.tsv" else write(*a)
export_bids(Study.open(sys.argv[1]), sys.argv[2])
"""


def test_a_program_that_is_killed_leaves_the_folder_as_it_was(study: Study, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, study.folder, tmp_path / "out"], check=False)

    assert done.returncode == 9
    assert not (tmp_path / "out").exists()
    assert len(list(tmp_path.glob(".out.*.part"))) == 1


def test_what_is_put_into_the_folder_meanwhile_is_not_lost(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def put(done: float, total: float | None) -> None:
        out.mkdir()
        (out / "mine").write_text("mine")

    with pytest.raises(StudyError, match="cannot replace"):
        export_bids(study, out, on_progress=put)
    assert [p.name for p in out.iterdir()] == ["mine"]
    assert not list(tmp_path.glob(".out*"))


def test_people_with_an_unfinished_session_are_left_out(study: Study, tmp_path: Path) -> None:
    nobody = study.add_participant().id
    study.record_consent(nobody, version="1", at=START, purposes=(THIS_STUDY, SHARING))
    late = study.add_participant().id
    study.record_consent(late, version="1", at=START, purposes=(THIS_STUDY, SHARING))
    writer = study.start_session(late, SessionFacts(started=START))
    record(writer, [(1, "very happy", "complete")])
    writer.leave()

    done = export_bids(study, tmp_path / "out")

    assert done.participants == len(table(tmp_path / "out" / "participants.tsv")) == 1
    assert set(done.left_out) == {nobody, late} and "not finished" in done.left_out[late]


def test_a_study_without_sessions_is_refused(tmp_path: Path) -> None:
    study = Study.create(
        tmp_path / "study", title="t", protocol=parse_protocol(ASKING, where=""), synthetic=True
    )
    with pytest.raises(StudyError, match="none"):
        export_bids(study, tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["study"]


@given(st.text())
def test_any_text_becomes_one_cell(text: str) -> None:
    found = cell(text)
    assert found and found == cell(found)
    assert '"' not in found and len(found.splitlines()) == 1 and "\t" not in found
    assert found.isprintable()


@given(st.text())
def test_any_name_becomes_a_label(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]+", task_label(text))
    assert re.fullmatch(r"[A-Za-z0-9]+", tracksys_label(text))


def test_labels_of_names_in_use() -> None:
    assert task_label("follow-up") == "followup"
    assert tracksys_label("Live Link Face 1.3.2") == tracksys_label("Live Link Face") == "LiveLinkFace"
    assert tracksys_label("") == "FaceTracker"


# The official validator. -----------------------------------------------------------------------------------


@pytest.mark.parametrize("free_text", [False, True])
def test_the_validator_finds_no_error(study: Study, tmp_path: Path, validate: Any, free_text: bool) -> None:
    export_bids(study, tmp_path / "out", free_text=free_text, authors=("N. N.",))
    assert validate(tmp_path / "out") == []


def test_the_validator_finds_what_is_wrong(study: Study, tmp_path: Path, validate: Any) -> None:
    export_bids(study, tmp_path / "out")
    one(tmp_path / "out", "*_motion.json").write_text("{}")
    assert validate(tmp_path / "out")


def test_simulated_people_are_marked_everywhere(tmp_path: Path, validate: Any) -> None:
    protocol = parse_protocol(ASKING, where="")
    study = Study.create(tmp_path / "study", title="trial run", protocol=protocol, synthetic=True)
    simulate(study, participants=2)
    out = tmp_path / "out"

    done = export_bids(study, out)

    assert (done.synthetic, done.participants) == (True, 2)
    assert validate(out) == []
    assert "SYNTHETIC" in (out / "README").read_text()
    assert json.loads((out / "dataset_description.json").read_text())["Name"] == "SYNTHETIC trial run"
    assert {row["synthetic"] for row in table(out / "participants.tsv")} == {"yes"}


def test_real_takes_read_back_exactly(tmp_path: Path, real_data: Path, validator: Any) -> None:
    study = Study.create(tmp_path / "study", title="takes", protocol=parse_protocol(ASKING, where=""))
    plan = ImportPlan(
        levels=("expression",), participant="P01", basis="licensed for tests", purposes=PURPOSES
    )
    import_takes(study, [real_data / "livelink-csv" / "emotions-60fps"], plan)
    out = tmp_path / "out"

    export_bids(study, out)

    (info,) = study.sessions()
    frames = study.read_session(info)
    lines = rows(one(out, "*_motion.tsv"))
    values = np.column_stack([numbers(lines, i) for i in range(5, 69)]).astype(np.float32)
    np.testing.assert_array_equal(values, frames.block.values)
    for event in table(one(out, "*_events.tsv")):
        latency = numbers([line for line in lines if line[3] == event["trial"]], 0)
        assert latency[0] == pytest.approx(float(event["onset"]), abs=2e-6)
    assert validator is None or validator(out) == []  # where it is missing, what is above still counts
