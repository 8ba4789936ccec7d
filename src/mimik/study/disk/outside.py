"""Files and folders outside of any study: read, written whole, put in their place."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from mimik.study.disk.explained import explained
from mimik.study.disk.folders import make_folder, remove_folder
from mimik.study.disk.folderstore import FolderStore
from mimik.study.disk.holding import held
from mimik.study.disk.parts import is_part_of, new_part_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

__all__ = [
    "clear_beside",
    "file_digest",
    "folder_beside",
    "free_space",
    "open_outside",
    "place_outside",
    "write_secret",
]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file outside of any study, in hex, in bounded memory; raises StudyError."""
    with explained("read", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_outside(path: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file outside of any study to read piece by piece; raises StudyError."""
    return FolderStore(path.parent).open_reader(path.name)


def write_secret(path: Path, data: bytes) -> None:
    """Make a file outside of any study that only its owner can read; raises StudyError if there is one."""
    with explained("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def place_outside(folder: Path, target: Path) -> None:
    """Move a folder outside of any study, in one step, to where none or an empty one is.

    Raises:
        StudyError: there is something at ``target``; it stays as it is.
    """
    with explained("replace", target), contextlib.suppress(FileNotFoundError):
        target.rmdir()  # refuses one that is not empty
    FolderStore(target.parent).rename(folder.name, target.name)


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Make a hidden folder beside a path, in which to write what is to become that; gone after the block.

    It is held meanwhile; what killed programs left there on the way to the same path is cleared first.
    """
    clear_beside(target)
    with explained("write", target):
        make_folder(target.parent)
        folder, hold = new_part_folder(target)
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            remove_folder(folder)
        hold()


def clear_beside(target: Path) -> None:
    """Remove half-written files and folders beside a path that were to become it, and that nobody holds."""
    for name in FolderStore(target.parent).list():
        if is_part_of(target, name):
            place = target.parent / name
            with contextlib.suppress(OSError):  # one that can't be removed harms nobody
                hold = held(place)
                if hold is not None and place.is_dir():
                    remove_folder(place)
                elif hold is not None:
                    place.unlink(missing_ok=True)
                if hold is not None:
                    hold()


def free_space(folder: Path) -> int:
    """Return how many bytes can be written where a folder is, or is to be."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    with explained("read", there):
        return shutil.disk_usage(there).free
