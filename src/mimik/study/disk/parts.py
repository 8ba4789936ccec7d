"""Hidden files and folders beside a path, held while there is written what is to become it."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from mimik.study.disk.holding import held, locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["is_part_of", "new_part", "new_part_folder"]


def is_part_of(target: Path, name: str) -> bool:
    """Whether a name is that of a file or folder in which a path was being written."""
    return re.fullmatch(re.escape(f".{target.name}.") + r"[0-9a-f]{8}\.part", name) is not None


def new_part(target: Path) -> tuple[Path, BinaryIO]:
    """Make the file in which another is written, and hold it."""
    while True:
        part = _path(target)
        file = part.open("xb")
        if locked(file) and part.exists():
            return part, file
        file.close()  # taken for a leftover and cleared away in the moment before it was held


def new_part_folder(target: Path) -> tuple[Path, Callable[[], None]]:
    """Make the folder in which another is written, and hold it until what is returned is called."""
    while True:
        folder = _path(target)
        folder.mkdir()
        hold = held(folder, unsure=True)
        if hold is not None and folder.exists():
            return folder, hold
        if hold is not None:  # taken for a leftover and cleared away in the moment before it was held
            hold()


def _path(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
