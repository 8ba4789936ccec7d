"""What a disk holds after a power cut: a log of what a program asked of it, and the states it may be left in.

The rules are those of POSIX at their harshest. Bytes are sure once their file was synced; later ones may be
lost, torn, or zeros. What happens to the names in a folder (made, renamed, removed) is sure once that folder
was synced; later changes may be lost, in each folder the last ones first, whatever other folders kept.
"""

from __future__ import annotations

import io
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = 0


@dataclass(frozen=True)
class Step:
    """One thing a program asked of the disk: what, the folders whose names it changed, and details."""

    what: str  # link, unlink, rename, write, truncate, sync
    folders: tuple[int, ...] = ()
    args: tuple[Any, ...] = ()


@dataclass
class Disk:
    """The log of all steps below ``root``, and the names as the running program sees them."""

    root: Path
    steps: list[Step] = field(default_factory=list)
    names: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    before: dict[int, bytes] = field(default_factory=dict)  # contents that lay safe at the start
    first: dict[int, dict[str, int]] = field(default_factory=dict)
    _next: int = ROOT + 1

    @classmethod
    def of(cls, root: Path) -> Disk:
        """Take in what is there; all of it is safe."""
        disk = cls(root)
        for path in sorted(root.rglob("*")):
            folder, name = disk.place(path)
            number = disk.names[folder][name] = disk.fresh()
            if path.is_dir():
                disk.names[number] = {}
            else:
                disk.before[number] = path.read_bytes()
        disk.first = {number: dict(names) for number, names in disk.names.items()}
        return disk

    def fresh(self) -> int:
        self._next += 1
        return self._next - 1

    def holds(self, path: Path) -> bool:
        return path == self.root or self.root in path.parents

    def number(self, path: Path) -> int | None:
        number: int | None = ROOT
        for part in path.relative_to(self.root).parts:
            number = None if number is None else self.names.get(number, {}).get(part)
        return number

    def place(self, path: Path) -> tuple[int, str]:
        folder = self.number(path.parent)
        assert folder is not None
        return folder, path.name

    def link(self, path: Path, *, is_folder: bool) -> int:
        folder, name = self.place(path)
        number = self.names[folder][name] = self.fresh()
        if is_folder:
            self.names[number] = {}
        self.steps.append(Step("link", (folder,), (folder, name, number, is_folder)))
        return number

    def unlink(self, path: Path) -> None:
        folder, name = self.place(path)
        del self.names[folder][name]
        self.steps.append(Step("unlink", (folder,), (folder, name)))

    def rename(self, old: Path, new: Path) -> None:
        (source, was), (target, becomes) = self.place(old), self.place(new)
        self.names[target][becomes] = self.names[source].pop(was)
        self.steps.append(Step("rename", tuple({source, target}), (source, was, target, becomes)))

    def sync(self, path: Path) -> None:
        number = self.number(path)
        if number is not None:  # a file that was removed while open matters to nobody
            self.steps.append(Step("sync", args=(number,)))


class _LoggedFile(io.FileIO):
    """A file open for writing whose steps are logged."""

    def __init__(self, disk: Disk, path: Path, mode: str) -> None:
        known = disk.number(path)
        super().__init__(path, mode)
        self._disk = disk
        self._number = disk.link(path, is_folder=False) if known is None else known
        self._appends = "a" in mode
        if "w" in mode and known is not None:
            disk.steps.append(Step("truncate", args=(self._number, 0)))

    def write(self, data: Any) -> int:
        at = os.fstat(self.fileno()).st_size if self._appends else self.tell()
        written = super().write(data)
        self._disk.steps.append(Step("write", args=(self._number, at, bytes(data)[:written])))
        return written

    def truncate(self, size: int | None = None) -> int:
        length = super().truncate(size)
        self._disk.steps.append(Step("truncate", args=(self._number, length)))
        return length


@contextmanager
def logged(root: Path) -> Iterator[Disk]:
    """Log what this program asks of the disk below a folder, until the end of the block."""
    disk = Disk.of(root)
    with pytest.MonkeyPatch.context() as patch:
        _log_files(patch, disk)
        _log_names(patch, disk)
        yield disk


def _log_files(patch: pytest.MonkeyPatch, disk: Disk) -> None:
    open_, fsync = Path.open, os.fsync

    def logged_open(path: Path, mode: str = "r", buffering: int = -1, *args: Any, **kwargs: Any) -> Any:
        if mode not in ("wb", "ab", "xb") or not disk.holds(path):
            return open_(path, mode, buffering, *args, **kwargs)
        raw = _LoggedFile(disk, path, mode)
        return raw if buffering == 0 else io.BufferedWriter(raw)

    def logged_fsync(file: int) -> None:
        fsync(file)
        path = Path(f"/proc/self/fd/{file}").readlink()
        if disk.holds(path):
            disk.sync(path)

    patch.setattr(Path, "open", logged_open)
    patch.setattr(os, "fsync", logged_fsync)


