"""Any recording is opened by what its name and first lines say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import MEDIAPIPE, shapes, write_table

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import N_COLUMNS, Block
from mimik.sources.emotiontrain import EmotionTrain
from mimik.sources.facecaptxt import FaceCapTxt
from mimik.sources.mediapipecsv import MediaPipeCsv
from mimik.sources.pyfeat import PyFeat
from mimik.sources.recordingfile import RecordingFile
from mimik.sources.recordings import open_recording
from mimik.sources.summary import summarise
from mimik.sources.takes import Take


def files(folder: Path) -> dict[type, Path]:
    half = ["0.5"] * 52
    face_cap = f"bs,{','.join(BLEND_SHAPES)}\n" + "".join(
        ",".join(["k", str(ms), *["1"] * 10, *half]) + "\n" for ms in (0, 33)
    )
    (folder / "fc.txt").write_text("info,x\n" + face_cap)
    return {
        FaceCapTxt: folder / "fc.txt",
        Take: write_table(
            folder / "take.csv",
            ("Timecode", "BlendShapeCount", *BLEND_SHAPES),
            [[f"10:00:00:{i:02d}.000", 61, *half] for i in (0, 2)],
        ),
        EmotionTrain: write_table(
            folder / "any.txt", ("time", "label", *BLEND_SHAPES), [[i / 30, "happy", *half] for i in (0, 1)]
        ),
        MediaPipeCsv: write_table(
            folder / "mp.csv", ("time_s", *MEDIAPIPE), [[i / 30, *shapes(0.1)] for i in (0, 1)]
        ),
        PyFeat: write_table(
            folder / "fex.csv", ("frame", "FaceRectX", *MEDIAPIPE), [[i, 1, *shapes(0.1)] for i in (0, 1)]
        ),
    }


def test_each_kind_is_known_and_keeps_the_contract(tmp_path):
    for kind, path in files(tmp_path).items():
        recording = open_recording(path, rate=30)
        assert type(recording) is kind
        assert isinstance(recording, RecordingFile)
        assert recording.rate == 30.0, kind
        assert recording.path == path
        one, two = recording.blocks(1)
        again = Block.joined(list(recording.blocks()))
        assert np.array_equal(Block.joined([one, two]).values, again.values, equal_nan=True)
        assert np.diff(again.device_time) == pytest.approx([1 / 30], abs=1e-3)
        assert recording.delivered.shape == (N_COLUMNS,)
        assert np.isnan(again.values[:, ~recording.delivered]).all()
        with pytest.raises(ValueError, match="at least one row"):
            next(recording.blocks(0))


@pytest.mark.parametrize("name", ["photo.jpg", "model.mimik", "none"])
def test_other_files_are_refused_with_what_can_be_read(tmp_path, name):
    (tmp_path / name).write_text("hello")
    with pytest.raises(TakeError, match="Expected a recording") as error:
        open_recording(tmp_path / name)
    assert "Live Link Face" in error.value.hint
    assert ".mp4" in error.value.hint


def test_a_table_of_something_else_is_refused(tmp_path):
    path = write_table(tmp_path / "a.csv", ("a", "b"), [[1, 2]])
    with pytest.raises(TakeError, match="Live Link Face"):
        open_recording(path)


@given(st.binary(max_size=200), st.sampled_from([".csv", ".txt", ".tsv"]))
def test_any_bytes_are_opened_or_refused(tmp_path_factory, junk, ending):
    path = tmp_path_factory.mktemp("junk") / f"a{ending}"
    path.write_bytes(junk)
    with pytest.raises(TakeError):
        list(open_recording(path).blocks())


def block_at(times: list[float]) -> Block:
    n = len(times)
    return Block(
        number=np.full(n, -1, np.int32),
        device_time=np.array(times),
        arrival_time=np.full(n, np.nan),
        tracked=np.ones(n, np.bool_),
        values=np.ones((n, N_COLUMNS), np.float32),
    )


def test_a_rate_that_varies_is_not_called_steady():
    everything = np.ones(N_COLUMNS, np.bool_)
    steady = [i / 30 for i in range(100)]
    wavering = np.cumsum([1 / 30 if i % 4 else 1 / 15 for i in range(100)]).tolist()
    assert summarise([block_at(steady[:50]), block_at(steady[50:])], everything).steady
    assert not summarise([block_at(wavering)], everything).steady
