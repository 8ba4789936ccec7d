"""A study's data for other programs: every number as it was, nobody who did not agree, no date."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import pyxdf
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import ConsentMissing, StudyError
from mimik.frame import COLUMNS, Frame
from mimik.protocol import Protocol, load_protocol
from mimik.study import SessionFacts, SessionWriter, Study
from mimik.study.coarsening import Coarsening
from mimik.study.purposes import SHARING, THIS_STUDY
from mimik.study.release import KINDS, release_study
from mimik.study.release.tables import table_csv
from mimik.study.release.xdf import XdfWriter, stream_header, varlen

START = 1_700_000_000.0


@pytest.fixture
def shared(tmp_path: Path, protocol: Protocol, frame: Callable[..., Frame]) -> Study:
    """One who allows sharing (a trial done again, one excluded), one who doesn't, one who broke off."""
    study = Study.create(tmp_path / "study", title="Small", protocol=protocol)
    agreed = study.add_participant("sub-AGREED", age="93", site="=cmd()").id
    study.record_consent(agreed, version="1", at=START, purposes=(THIS_STUDY, SHARING))
    writer = study.start_session(agreed, SessionFacts(started=START, rate=60.0))
    for number, (trial, expression, outcome) in enumerate(
        [(1, "happy", "incomplete"), (1, "happy", "complete"), (2, "=1+1", "complete")]
    ):
        _record(writer, frame, trial, expression, outcome, 40 * number)
    writer.finish(START + 9)
    (info,) = study.sessions()
    study.exclude_trial(info, 2, "Somebody laughed", at=START + 100)
    refused = study.add_participant("sub-REFUSED").id
    study.record_consent(refused, version="1", at=START)
    writer = study.start_session(refused, SessionFacts(started=START))
    _record(writer, frame, 1, "happy", "complete", 0)
    writer.finish(START + 9)
    late = study.add_participant("sub-BROKEOFF").id
    study.record_consent(late, version="1", at=START, purposes=(THIS_STUDY, SHARING))
    study.start_session(late, SessionFacts(started=START)).leave()
    return study


def _record(
    writer: SessionWriter, frame: Callable[..., Frame], trial: int, expression: str, outcome: str, first: int
) -> None:
    writer.open_trial(trial, expression, START + first / 60)
    for i in range(first, first + 40):
        writer.frame(trial, frame(i, tracked=i % 7 != 3))
    writer.close_trial(trial, outcome, START + (first + 40) / 60)


@pytest.fixture
def truth(shared: Study) -> Any:
    """The frames as the study itself reads them."""
    (info,) = shared.sessions("sub-AGREED")
    return shared.read_session(info)


def _texts(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", KINDS)
def test_only_finished_sessions_of_people_who_allow_sharing(shared: Study, tmp_path: Path, kind: str) -> None:
    done = release_study(shared, tmp_path / "out", kind)

    assert (done.participants, done.sessions, done.frames) == (1, 1, 80)
    assert set(done.left_out) == {"sub-REFUSED", "sub-BROKEOFF", "sub-BROKEOFF/ses-01"}
    written = _texts(tmp_path / "out") + "".join(map(str, (tmp_path / "out").rglob("*"))).encode()
    assert b"sub-REFUSED" not in written
    assert b"sub-BROKEOFF" not in written


@pytest.mark.parametrize("kind", KINDS)
def test_neither_dates_nor_free_text_nor_columns_unless_asked(
    shared: Study, tmp_path: Path, kind: str
) -> None:
    release_study(shared, tmp_path / "out", kind)
    written = _texts(tmp_path / "out")

    for word in (b"laughed", b"cmd()", b"2023-11", b"17000000"):
        assert word not in written


def test_numbers_of_a_csv_read_back_as_the_same(shared: Study, tmp_path: Path, truth: Any) -> None:
    release_study(shared, tmp_path / "out", "csv")
    rows = _read(tmp_path / "out/frames/sub-AGREED_ses-01.csv")

    values = np.array([[row[name] or "nan" for name in COLUMNS] for row in rows], np.float32)
    np.testing.assert_array_equal(values, truth.block.values)
    assert [int(row["trial"]) for row in rows] == truth.trial.tolist()
    assert [row["tracked"] == "true" for row in rows] == truth.block.tracked.tolist()
    assert (rows[0]["time"], rows[0]["frame"]) == ("0", "0")
    expected = truth.block.arrival_time - truth.block.arrival_time[0]
    np.testing.assert_allclose([float(row["time"]) for row in rows], expected, atol=1e-6)


def test_a_spreadsheet_runs_nothing(shared: Study, tmp_path: Path) -> None:
    release_study(shared, tmp_path / "out", "csv", columns=["age", "site"])

    assert {row["expression"] for row in _read(tmp_path / "out/frames/sub-AGREED_ses-01.csv")} == {
        "happy",
        "'=1+1",
    }
    assert _read(tmp_path / "out/participants.csv") == [
        {"participant": "sub-AGREED", "synthetic": "no", "age": "89", "site": "'=cmd()"}
    ]
    trials = _read(tmp_path / "out/trials.csv")
    assert [(t["expression"], t["outcome"], t["frames"]) for t in trials] == [
        ("happy", "complete", "40"),
        ("'=1+1", "excluded", "40"),
    ]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), min_size=1))
