"""Killed in the middle, what packs, unpacks, joins or exports leaves nothing; the next run clears up."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packing import add_person, make_study

from mimik.study import Study
from mimik.study.bids import export_bids
from mimik.study.exchange import merge_study, pack_study, unpack_study
from mimik.study.integrity import check_files

CHILD = Path(__file__).with_name("exchange_until_killed.py")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    study = make_study(tmp_path / "study")
    for seed in range(4):
        add_person(study, seed)
    return study


def start(what: str, source: Path, target: Path) -> subprocess.Popen[str]:
    """Start a program, and come back when it is in the middle of its work."""
    child = subprocess.Popen([sys.executable, CHILD, what, source, target], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "in the middle\n"
    return child


def kill(child: subprocess.Popen[str]) -> None:
    child.send_signal(signal.SIGKILL)
    child.communicate()


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def again(what: str, source: Path, target: Path) -> None:
    run: dict[str, Callable[[], object]] = {
        "pack": lambda: pack_study(Study.open(source), target),
        "unpack": lambda: unpack_study(source, target),
        "bids": lambda: export_bids(Study.open(source), target),
    }
    run[what]()


@pytest.mark.parametrize(("what", "name"), [("pack", "a.mimikpack"), ("unpack", "out"), ("bids", "out")])
def test_nothing_appears_and_the_next_run_clears_up(
    study: Study, tmp_path: Path, what: str, name: str
) -> None:
    source = study.folder
    if what == "unpack":
        source = pack_study(study, tmp_path / "source.mimikpack").file
    (tmp_path / "place").mkdir()
    target = tmp_path / "place" / name
    kill(start(what, source, target))
    assert not target.exists()
    (left,) = hidden(target.parent)

    running = start(what, source, target)
    held = [each for each in hidden(target.parent) if each != left]
    again(what, source, target)
    assert target.exists()
    assert hidden(target.parent) == held, "cleared is what nobody holds, and nothing else"
    kill(running)


@pytest.mark.parametrize("packed", [True, False])
def test_a_killed_merge_changes_nothing_and_can_be_done_again(
    study: Study, tmp_path: Path, packed: bool
) -> None:
    ours = make_study(tmp_path / "ours")
    add_person(ours, 9, name="sub-A")
    before = ours.fingerprint()
    source = pack_study(study, tmp_path / "a.mimikpack").file if packed else study.folder
    kill(start("merge", source, ours.folder))

    ours = Study.open(ours.folder)
    assert ours.fingerprint() == before and [p.id for p in ours.participants] == ["sub-A"]
    assert hidden(ours.folder) == []
    assert merge_study(ours, source).participants == 4
    assert check_files(ours.folder).findings == ()
    assert hidden(tmp_path) == []
