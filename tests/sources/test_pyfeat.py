"""CSV files of py-feat: blend shapes of one person are read, everything else is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import MEDIAPIPE, shapes, write_table

from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.pyfeat import PyFeat

BEFORE = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore")
AFTER = ("anger", "input", "frame", "approx_time")
HEADER = (*BEFORE, *MEDIAPIPE, *AFTER)


def row(frame: int, *, score: object = 0.99, rate: float = 30.0, value: float = 0.1) -> list[object]:
    seconds = int(frame / rate)
    time = f"{seconds // 60:02d}:{seconds % 60:02d}"
    return [10, 10, 50, 50, score, *shapes(value), 0.2, '"a, b.mp4"', frame, time]


def whole(path: Path, rate: float | None = None) -> Block:
    return Block.joined(list(PyFeat(path, rate=rate).blocks()))


def test_frames_and_values_are_read(tmp_path):
    path = write_table(tmp_path / "fex.csv", HEADER, [row(i, value=0.01 * i) for i in range(5)])
    block = whole(path, rate=30)
    assert block.number.tolist() == [0, 1, 2, 3, 4]
    assert block.device_time.tolist() == [i / 30 for i in range(5)]
    place = MEDIAPIPE.index("jawOpen") / 1000
    expected = [np.float32(f"{0.01 * i + place:.4f}") for i in range(5)]
    assert block.values[:, COLUMNS.index("jawOpen")].tolist() == expected
    assert PyFeat(path, rate=30).app.startswith("py-feat")


def test_a_frame_without_a_face_is_one_whatever_numbers_it_has(tmp_path):
    empty: list[object] = [*["nan"] * 5, *[""] * 52, "", "a.mp4", 2, "00:00"]
    path = write_table(tmp_path / "fex.csv", HEADER, [row(0), row(1, score=0), empty, row(3)])
    block = whole(path, rate=30)
    assert block.tracked.tolist() == [True, False, False, True]
    assert np.isnan(block.values[1:3]).all()


@given(rate=st.sampled_from([23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 60.0]))
def test_the_rate_is_found_in_whole_seconds_of_a_long_file(tmp_path_factory, rate):
    path = tmp_path_factory.mktemp("fex") / "fex.csv"
    write_table(path, ("frame", "approx_time", "FaceRectX", *MEDIAPIPE), [])
    with path.open("a") as file:
        for frame in range(0, int(200 * rate), 7):
            cells = ["0.1"] * 52
            seconds = int(frame / rate)
            file.write(",".join([str(frame), f"{seconds // 60:02d}:{seconds % 60:02d}", "1", *cells]) + "\n")
    found = PyFeat(path).rate
    assert found == pytest.approx(rate, rel=1e-9)


def test_without_a_rate_the_message_asks_for_one(tmp_path):
    path = write_table(tmp_path / "fex.csv", HEADER, [row(i) for i in range(5)])
    with pytest.raises(TakeError, match="frames per second") as error:
        PyFeat(path)
    assert "--rate" in error.value.hint


def test_action_units_alone_are_refused_with_the_way_out(tmp_path):
    path = write_table(tmp_path / "fex.csv", ("frame", *BEFORE, "AU01", "AU12", "input"), [[0] * 9])
    with pytest.raises(TakeError, match="action units") as error:
        PyFeat(path, rate=30)
    assert "MPDetector" in error.value.hint


def test_two_people_in_a_frame_are_refused(tmp_path):
    path = write_table(tmp_path / "fex.csv", HEADER, [row(0), row(1), row(1)])
    with pytest.raises(TakeError, match=r"frame 1 again in .*row 4, column frame") as error:
        whole(path, rate=30)
    assert "one person" in error.value.hint


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("junk") / "fex.csv"
    path.write_bytes(",".join(HEADER).encode() + b"\n" + junk)
    try:
        block = whole(path, rate=30)
    except TakeError:
        return
    assert (np.diff(block.number) > 0).all()
