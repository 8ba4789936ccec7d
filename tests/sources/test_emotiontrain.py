"""EmotionTrain files: runs of one expression, in the layout Mimik defines."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import Block
from mimik.sources import emotiontrain
from mimik.sources.emotiontrain import EmotionTrain

SHORT = [name.replace("Left", "_L").replace("Right", "_R") for name in BLEND_SHAPES]
SHORT[SHORT.index("mouth_L")] = "mouthLeft"


def written(
    folder: Path, rows: list[list[str]], delimiter: str = "\t", head: tuple[str, ...] = ("time", "label")
):
    path = folder / "EmotionTrain.txt"
    lines = [[*head, *BLEND_SHAPES], *rows]
    path.write_text("".join(delimiter.join(cells) + "\n" for cells in lines), encoding="utf-8")
    return path


def line(time: str, label: str, value: str = "0.5") -> list[str]:
    return [time, label, *[value] * 52]


def runs(path: Path) -> list[tuple[str, Block]]:
    return list(EmotionTrain(path).runs())


def test_lines_of_one_expression_are_a_run(tmp_path):
    rows = [line(str(i / 60), label) for i, label in enumerate(["happy"] * 3 + ["sad"] * 2 + ["happy"])]
    found = runs(written(tmp_path, rows))
    assert [(expression, len(block)) for expression, block in found] == [
        ("happy", 3),
        ("sad", 2),
        ("happy", 1),
    ]
    assert found[1][1].device_time.tolist() == [3 / 60, 4 / 60]
    assert found[0][1].number.tolist() == [-1, -1, -1]
    assert np.isnan(found[0][1].arrival_time).all()


def test_a_file_larger_than_one_read_gives_the_runs_of_a_naive_reader(tmp_path):
    labels = [f"e{i // 700}" for i in range(12_000)]
    rows = [line(str(i), label, f"0.{i:09d}") for i, label in enumerate(labels)]
    path = written(tmp_path, rows)
    assert path.stat().st_size > 4 << 20
    found = runs(path)
    assert [(e, len(b)) for e, b in found] == [(e, len(list(group))) for e, group in groupby(labels)]
    values = np.concatenate([block.values[:, 0] for _, block in found])
    assert np.array_equal(values, np.array([float(cells[2]) for cells in rows]).astype(np.float32))


@pytest.mark.parametrize(
    ("delimiter", "point"), [("\t", "."), ("\t", ","), (";", ","), (";", "."), (",", ".")]
)
def test_delimiter_and_decimal_point_are_found(tmp_path, delimiter, point):
    rows = [line(f"1{point}5", "happy", f"0{point}25"), line("2", "happy", f"0{point}25")]
    ((_, block),) = runs(written(tmp_path, rows, delimiter))
    assert block.device_time.tolist() == [1.5, 2.0]
    assert (block.values[:, :52] == 0.25).all()


def test_columns_are_found_by_name_in_any_order_and_spelling(tmp_path):
    path = tmp_path / "EmotionTrain.txt"
    header = [*reversed(SHORT), "Remark", "Expression", "HeadYaw", "Time"]
    cells = [*(str(i) for i in reversed(range(52))), "hello", " happy ", "0.75", "3"]
    path.write_text(";".join(header) + "\n" + ";".join(cells))
    file = EmotionTrain(path)
    ((expression, block),) = file.runs()
    assert (expression, block.device_time.tolist()) == ("happy", [3.0])
    assert block.values[0, :53].tolist() == [*range(52), 0.75]
    assert np.isnan(block.values[0, 53:]).all()
    assert file.channels == (*BLEND_SHAPES, "headYaw")


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        (("2021-03-04T12:00:00", "2021-03-04T12:00:00.25"), (1614859200.0, 1614859200.25)),
        (("2021-03-04 13:00:00+01:00", "2021-03-04T12:00:01Z"), (1614859200.0, 1614859201.0)),
    ],
)
def test_time_may_be_a_date(tmp_path, times, seconds):
    ((_, block),) = runs(written(tmp_path, [line(time, "happy") for time in times]))
    assert block.device_time.tolist() == list(seconds)


def test_time_may_be_milliseconds(tmp_path):
    ((_, block),) = runs(written(tmp_path, [line("1500", "happy")], head=("time_ms", "expression")))
    assert block.device_time.tolist() == [1.5]


def test_a_line_without_values_is_a_frame_without_a_face(tmp_path):
    ((_, block),) = runs(written(tmp_path, [line("1", "happy"), line("2", "happy", "")]))
    assert block.tracked.tolist() == [True, False]


def test_without_a_header_the_message_shows_one(tmp_path):
    path = tmp_path / "EmotionTrain.txt"
    path.write_text("happy\t0.5\t" + "\t".join(["0.5"] * 52))
    with pytest.raises(TakeError, match="first line that names the columns") as error:
        EmotionTrain(path)
    assert "time;expression;eyeBlinkLeft" in error.value.hint


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "nothing below the header"),
        ([line("1", "happy"), line("2", "happy", "x")], "found 'x' in .*, row 3, column eyeBlinkLeft"),
        ([line("1", "happy"), line("2", "happy", "inf")], "finite number in .*, row 3, column eyeBlinkLeft"),
        ([line("1", "happy"), line("2", " ")], "an expression in .*, row 3, column label"),
        ([line("1", "happy"), line("", "happy")], "a time in .*, row 3, column time"),
        ([line("1", "happy"), line("nan", "happy")], "a time in .*, row 3, column time"),
        ([line("soon", "happy")], "found 'soon' in .*, row 2, column time"),
        ([line("2021-03-04T12:00", "happy"), line("5", "happy")], "found '5' in .*, row 3, column time"),
        ([line("1", "happy")[:-1]], "Expected 54 columns in .*, row 2, found 53"),
    ],
)
def test_bad_lines_are_named(tmp_path, rows, message):
    with pytest.raises(TakeError, match=message):
        runs(written(tmp_path, rows))


def test_a_doubled_column_is_named(tmp_path):
    with pytest.raises(TakeError, match="more than once: time"):
        runs(written(tmp_path, [], head=("time", "label", "time_ms")))


def test_an_endless_run_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(emotiontrain, "_LONGEST_RUN", 10)
    with pytest.raises(TakeError, match="at most 10 lines"):
        runs(written(tmp_path, [line(str(i), "happy") for i in range(11)]))


CELLS = st.sampled_from(["", "0.5", "0,5", "nan", "x", '"', "2021-03-04", "\u00e9", "1\r2", "\x00", "\t"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 53), CELLS), max_size=6),
    st.sampled_from(["\t", ";", ","]),
    st.binary(max_size=30),
)
def test_damaged_text_is_refused_or_read(tmp_path, damages, delimiter, tail):
    rows = [line(str(i), "happy") for i in range(4)]
    for at, column, text in damages:
        rows[at][column] = text
    path = written(tmp_path, rows, delimiter)
    path.write_bytes(path.read_bytes() + tail)
    read_or_refused(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
@example(b"\x1c")  # blank to Python's text, not to its bytes
def test_garbage_is_refused(tmp_path, garbage):
    path = tmp_path / "EmotionTrain.txt"
    path.write_bytes(garbage)
    read_or_refused(path)


def read_or_refused(path: Path) -> None:
    try:
        for expression, block in runs(path):
            assert expression
            assert np.isfinite(block.device_time).all()
    except TakeError as error:
        assert str(path) in str(error)
