"""A full disk is told, costs nothing that was told as stored, and work goes on once there is room again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from small_study import PLAN, START, frame, new_study, recorded, start, takes
from typer.testing import CliRunner

from mimik.cli.main import app
from mimik.errors import DataError, MimikError, StudyError
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.predictions import FoldRun
from mimik.study import Study
from mimik.study.importing import import_takes
from mimik.study.integrity import check_files
from mimik.study.purposes import SHARING, THIS_STUDY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a disk of its own")
ROOM = 256 << 10  # bytes


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, where this computer allows one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("needs to mount a small disk, which only root may do")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def study(disk: Path) -> Study:
    return new_study(disk / "study")


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    rest = disk / "rest"
    with rest.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return rest


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files but the audit trail, which may tell of what was tried, too."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("audit"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_recording_stops_and_goes_on_when_there_is_room(study: Study, disk: Path) -> None:
    writer = start(study)
    writer.open_trial(0, "happy", START)
    for i in range(60):
        writer.frame(0, frame(i))
        writer.flush(START + i / 60)
    writer.flush(START + 1)
    writer.flush(START + 2)  # a second later all of it is safe
    rest = fill(disk)
    with pytest.raises(StudyError, match="No space left"):
        for i in range(60, 6000):
            writer.frame(0, frame(i))
            writer.flush(START + 2 + i / 60)
    with pytest.raises(StudyError):
        writer.frame(0, frame(6001))
        writer.leave()
    assert not check_files(study.folder).serious

    rest.unlink()
    [info] = Study.open(study.folder).sessions()
    assert info.frames >= 60
    done = study.finish_session(info, at=START + 10)
    numbers = study.read_session(done).block.number
    np.testing.assert_array_equal(numbers, np.arange(done.frames))


def test_finishing_can_be_done_again(study: Study, disk: Path) -> None:
    writer = recorded(study, frames=60)
    writer.flush(START + 10)
    writer._journal.sync()
    rest = fill(disk)
    with pytest.raises(StudyError, match="No space left"):
        writer.finish(START + 10)
    assert Study.open(study.folder, recover=False).sessions()[0].frames == 120
    assert not check_files(study.folder).serious

    rest.unlink()
    [info] = Study.open(study.folder).sessions()
    info = info if info.status == "complete" else study.finish_session(info, at=START + 10)
    assert len(study.read_session(info)) == 120


def test_an_import_is_all_or_nothing(study: Study, disk: Path, tmp_path: Path) -> None:
    recorded(study).finish(START + 10)
    rest = fill(disk)
    before = contents(study.folder)
    place = takes(tmp_path / "takes", people=3)
    with pytest.raises(StudyError, match="No space left"):
        import_takes(study, [place], PLAN)
    assert contents(study.folder) == before

    rest.unlink()
    assert len(import_takes(Study.open(study.folder), [place], PLAN).sessions) == 3


CHANGES: list[Callable[[Study], object]] = [
    lambda study: study.add_participant(),
    lambda study: study.record_consent("sub-P1", version="1", at=START),
    lambda study: study.device_number("another phone"),
    lambda study: study.add_consent_text("2", "Another text"),
    lambda study: start(study).leave(),
    lambda study: study.exclude_trial(study.sessions()[0], 0, "looked away", at=START),
]


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_every_change_is_refused_and_leaves_all_as_it_was(
    study: Study, disk: Path, change: Callable[[Study], object]
) -> None:
    recorded(study).finish(START + 10)
    rest = fill(disk)
    before = contents(study.folder)

    with pytest.raises(StudyError, match="No space left"):
        change(study)

    assert contents(study.folder) == before
    assert not check_files(study.folder).serious
    rest.unlink()
    change(study)
    assert not check_files(study.folder).serious


def test_bids_on_a_full_disk_is_told(study: Study, disk: Path, tmp_path: Path) -> None:
    recorded(study).finish(START + 10)
    study.record_consent("sub-P1", version="1", at=START, purposes=(THIS_STUDY, SHARING))
    other = tmp_path / "study"
    shutil.copytree(study.folder, other)
    fill(disk)

    run = CliRunner().invoke(app, ["bids", str(other), str(disk / "out")])

    assert run.exit_code != 0
    assert isinstance(run.exception, MimikError | SystemExit), run.exception
    assert "No space left" in f"{run.output}{run.exception}"


LIMITED = """
import resource, signal, sys
from mimik.errors import MimikError
from mimik.study import Study
sys.path.insert(0, sys.argv[2])
from small_study import START, frame, start
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
writer = start(Study.open(sys.argv[1]))
writer.open_trial(0, "happy", START)
try:
    for i in range(2000):
        writer.frame(0, frame(i))
        writer.flush(START + i / 60)
except MimikError as error:
    print(i, error)
"""


def test_a_file_that_may_grow_no_more_is_told(tmp_path: Path) -> None:
    study = new_study(tmp_path / "study")
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(study.folder), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "File too large" in run.stdout, run.stderr
    told = int(run.stdout.split()[0])

    [info] = Study.open(study.folder).sessions()
    assert told - info.frames <= 60  # a second
    assert len(study.read_session(study.finish_session(info, at=START))) == info.frames


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
def test_a_device_that_takes_nothing_is_told(tmp_path: Path) -> None:
    study = new_study(tmp_path / "study")
    writer = start(study)
    journal = study.folder / "sub-P1" / writer.session / "recording.journal"
    writer.open_trial(0, "happy", START)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._journal._file._file.fileno())  # type: ignore[attr-defined]
    os.close(full)
    writer.frame(0, frame(0))

    with pytest.raises(StudyError, match="No space left"):
        writer.flush(START)

    assert journal.stat().st_size > 0
    assert Study.open(study.folder).sessions()[0].status == "interrupted"
    writer._journal.close()


def test_a_fold_that_finds_no_room_is_told(disk: Path) -> None:
    checkpoints = Checkpoints(disk / "folds")
    run = FoldRun(0, np.zeros((100, 3), np.float32), True, np.zeros((3, 3), np.int64), None, 1.0)
    rest = fill(disk)
    with pytest.raises(DataError, match="No space left"):
        checkpoints.save("key", run)

    rest.unlink()
    checkpoints.save("key", run)
