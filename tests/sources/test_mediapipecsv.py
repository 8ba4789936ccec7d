"""CSV files of MediaPipe's blend shapes: generous about columns, strict about numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import MEDIAPIPE, shapes, write_table

from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.mediapipecsv import MediaPipeCsv
from mimik.sources.mediapipenames import DELIVERED, NOT_DELIVERED


def whole(path: Path, rate: float | None = None) -> Block:
    return Block.joined(list(MediaPipeCsv(path, rate=rate).blocks()))


def timed(folder: Path, name: str, times: list[object]) -> Path:
    return write_table(folder / "a.csv", (name, *MEDIAPIPE), [[t, *shapes(0.1)] for t in times])


def test_values_are_those_of_a_naive_reader(tmp_path):
    path = write_table(
        tmp_path / "a.csv", ("time_s", *MEDIAPIPE), [[i / 30, *shapes(0.01 * i)] for i in range(40)]
    )
    block = whole(path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name in DELIVERED:
        expected = np.array([float(row[name]) for row in rows]).astype(np.float32)
        assert np.array_equal(block.values[:, COLUMNS.index(name)], expected), name
    assert np.isnan(block.values[:, [COLUMNS.index(name) for name in NOT_DELIVERED]]).all()
    assert np.isnan(block.arrival_time).all()
    assert MediaPipeCsv(path).rate == 30.0
    assert MediaPipeCsv(path).channels == DELIVERED


@given(
    order=st.permutations(range(len(DELIVERED))),
    extra=st.lists(st.sampled_from(["id", "Remark", "emotion", ""]), max_size=3, unique=True),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoted=st.booleans(),
)
def test_order_extra_columns_quotes_and_delimiter_are_no_matter(
    tmp_path_factory, order, extra, delimiter, quoted
):
    header = [*(DELIVERED[i] for i in order), *extra, "time_ms"]
    cells = [*(str(i) for i in order), *("x" for _ in extra), "500"]
    quote = (lambda text: f'"{text}"') if quoted else str
    path = tmp_path_factory.mktemp("table") / "a.csv"
    block = whole(write_table(path, [quote(name) for name in header], [cells], delimiter))
    assert block.device_time.tolist() == [0.5]
    assert block.values[0, [COLUMNS.index(name) for name in DELIVERED]].tolist() == list(
        range(len(DELIVERED))
    )


@pytest.mark.parametrize(
    ("name", "times", "seconds"),
    [
        ("time_s", [1, 2.5], [1.0, 2.5]),
        ("Seconds", [1, 2.5], [1.0, 2.5]),
        ("time_ms", [0, 33], [0.0, 0.033]),
        ("timestamp_ms", [0, 33], [0.0, 0.033]),
        ("timestamp", [0, 33, 67], [0.0, 0.033, 0.067]),
        ("timestamp", [0, 0.033], [0.0, 0.033]),
        ("time", [7], [7.0]),
    ],
)
def test_time_is_seconds_or_milliseconds(tmp_path, name, times, seconds):
    assert whole(timed(tmp_path, name, times)).device_time.tolist() == seconds


def test_microseconds_are_no_guess(tmp_path):
    with pytest.raises(TakeError, match="seconds or milliseconds, found steps of 33333"):
        MediaPipeCsv(timed(tmp_path, "timestamp", [0, 33333]))


def test_numbered_frames_need_a_rate(tmp_path):
    path = timed(tmp_path, "frame", [0, 1, 3])
    with pytest.raises(TakeError, match="frames per second") as error:
        MediaPipeCsv(path)
    assert "--rate" in error.value.hint
    block = whole(path, rate=25)
    assert block.device_time.tolist() == [0.0, 0.04, 0.12]
    assert block.number.tolist() == [0, 1, 3]


@pytest.mark.parametrize("without", [[""] * 52, ["0"] * 52, ["0.0"] * 52])
def test_a_row_that_is_empty_or_zero_has_no_face(tmp_path, without):
    path = write_table(
        tmp_path / "a.csv", ("time_s", *MEDIAPIPE), [[0, *shapes(0.1)], [1, *without], [2, *shapes(0.2)]]
    )
    block = whole(path)
    assert block.tracked.tolist() == [True, False, True]
    assert np.isnan(block.values[1]).all()


@pytest.mark.parametrize(
    ("cell", "message"), [("much", "found 'much'"), ("nan", "finite number"), ("inf", "finite number")]
)
def test_what_is_no_number_is_refused_with_its_place(tmp_path, cell, message):
    row = ["0.1"] * len(DELIVERED)
    row[3] = cell
    path = write_table(
        tmp_path / "a.csv", ("time_s", *DELIVERED), [[0, *["0.1"] * len(DELIVERED)], [1, *row]]
    )
    with pytest.raises(TakeError, match=f"{message}.*row 3, column {DELIVERED[3]}"):
        whole(path)


def test_missing_and_doubled_columns_are_named(tmp_path):
    path = write_table(tmp_path / "a.csv", ("time_s", *DELIVERED[1:]), [])
    with pytest.raises(TakeError, match=f"missing: {DELIVERED[0]}"):
        MediaPipeCsv(path)
    write_table(path, ("time_s", *DELIVERED, "JawOpen"), [])
    with pytest.raises(TakeError, match="more than once: jawOpen"):
        MediaPipeCsv(path)
    write_table(path, DELIVERED, [["0.1"] * len(DELIVERED)])
    with pytest.raises(TakeError, match="time or the number"):
        MediaPipeCsv(path)
    write_table(path, ("time_s", *DELIVERED), [])
    with pytest.raises(TakeError, match="nothing below the header"):
        MediaPipeCsv(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("junk") / "a.csv"
    path.write_bytes(",".join(("time", *MEDIAPIPE)).encode() + b"\n" + junk)
    try:
        block = whole(path)
    except TakeError:
        return
    assert np.isfinite(block.device_time).all()
