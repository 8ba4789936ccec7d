"""A clock that jumps back and forth while a session is recorded: no frame is lost, mixed up or held back."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from small_study import START, frame, new_study, start

from mimik.study import Study
from mimik.study.integrity import check_files
from mimik.study.journal import UNSYNCED

JUMPS = (-86_400.0, -3600.0, -1.0, -0.1, 0.1, 1.0, 3600.0, 86_400.0, 10 * 365 * 86_400.0)


class Appends:
    """A journal that knows how much of it was written and how much of that is safe."""

    def __init__(self, file) -> None:
        self._file = file
        self.written = self.safe = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self.written += len(data)

    def sync(self) -> None:
        self._file.sync()
        self.safe = self.written

    def cut(self, size: int) -> None:
        self._file.cut(size)

    def close(self) -> None:
        self._file.close()


@pytest.mark.parametrize("seed", range(5))
def test_frames_keep_their_order_and_reach_the_disk(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    study = new_study(tmp_path / "study")
    writer = start(study)
    file = writer._journal._file = Appends(writer._journal._file)  # type: ignore[assignment]
    now, unsafe_since = START, 0
    for trial, expression in enumerate(("happy", "sad")):
        writer.open_trial(trial, expression, now)
        for i in range(300):
            now += 1 / 60 + (rng.choice(JUMPS) if rng.random() < 0.05 else 0.0)
            writer.frame(trial, frame(trial * 300 + i, at=now))
            before = file.safe
            writer.flush(now)
            unsafe_since = 0 if file.safe > before else unsafe_since + 1
            assert unsafe_since <= 122, "more than two seconds of frames are not on the disk"
            assert file.written - file.safe <= UNSYNCED
        writer.event("pause", now, duration=1.0)
        writer.close_trial(trial, "complete", now)
    done = writer.finish(now)

    frames = study.read_session(done)
    np.testing.assert_array_equal(frames.block.number, np.arange(600))
    np.testing.assert_array_equal(frames.trial, np.repeat([0, 1], 300))
    [info] = Study.open(study.folder).sessions()
    assert [(t.trial, t.outcome, t.frames) for t in info.trials] == [
        (0, "complete", 300),
        (1, "complete", 300),
    ]
    assert len(study.events(info)) == 2
    assert not check_files(study.folder).serious


def test_a_session_that_broke_off_before_the_clock_was_set_is_resumed(tmp_path: Path) -> None:
    study = new_study(tmp_path / "study")
    writer = start(study)
    writer.open_trial(0, "happy", START)
    writer.frame(0, frame(0))
    writer.close_trial(0, "complete", START + 1)
    writer.leave()

    [info] = study.sessions()
    writer = study.resume_session(info)
    assert writer.done == {0}
    writer.open_trial(1, "sad", START - 86_400)
    writer.frame(1, frame(1, at=START - 86_400))
    writer.close_trial(1, "complete", START - 86_399)
    done = writer.finish(START - 86_000)

    assert len(study.read_session(done)) == 2
    assert not check_files(study.folder).serious