def test_cells_of_text_come_back_harmless(rows: list[list[str]]) -> None:
    text = table_csv(("one", "two"), rows).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]

    for row, found in zip(rows, read, strict=True):
        for cell, seen in zip(row, found, strict=True):
            assert seen in (cell, f"'{cell}")
            assert not seen.startswith(("=", "@", "\t", "\r"))
            if seen.startswith(("+", "-")):
                float(seen)


@given(st.floats(width=32, allow_nan=False))
def test_numbers_are_never_touched(number: float) -> None:
    (_, (cell,)) = csv.reader(io.StringIO(table_csv(("n",), [(number,)]).decode(), newline=""))

    assert np.float32(cell) == np.float32(number)


def test_every_column_stands_in_the_dictionary(shared: Study, tmp_path: Path) -> None:
    release_study(shared, tmp_path / "out", "csv", columns=["age"], free_text=True)
    said = {(row["table"], row["column"]) for row in _read(tmp_path / "out/data-dictionary.csv")}

    found = set()
    for table, path in (
        ("participants", "participants.csv"),
        ("trials", "trials.csv"),
        ("frames", "frames/sub-AGREED_ses-01.csv"),
    ):
        found |= {(table, column) for column in _read(tmp_path / "out" / path)[0]}
    assert said == found
    assert _read(tmp_path / "out/trials.csv")[1]["excluded"] == "Somebody laughed"


def test_parquet_holds_the_same_numbers(shared: Study, tmp_path: Path, truth: Any) -> None:
    release_study(shared, tmp_path / "out", "parquet")
    table = pq.read_table(tmp_path / "out/frames.parquet")

    values = np.column_stack([table.column(name).to_numpy() for name in COLUMNS])
    np.testing.assert_array_equal(values, truth.block.values)
    assert values.dtype == np.float32
    assert set(table.column("participant").to_pylist()) == {"sub-AGREED"}
    assert [truth.expressions[i] for i in truth.expression] == table.column("expression").to_pylist()
    assert table.schema.metadata[b"mimik_synthetic"] == b"false"
    assert table.schema.metadata[b"mimik_coarsened"] == b"as recorded"
    assert table.schema.field("headYaw").metadata[b"unit"] == b"rad"
    trials = pq.read_table(tmp_path / "out/trials.parquet").to_pylist()
    assert [(t["trial"], t["outcome"], t["frames"]) for t in trials] == [
        (1, "complete", 40),
        (2, "excluded", 40),
    ]


def test_pyxdf_reads_every_value_and_time_stamp(shared: Study, tmp_path: Path, truth: Any) -> None:
    release_study(shared, tmp_path / "out", "xdf")
    streams, header = pyxdf.load_xdf(tmp_path / "out/sub-AGREED_ses-01.xdf")
    frames, markers = sorted(streams, key=lambda stream: stream["info"]["name"][0])

    assert header["info"]["version"] == ["1.0"]
    np.testing.assert_array_equal(frames["time_series"], truth.block.values)
    np.testing.assert_array_equal(
        frames["time_stamps"], truth.block.arrival_time - truth.block.arrival_time.min()
    )
    channels = frames["info"]["desc"][0]["channels"][0]["channel"]
    assert tuple(channel["label"][0] for channel in channels) == COLUMNS
    assert (channels[0]["type"], channels[0]["unit"]) == (["BlendShape"], ["normalized"])
    assert frames["footer"]["info"]["sample_count"] == ["80"]
    assert [text for (text,) in markers["time_series"]] == [
        "onset/1/complete/happy",
        "offset/1/complete/happy",
        "onset/2/excluded/=1+1",
        "offset/2/excluded/=1+1",
    ]
    np.testing.assert_allclose(markers["time_stamps"], np.array([0, 40, 40, 80]) / 60, atol=1e-6)


@given(st.integers(0, 2**64 - 1))
def test_lengths_of_xdf_take_one_four_or_eight_bytes(number: int) -> None:
    data = varlen(number)

    assert data[0] == len(data) - 1
    assert data[0] in (1, 4, 8)
    assert int.from_bytes(data[1:], "little") == number
    assert data[0] == 1 or number >= {4: 2**8, 8: 2**32}[data[0]]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=400), max_size=20))
