"""Making and removing folders, so that a power cut leaves each where it is."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_folder", "remove_folder", "sync_folder"]


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each of which a power cut leaves where it is."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for each in reversed(missing):
        try:
            each.mkdir()
        except FileExistsError:
            if not each.is_dir():
                raise
        else:
            sync_folder(each.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, also where another program removes it at the same time."""
    while folder.is_dir():
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder lie on the disk: they survive a power cut."""
    if sys.platform == "win32":  # cannot open folders; renames are journalled by the file system
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
