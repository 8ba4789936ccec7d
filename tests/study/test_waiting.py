"""Who waits for another program tries at once, then again and again, but not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from mimik.errors import StudyBusy
from mimik.study.audit.hold import held_trail
from mimik.study.disk.folderstore import FolderStore
from mimik.study.waiting import tries


def test_the_first_try_waits_for_nothing() -> None:
    slept: list[float] = []

    next(tries(1.0, 0.25, slept.append))

    assert slept == []


def test_the_last_try_comes_when_patience_is_at_its_end() -> None:
    slept: list[float] = []

    count = sum(1 for _ in tries(1.0, 0.25, slept.append))

    assert (count, slept) == (5, [0.25] * 4)


def test_without_patience_there_is_one_try() -> None:
    assert list(tries(0.0, 0.25, lambda _: pytest.fail("waited"))) == [None]


def test_whoever_finds_the_trail_held_too_long_is_told(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    slept: list[float] = []

    with (
        held_trail(store),
        pytest.raises(StudyBusy, match="writing to it for 1 s now"),
        held_trail(store, patience=1.0, sleep=slept.append),
    ):
        pytest.fail("two hold the trail")

    assert sum(slept) == pytest.approx(1.0, abs=0.01)


def test_the_trail_is_held_as_soon_as_another_lets_go(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    other = store.append("audit.jsonl")

    with held_trail(store, sleep=lambda _: other.close()) as file:
        file.write(b"line\n")

    assert store.read("audit.jsonl") == b"line\n"
