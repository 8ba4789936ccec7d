"""A file of a folder that only grows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy
from mimik.study.disk.explained import explained
from mimik.study.disk.folders import sync_folder
from mimik.study.disk.holding import locked

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FolderAppender"]


class FolderAppender:
    """A file to append, made if absent; raises StudyBusy while another program holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        new = not path.exists()
        self._file = path.open("ab", buffering=0)
        if not locked(self._file):
            self._file.close()
            raise StudyBusy(
                f"{path}: another program is writing to it.",
                hint="Finish the recording there first, or close that program.",
            )
        if new:
            sync_folder(path.parent)

    def write(self, data: bytes | bytearray) -> None:
        """Hand bytes to the operating system: they survive the end of this program."""
        with explained("append to", self._path):
            rest = memoryview(data)
            while rest:  # an unbuffered write may take only a part
                rest = rest[self._file.write(rest) :]

    def sync(self) -> None:
        """Wait until all written bytes lie on the disk: they survive a power cut."""
        with explained("append to", self._path):
            os.fsync(self._file.fileno())

    def cut(self, size: int) -> None:
        """Drop all but the first ``size`` bytes."""
        with explained("shorten", self._path):
            self._file.truncate(size)

    def close(self) -> None:
        """Let go, once or more often."""
        self._file.close()