def test_pyxdf_reads_any_marker(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("xdf") / "any.xdf"
    with path.open("wb") as file:
        writer = XdfWriter(file)
        writer.stream(1, stream_header("any", "Markers", "string", [("m", "Marker", "none")], {}))
        writer.words(1, [float(i) for i in range(len(texts))], texts)
    (stream,), _ = pyxdf.load_xdf(path)

    assert [text for (text,) in stream["time_series"]] == texts


@pytest.mark.parametrize("kind", KINDS)
def test_a_coarser_release(shared: Study, tmp_path: Path, kind: str) -> None:
    coarser = Coarsening(rate=10, channels=("browInnerUp", "jawOpen"))
    done = release_study(shared, tmp_path / "out", kind, coarsening=coarser)

    assert done.frames < 20
    assert "at most 10 frames per second" in (tmp_path / "out/README.txt").read_text()
    if kind == "parquet":
        names = pq.read_schema(tmp_path / "out/frames.parquet").names
        assert names[8:] == ["jawOpen", "browInnerUp"]
    if kind == "xdf":
        streams, _ = pyxdf.load_xdf(tmp_path / "out/sub-AGREED_ses-01.xdf")
        frames, _ = sorted(streams, key=lambda stream: stream["info"]["name"][0])
        assert frames["info"]["desc"][0]["acquisition"][0]["rate"] == ["10"]
    else:
        said = (tmp_path / "out/data-dictionary.csv").read_text()
        assert "gaps are frames that were lost or left out" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_of_which_nothing_is_left_at_a_rate_is_told(
    shared: Study, tmp_path: Path, kind: str, frame: Callable[..., Frame]
) -> None:
    writer = shared.start_session("sub-AGREED", SessionFacts(started=START))
    writer.open_trial(1, "happy", START)
    for i in range(10):
        writer.frame(1, replace(frame(i), device_time=float("nan")))
    writer.close_trial(1, "complete", START + 1)
    writer.finish(START + 9)

    done = release_study(shared, tmp_path / "out", kind, coarsening=Coarsening(rate=10))

    assert done.sessions == 1
    assert "to keep a rate by" in done.left_out["sub-AGREED/ses-02"]
    assert "ses-02" not in _texts(tmp_path / "out").decode(errors="replace")
    assert not list((tmp_path / "out").glob("*ses-02*"))


@pytest.mark.parametrize("kind", KINDS)
def test_new_pseudonyms(shared: Study, tmp_path: Path, kind: str) -> None:
    done = release_study(shared, tmp_path / "out", kind, fresh_pseudonyms=True)

    (new,) = done.pseudonyms.values()
    assert list(done.pseudonyms) == ["sub-AGREED"]
    written = _texts(tmp_path / "out") + "".join(map(str, (tmp_path / "out").rglob("*"))).encode()
    assert b"AGREED" not in written
    assert new.encode() in written


def test_the_folder_appears_whole_or_not_at_all(shared: Study, tmp_path: Path, monkeypatch: Any) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StudyError("the disk is full")

    monkeypatch.setattr(Study, "record_release", fail)
    with pytest.raises(StudyError, match="disk is full"):
        release_study(shared, tmp_path / "out", "csv")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["study"]


def test_the_study_notes_what_left_it(shared: Study, tmp_path: Path) -> None:
    done = release_study(shared, tmp_path / "out", "csv")

    trail = (shared.folder / "audit.jsonl").read_text()
    assert '"released"' in trail
    register = (shared.folder / "releases.tsv").read_text()
    assert done.id in register
    assert done.digest in register
    assert shared.reference("sub-AGREED") in register
    assert "sub-" not in register


def test_places_inside_the_study_and_full_ones_are_refused(shared: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="outside of the study"):
        release_study(shared, shared.folder / "derivatives", "csv")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").touch()
    with pytest.raises(StudyError, match="empty or new"):
        release_study(shared, tmp_path / "full", "csv")


def test_unknown_kinds_and_columns_are_refused(shared: Study, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="csv, parquet, xdf, found 'sav'"):
        release_study(shared, tmp_path / "out", "sav")
    with pytest.raises(StudyError, match="columns among age, site, found 'iq'"):
        release_study(shared, tmp_path / "out", "csv", columns=["iq"])


def test_of_people_who_did_not_agree_nothing_is_written(study: Study, person: str, tmp_path: Path) -> None:
    with pytest.raises(ConsentMissing, match="agreed to 'sharing'"):
        release_study(study, tmp_path / "out", "csv")
    assert not (tmp_path / "out").exists()


def test_the_resting_face_is_that_of_the_protocols_baseline_whatever_it_is_called(tmp_path: Path) -> None:
    protocol = load_protocol("pain-scale")
    rest = next(trial.expression for trial in protocol.trials if trial.baseline)
    assert rest.lower() != "neutral"  # else this test shows nothing
    study = Study.create(tmp_path / "study", title="Pain", protocol=protocol, synthetic=True)
    person = study.add_participant().id
    study.record_consent(person, at=START, basis="made up")
    with study.start_session(person, SessionFacts(started=START, rate=60.0)) as writer:
        count = 0
        for trial, expression, level, frames in ((1, rest, 0.25, 60), (2, "10", 0.75, 1200)):
            writer.open_trial(trial, expression, START + count / 60)
            for _ in range(frames):
                values = np.full(64, level, np.float32)
                writer.frame(trial, Frame(1, count, count / 60, START + count / 60, True, values))
                count += 1
            writer.close_trial(trial, "complete", START + count / 60)
        writer.finish(START + count / 60)

    release_study(study, tmp_path / "out", "csv", coarsening=Coarsening(without_rest=True))

    rows = _read(next((tmp_path / "out/frames").iterdir()))
    assert {(row["trial"], float(row["jawOpen"])) for row in rows} == {("1", 0.0), ("2", 0.5)}
