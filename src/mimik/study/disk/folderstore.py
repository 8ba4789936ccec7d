"""A study kept as plain files in a folder."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.disk.appender import FolderAppender
from mimik.study.disk.explained import explained
from mimik.study.disk.folders import make_folder, remove_folder, sync_folder
from mimik.study.disk.holding import locked
from mimik.study.disk.parts import new_part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from mimik.study.store import Appender

__all__ = ["FolderStore"]

_ELSEWHERE = frozenset("\\:\0")  # what leads elsewhere on some system


class FolderStore:
    """A study kept as plain files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""
        with explained("read", self._at(path)):
            return self._at(path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""
        with self.open_writer(path) as file:
            file.write(data)

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""
        target = self._at(path)
        with explained("append to", target):
            make_folder(target.parent)
            return FolderAppender(target)

    @contextlib.contextmanager
    def open_reader(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""
        with explained("read", self._at(path)), self._at(path).open("rb") as file:
            yield file

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""
        target = self._at(path)
        with explained("write", target):
            make_folder(target.parent)
            part, file = new_part(target)
        try:
            with explained("write", target), file:  # held until it has its name: see remove_unheld
                yield file
                file.flush()
                os.fsync(file.fileno())
                if sys.platform == "win32":  # cannot rename an open file
                    file.close()
                part.replace(target)
                sync_folder(target.parent)
        except BaseException:
            with contextlib.suppress(OSError):  # the first error is the one to tell
                part.unlink(missing_ok=True)
            raise

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return self._at(path).exists()

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""
        folder = self._at(path)
        with explained("list", folder):
            return tuple(sorted(entry.name for entry in folder.iterdir())) if folder.is_dir() else ()

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""
        target = self._at(path)
        with explained("remove", target):
            if target.is_dir() and not target.is_symlink():
                remove_folder(target)
            else:
                target.unlink(missing_ok=True)
            sync_folder(target.parent)

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""
        target = self._at(path)
        with explained("remove", target):
            try:
                file = target.open("rb")
            except FileNotFoundError:
                return True
            with file:
                if not locked(file, unsure=False):
                    return False
                target.unlink(missing_ok=True)
            sync_folder(target.parent)
        return True

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""
        source, target = self._at(old), self._at(new)
        with explained("rename", source):
            make_folder(target.parent)
            source.replace(target)
            sync_folder(target.parent)
            sync_folder(source.parent)

    @contextlib.contextmanager
    def lock(self) -> Iterator[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
        path = self.folder / "study.toml"
        with explained("open", self.folder):
            file = path.open("rb")
        with file:  # closing the file lets go, and so does the end of the program
            # One that was replaced meanwhile holds nobody off: the next try takes the new one.
            yield locked(file) and path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())

    def _at(self, path: str) -> Path:
        parts = path.split("/") if path else []
        if any(part in ("", ".", "..") or not _ELSEWHERE.isdisjoint(part) for part in parts):
            raise StudyError(f"path {path!r}: expected one that stays inside the study.")
        return self.folder.joinpath(*parts)
