"""Several programs change a study's shared files, one after the other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mimik.errors import StudyBusy
from mimik.protocol import load_protocol
from mimik.study.alone import alone
from mimik.study.disk.folderstore import FolderStore
from mimik.study.study import Study

MANY = """
import sys
from mimik.study.study import Study
study = Study.open(sys.argv[1])
for i in range(20):
    study.add_participant()
    study.device_number(f"{sys.argv[2]}-{i}")
"""


def test_two_programs_that_add_people_and_devices_at_once_lose_none(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    Study.create(folder, title="two", protocol=load_protocol("hartmann2022"))

    programs = [subprocess.Popen([sys.executable, "-c", MANY, str(folder), name]) for name in "ab"]

    assert [program.wait(timeout=60) for program in programs] == [0, 0]
    study = Study.open(folder)
    assert len(study.participants) == 40
    assert sorted(study.device_number(f"{name}-{i}") for name in "ab" for i in range(20)) == list(
        range(1, 41)
    )


def test_whoever_waits_too_long_is_told(tmp_path: Path) -> None:
    Study.create(tmp_path / "study", title="held", protocol=load_protocol("hartmann2022"))
    store = FolderStore(tmp_path / "study")
    slept: list[float] = []

    with store.lock() as held, pytest.raises(StudyBusy, match="another program"):
        assert held
        with alone(store, patience=1.0, sleep=slept.append):
            pytest.fail("two hold the study")

    assert sum(slept) == pytest.approx(1.0, abs=0.05)


def test_it_is_held_only_as_long_as_needed(tmp_path: Path) -> None:
    Study.create(tmp_path / "study", title="free", protocol=load_protocol("hartmann2022"))
    store = FolderStore(tmp_path / "study")

    for _ in range(3):
        with alone(store):
            pass
