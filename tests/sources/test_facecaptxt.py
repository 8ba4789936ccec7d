"""TXT recordings of Face Cap: names of the file, milliseconds, degrees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.facecaptxt import FaceCapTxt

SHORT = [
    f"{name.removesuffix('Left')}_L" if name.endswith("Left") else
    f"{name.removesuffix('Right')}_R" if name.endswith("Right") else name
    for name in reversed(BLEND_SHAPES)
]  # fmt: skip
POSE = ["0.1", "0.2", "0.3", "90", "45", "-30", "10", "20", "30", "40"]


def line(ms: object, value: str = "0.5", pose: list[str] = POSE) -> str:
    return ",".join(["k", str(ms), *pose, *[value] * len(SHORT)])


def written(folder: Path, lines: list[str], above: str = "info,a face\n\n") -> Path:
    path = folder / "FC_2021-2-1.txt"
    path.write_text(above + "\n".join([f"bs,{','.join(SHORT)}", *lines]) + "\n", encoding="utf-8")
    return path


def whole(path: Path) -> Block:
    return Block.joined(list(FaceCapTxt(path).blocks()))


def test_time_pose_and_blend_shapes_are_read_in_our_units(tmp_path):
    values = ",".join(str(i) for i in range(52))
    file = FaceCapTxt(written(tmp_path, [f"k,16,{','.join(POSE)},{values}", line(33), line(50)]))
    (block,) = file.blocks()
    named = dict(zip(COLUMNS, block.values[0].tolist(), strict=True))
    assert [named[name] for name in reversed(BLEND_SHAPES)] == list(range(52))
    assert (named["headX"], named["headY"], named["headZ"]) == pytest.approx((0.1, 0.2, 0.3))
    assert (named["headPitch"], named["headYaw"], named["headRoll"]) == pytest.approx(
        np.radians((90, 45, -30))
    )
    assert (named["leftEyePitch"], named["leftEyeYaw"]) == pytest.approx(np.radians((10, 20)))
    assert (named["rightEyePitch"], named["rightEyeYaw"]) == pytest.approx(np.radians((30, 40)))
    assert np.isnan(named["leftEyeRoll"])
    assert block.device_time.tolist() == [0.016, 0.033, 0.05]
    assert (file.rate, file.app) == (60.0, "Face Cap")


def test_a_line_may_end_with_a_comma(tmp_path):
    assert whole(written(tmp_path, [line(0) + ",", line(17) + ","])).values[1, 0] == 0.5


def test_a_frame_without_blend_shapes_has_no_face(tmp_path):
    block = whole(written(tmp_path, [line(0), line(17, value="")]))
    assert block.tracked.tolist() == [True, False]
    assert np.isnan(block.values[1]).all()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([line(0), line(17).replace("k,", "x,", 1)], "Expected k before each frame in .*row 5"),
        ([line(0), line(17, value="much")], "found 'much' in .*row 5, column tongueOut"),
        ([line(0), line("")], "Expected a time in .*row 5"),
        ([line(0), "k,1,2"], "Expected 64 columns in .*row 5, found 3"),
        ([], "nothing below the header"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, lines, message):
    with pytest.raises(TakeError, match=message):
        whole(written(tmp_path, lines, above="info,a\ninfo,b\n"))


def test_without_names_of_blend_shapes_it_is_refused(tmp_path):
    path = tmp_path / "FC.txt"
    path.write_text("info,x\nk,1,2\n")
    with pytest.raises(TakeError, match="found no bs"):
        FaceCapTxt(path)
    path.write_text("info,x\nbs,jawOpen\nk,1,2\n")
    with pytest.raises(TakeError, match="missing: eyeBlinkLeft"):
        FaceCapTxt(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, junk):
    path = written(tmp_path_factory.mktemp("junk"), [])
    path.write_bytes(path.read_bytes() + junk)
    try:
        block = whole(path)
    except TakeError:
        return
    assert np.isfinite(block.device_time).all()
