"""Video files: a frame for each picture, at the file's own time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mimik.errors import TakeError
from mimik.frame import Block
from mimik.sources.recordings import open_recording
from mimik.sources.summary import summarise
from mimik.sources.video import Video

pytest.importorskip("cv2")


@pytest.fixture
def videos(real_data: Path) -> Path:
    return real_data / "mediapipe"


def test_a_face_is_in_72_of_72_frames(videos: Path):
    told: list[tuple[int, int | None]] = []
    model = videos / "face_landmarker.task"
    video = Video(videos / "single_face.mp4", face_model=model, progress=lambda *now: told.append(now))
    first, rest = video.blocks(40)
    block = Block.joined([first, rest])
    assert (len(first), len(rest), video.promised) == (40, 32, 72)
    assert block.tracked.sum() == 72
    assert block.number.tolist() == list(range(72))
    np.testing.assert_allclose(block.device_time, np.arange(72) / 30, atol=1e-6)
    assert np.isnan(block.values[:, ~video.delivered]).all()
    assert np.isfinite(block.values[:, video.delivered]).all()
    assert told == [(64, 72), (72, 72)]
    assert (video.rate, video.size) == (30.0, (640, 360))


def test_no_face_is_in_95_of_95_frames(videos: Path):
    video = open_recording(videos / "no_face.mp4", face_model=videos / "face_landmarker.task")
    summary = summarise(video.blocks(), video.delivered)
    assert (summary.rows, summary.untracked, summary.flat, summary.steady) == (95, 95, (), True)
    assert video.rate == 24.0, "by its times; the file states 23.67"


@pytest.mark.parametrize("text", ["#EXTM3U\nhttp://192.0.2.1/a.ts\n", "ffconcat version 1.0\nfile a.mp4\n"])
def test_a_list_of_what_to_play_elsewhere_is_refused(tmp_path, text):
    path = tmp_path / "list.mp4"
    path.write_text(text)
    with pytest.raises(TakeError, match="found text"):
        Video(path)


def test_what_is_no_video_is_refused(tmp_path):
    with pytest.raises(TakeError, match="found no file"):
        Video(tmp_path / "gone.mp4")
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)))
    with pytest.raises(TakeError, match="nothing that can be played") as error:
        Video(tmp_path / "noise.mp4")
    assert "Does it play" in error.value.hint