def _log_names(patch: pytest.MonkeyPatch, disk: Disk) -> None:
    mkdir, replace, unlink, rmtree = Path.mkdir, Path.replace, Path.unlink, shutil.rmtree

    def logged_mkdir(path: Path, *args: Any, **kwargs: Any) -> None:
        new = disk.holds(path) and not path.exists() and path.parent.exists()
        mkdir(path, *args, **kwargs)  # makes missing parents by calling itself
        if new and disk.number(path) is None:
            disk.link(path, is_folder=True)

    def logged_replace(path: Path, target: Path) -> Path:
        result = replace(path, target)
        if disk.holds(path):
            disk.rename(path, Path(target))
        return result

    def logged_unlink(path: Path, missing_ok: bool = False) -> None:
        there = path.exists()
        unlink(path, missing_ok=missing_ok)
        if there and disk.holds(path):
            disk.unlink(path)

    def logged_rmtree(path: Path, *args: Any, **kwargs: Any) -> None:
        inside = sorted(Path(path).rglob("*"), reverse=True)  # what is in a folder before the folder
        rmtree(path, *args, **kwargs)
        for each in (*inside, Path(path)) if disk.holds(Path(path)) else ():
            disk.unlink(each)

    patch.setattr(Path, "mkdir", logged_mkdir)
    patch.setattr(Path, "replace", logged_replace)
    patch.setattr(Path, "unlink", logged_unlink)
    patch.setattr(shutil, "rmtree", logged_rmtree)


def after_a_cut(disk: Disk, at: int, place: Path, rng: random.Random) -> None:
    """Build, in a new folder, one of the states that a power cut after ``at`` steps may leave."""
    steps = disk.steps[:at]
    names = {number: dict(inside) for number, inside in disk.first.items()}
    for step in _kept(steps, rng):
        _apply(step, names)
    contents = _contents(disk, steps, rng)
    _build(ROOT, place, names, contents)


def _kept(steps: list[Step], rng: random.Random) -> list[Step]:
    """Return the changes of names that lasted: in each folder a first part of them, all that were synced."""
    changes = [(i, step) for i, step in enumerate(steps) if step.folders]
    sure: dict[int, int] = {}
    for i, step in enumerate(steps):
        if step.what == "sync":
            sure[step.args[0]] = i
    _spread(changes, sure)
    last = {d: rng.choice((sure.get(d, -1), rng.randint(sure.get(d, -1), len(steps)), len(steps)))
            for _, step in changes for d in step.folders}  # fmt: skip
    while True:  # a change of two folders is lost in both or in none
        lost = [(i, s) for i, s in changes if len({i <= last[d] for d in s.folders}) > 1]
        if not lost:
            return [step for i, step in changes if all(i <= last[d] for d in step.folders)]
        for i, step in lost:
            for d in step.folders:
                last[d] = min(last[d], i - 1)


def _spread(changes: list[tuple[int, Step]], sure: dict[int, int]) -> None:
    """Make a change of two folders sure in both as soon as one of them was synced."""
    while True:
        more = [
            (d, i)
            for i, step in changes
            if any(i <= sure.get(d, -1) for d in step.folders)
            for d in step.folders
            if i > sure.get(d, -1)
        ]
        if not more:
            return
        for d, i in more:
            sure[d] = max(sure.get(d, -1), i)


def _apply(step: Step, names: dict[int, dict[str, int]]) -> None:
    if step.what == "link":
        folder, name, number, is_folder = step.args
        names.setdefault(folder, {})[name] = number
        if is_folder:
            names.setdefault(number, {})
    elif step.what == "unlink":
        folder, name = step.args
        names[folder].pop(name, None)
    else:
        source, was, target, becomes = step.args
        names[target][becomes] = names[source].pop(was)


def _contents(disk: Disk, steps: list[Step], rng: random.Random) -> dict[int, bytes]:
    """Return what each file holds: all that was synced, and a first part of the rest, perhaps torn."""
    done: dict[int, list[Step]] = {}
    synced: dict[int, int] = {}
    for step in steps:
        if step.what in ("write", "truncate"):
            done.setdefault(step.args[0], []).append(step)
        elif step.what == "sync":
            synced[step.args[0]] = len(done.get(step.args[0], []))
    contents = dict(disk.before)
    for number, each in done.items():
        kept = rng.randint(synced.get(number, 0), len(each))
        data = bytearray(contents.get(number, b""))
        for step in each[:kept]:
            _write(step, data)
        if kept < len(each):
            _tear(each[kept], data, rng)
        contents[number] = bytes(data)
    return contents


def _write(step: Step, data: bytearray) -> None:
    _, at, *rest = step.args
    if step.what == "truncate":
        del data[at:]
    else:
        data[at : at + len(rest[0])] = rest[0]


def _tear(step: Step, data: bytearray, rng: random.Random) -> None:
    if step.what == "write" and rng.random() < 0.5:
        _, at, new = step.args
        part = new[: rng.randint(0, len(new))]
        data[at : at + len(part)] = bytes(len(part)) if rng.random() < 0.3 else part


def _build(number: int, place: Path, names: dict[int, dict[str, int]], contents: dict[int, bytes]) -> None:
    place.mkdir()
    for name, child in names[number].items():
        if child in names:
            _build(child, place / name, names, contents)
        else:
            (place / name).write_bytes(contents.get(child, b""))
