"""CSV takes: rows kept exactly, rates, gaps, midnight, and what is refused."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.takes import Take

ANGLES = [f"{part}{turn}" for part in ("Head", "LeftEye", "RightEye") for turn in ("Yaw", "Pitch", "Roll")]
NAMES = [*(name[0].upper() + name[1:] for name in BLEND_SHAPES), *ANGLES]
HEADER = ["Timecode", "BlendShapeCount", *NAMES]


def timecode(count: float) -> str:
    whole = int(count) // 60
    frames = count - whole * 60
    return f"{whole // 3600 % 24:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frames:06.3f}"


def row(count: float, value: str = "0.25", faces: str = "61") -> list[str]:
    return [timecode(count), faces, *[value] * len(NAMES)]


def written(folder: Path, rows: list[list[str]], header: list[str] = HEADER, name: str = "take.csv") -> Path:
    path = folder / name
    path.write_text("".join(",".join(cells) + "\n" for cells in [header, *rows]), encoding="utf-8")
    return path


def whole(take: Take) -> Block:
    return Block.joined(list(take.blocks()))


def real_takes(real_data: Path) -> list[Path]:
    return sorted((real_data / "livelink-csv").rglob("*.csv"))


def test_all_rows_of_all_real_takes_are_kept_exactly(real_data):
    paths = real_takes(real_data)
    assert len(paths) == 12
    for path in paths:
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        block = Block.joined(list(Take(path).blocks(rows=1000)))
        assert len(block) == len(rows)
        assert block.tracked.all()
        for position, name in enumerate(header[2:], start=2):
            column = COLUMNS.index(name[0].lower() + name[1:])
            exact = np.array([float(cells[position]) for cells in rows]).astype(np.float32)
            assert np.array_equal(block.values[:, column], exact), (path.name, name)
        for cells, time, number in zip(rows, block.device_time, block.number, strict=True):
            hours, minutes, seconds, frames = cells[0].split(":")
            full = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
            assert time == pytest.approx(full + float(frames) / 60, abs=1e-9)
            assert number == full * 60 + int(float(frames))


def test_real_takes_have_30_and_60_frames_a_second(real_data):
    rates = {path.relative_to(real_data).parts[1]: set() for path in real_takes(real_data)}
    for path in real_takes(real_data):
        take = Take(path)
        rates[path.relative_to(real_data).parts[1]].add((take.rate, take.step))
    assert rates == {"rom-30fps": {(30.0, 2)}, "emotions-60fps": {(60.0, 1)}}


def test_real_gaps_are_counted(real_data):
    lost = {path.stem: Take(path).summary.lost for path in real_takes(real_data)}
    assert {name: n for name, n in lost.items() if n} == {"alex_rom_3": 3, "alex_rom_4": 2}


def test_columns_are_found_by_name_in_any_order_and_spelling(tmp_path):
    header = ["BlendshapeCount", *reversed(NAMES), "Timecode", "Remark"]
    cells = ["61", *(str(i) for i in reversed(range(61))), timecode(60), "hello"]
    take = Take(written(tmp_path, [cells], header))
    values = dict(zip(COLUMNS, whole(take).values[0].tolist(), strict=True))
    assert [values[name[0].lower() + name[1:]] for name in NAMES] == list(range(61))
    assert [name for name in COLUMNS if name not in take.channels] == ["headX", "headY", "headZ"]
    assert np.isnan(values["headX"])


def test_angles_may_be_missing_and_are_then_nan(tmp_path):
    header = HEADER[: 2 + 52]
    take = Take(written(tmp_path, [row(0)[:54]], header))
    assert take.channels == BLEND_SHAPES
    assert np.isnan(whole(take).values[0, 52:]).all()
    assert whole(take).tracked.all()


@pytest.mark.parametrize("without", [row(1, faces="0"), row(1, value=""), row(1, value="", faces="")])
def test_a_row_without_a_face_is_kept_as_one(tmp_path, without):
    take = Take(written(tmp_path, [row(0), without, row(2)]))
    block = whole(take)
    assert block.tracked.tolist() == [True, False, True]
    assert np.isnan(block.values[1]).all()
    assert (take.summary.rows, take.summary.untracked, take.summary.lost) == (3, 1, 0)


def test_blocks_have_the_rows_asked_for(tmp_path):
    take = Take(written(tmp_path, [row(i) for i in range(25)]))
    assert [len(block) for block in take.blocks(rows=10)] == [10, 10, 5]
    assert [frame.number for frame in take.frames(device=3)] == list(range(25))
    with pytest.raises(ValueError, match="at least one row"):
        next(take.blocks(rows=0))


def test_a_file_larger_than_one_read_is_whole_and_names_rows_far_down(tmp_path):
    rows = [row(i, value=f"0.{i:010d}") for i in range(8000)]
    path = written(tmp_path, rows)
    assert path.stat().st_size > 4 << 20
    block = whole(Take(path))
    assert np.array_equal(block.number, np.arange(8000))
    assert np.array_equal(
        block.values[:, 0], np.array([float(cells[2]) for cells in rows]).astype(np.float32)
    )
    rows[7990][5] = "much"
    with pytest.raises(TakeError, match=f"found 'much' in .*, row 7992, column {HEADER[5]}"):
        whole(Take(written(tmp_path, rows)))
    rows[7990][5] = "nan"
    with pytest.raises(TakeError, match=f"finite number in .*, row 7992, column {HEADER[5]}"):
        whole(Take(written(tmp_path, rows)))


def test_time_runs_on_over_midnight(tmp_path):
    day = 24 * 3600 * 60
    take = Take(written(tmp_path, [row(count % day) for count in range(day - 3, day + 3)]))
    block = whole(take)
    assert block.number.tolist() == list(range(day - 3, day + 3))
    assert np.allclose(np.diff(block.device_time), 1 / 60)
    assert take.summary.lost == 0


def test_gaps_are_counted_at_30_frames_a_second_and_across_reads(tmp_path):
    counts = [*range(0, 200, 2), *range(206, 400, 2)]
    take = Take(written(tmp_path, [row(count) for count in counts]))
    assert (take.rate, take.step, take.summary.lost) == (30.0, 2, 3)


def test_a_phone_that_falls_to_30_loses_nothing(tmp_path):
    counts = [*range(640), *range(640, 1280, 2)]
    assert Take(written(tmp_path, [row(count) for count in counts])).summary.lost == 0


def test_doubled_and_disordered_timecodes_do_no_harm(tmp_path):
    take = Take(written(tmp_path, [row(count) for count in (5, 5, 6, 4, 7, 7)]))
    assert whole(take).number.tolist() == [5, 5, 6, 4, 7, 7]
    assert take.summary.lost >= 0


def test_one_frame_has_no_rate_of_its_own(tmp_path):
    take = Take(written(tmp_path, [row(7)]))
    assert np.isnan(take.rate)
    assert (take.step, take.summary.rows, take.summary.seconds) == (1, 1, 0.0)


@pytest.mark.parametrize(
    ("file", "name", "variant"),
    [
        ("MySlate_164_Carla_cal.csv", "MySlate_164", "cal"),
        ("My_Slate_7_Carlas_iPhone_2_raw.csv", "My_Slate_7", "raw"),
        ("MySlate_3_iPhone_neutral.csv", "MySlate_3", "neutral"),
        ("MySlate_3_iPhone.csv", "MySlate_3", ""),
        ("Neutral.csv", "Neutral", ""),
    ],
)
def test_the_name_keeps_slate_and_take_but_not_the_subject(tmp_path, file, name, variant):
    take = Take(written(tmp_path, [row(1)], name=file))
    assert (take.name, take.variant) == (name, variant)


def test_flat_columns_are_named(tmp_path):
    cells = row(1)
    cells[2] = "0.0000000000"
    assert Take(written(tmp_path, [cells, cells])).summary.flat == ("eyeBlinkLeft",)


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_are_no_matter(tmp_path):
    path = written(tmp_path, [row(1), row(2)])
    plain = whole(Take(path)).values
    text = path.read_bytes()
    for other in (text.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + text, text + b"\n\n", text.rstrip(b"\n")):
        path.write_bytes(other)
        assert np.array_equal(whole(Take(path)).values, plain, equal_nan=True)


def test_facts_of_the_device_come_from_take_json_but_no_names(tmp_path):
    (tmp_path / "take.json").write_text(
        '{"deviceModel": "iPhone14,2", "info": {"appVersion": "1.4.1", "deviceName": "Carla"},'
        ' "subject": "Carla", "FrameRate": "30"}'
    )
    take = Take(written(tmp_path, [row(1)]))
    assert (take.device.model, take.device.app_version, take.device.rate) == ("iPhone14,2", "1.4.1", 30.0)
    assert (take.rate, take.step) == (30.0, 2)
    assert "Carla" not in repr(take.device)


def test_without_take_json_the_facts_are_unknown(tmp_path):
    take = Take(written(tmp_path, [row(1)]))
    assert (take.device.model, take.device.app_version, take.device.rate) == (None, None, None)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_take_json_that_is_none_is_said_so(tmp_path, content):
    path = written(tmp_path, [row(1)])
    (tmp_path / "take.json").write_bytes(content)
    with pytest.raises(TakeError, match=r"take\.json"):
        Take(path)


@pytest.mark.parametrize("content", [b"7", b"null", b"[]", b'{"model": 5, "fps": "x"}', b'{"fps": 1e999}'])
def test_a_take_json_of_another_shape_says_nothing(tmp_path, content):
    path = written(tmp_path, [row(1)])
    (tmp_path / "take.json").write_bytes(content)
    assert Take(path).device.rate is None


def cell(position: int, text: str) -> list[list[str]]:
    """Three rows, the second of which has another text in one cell."""
    cells = row(1)
    cells[position] = text
    return [row(0), cells, row(2)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (cell(7, "abc"), f"found 'abc' in .*, row 3, column {HEADER[7]}"),
        (cell(7, "inf"), f"finite number in .*, row 3, column {HEADER[7]}"),
        (cell(7, "1e39"), f"finite number in .*, row 3, column {HEADER[7]}"),
        (cell(1, "many"), "found 'many' in .*, row 3, column BlendShapeCount"),
        (cell(0, "12:00"), "found '12:00' in .*, row 3, column Timecode"),
        (cell(0, "00:00:00:60.000"), "FF below 60, found '00:00:00:60.000'"),
        (cell(0, ""), "found '' in .*, row 3, column Timecode"),
        (cell(0, "00:00:00:01.000\u00e9"), "column Timecode"),
        ([row(0), row(1)[:-1]], "Expected 63 columns in .*, row 3, found 62"),
        ([row(0), [*row(1), "1"]], "Expected 63 columns in .*, row 3, found 64"),
        ([], "found nothing below the header"),
    ],
)
def test_bad_rows_are_named(tmp_path, rows, message):
    with pytest.raises(TakeError, match=message):
        whole(Take(written(tmp_path, rows)))


def test_missing_and_doubled_columns_are_named(tmp_path):
    with pytest.raises(TakeError, match="missing: Timecode, jawOpen"):
        Take(written(tmp_path, [], [name for name in HEADER if name not in ("Timecode", "JawOpen")]))
    with pytest.raises(TakeError, match="more than once: jawOpen"):
        Take(written(tmp_path, [], [*HEADER, "jawOpen"]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty file"),
        (b"\n \n", "empty file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not|other bytes|missing"),
        ("Timecode,BlendShapeCount".encode("utf-16"), "UTF-8"),
        (b"a,b\n1,2\n", "missing: Timecode"),
    ],
)
def test_what_is_no_take_is_said_so(tmp_path, content, message):
    path = tmp_path / "take.csv"
    path.write_bytes(content)
    with pytest.raises(TakeError, match=message):
        Take(path)


def test_a_file_that_is_not_there_or_a_folder_is_said_so(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TakeError, match="readable file"):
            Take(path)


def test_a_line_of_millions_of_characters_is_refused(tmp_path):
    path = written(tmp_path, [row(0)])
    with path.open("ab") as file:
        file.write(b"9" * (5 << 20))
    with pytest.raises(TakeError):
        whole(Take(path))


def test_a_walk_through_months_is_refused(tmp_path):
    thirds = [i * 8 * 3600 * 60 % (24 * 3600 * 60) for i in range(200)]
    rows = [row(b) for a, b in pairwise([0, *thirds])]
    with pytest.raises(TakeError, match="at most 30 days"):
        whole(Take(written(tmp_path, rows)))


CELLS = st.sampled_from(
    ["", "0.5", "61", "-1e40", "nan", "x", '"', "00:00:00:01.0", "\u00e9", "1\r2", "\x00", ",,"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 62), CELLS), max_size=6), st.integers(0, 30))
def test_damaged_text_is_refused_or_read(tmp_path, damages, cut):
    rows = [row(i) for i in range(5)]
    for at, column, text in damages:
        rows[at][column] = text
    path = written(tmp_path, rows)
    path.write_bytes(path.read_bytes()[: -cut or None])
    read_or_refused(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.booleans())
def test_garbage_is_refused(tmp_path, garbage, below_a_header):
    path = written(tmp_path, [])
    path.write_bytes((path.read_bytes() if below_a_header else b"") + garbage)
    read_or_refused(path)


def read_or_refused(path: Path) -> None:
    try:
        block = whole(Take(path))
        assert Take(path).summary.rows == len(block)
    except TakeError as error:
        assert str(path) in str(error)
        return
    assert np.isfinite(block.values[:, :55][block.tracked]).any(axis=1).all()
    assert np.isnan(block.values[~block.tracked]).all()
