"""The one object through which everything in a study is read and written.

Nothing else in ``mimik.study`` opens a file (a test holds that), so that encryption or checksums can come in
here and nowhere else. Paths are relative to the study's folder and use ``/``.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from mimik.errors import StudyBusy, StudyDamaged, StudyError, StudyReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

if sys.platform != "win32":
    import fcntl

__all__ = [
    "Appender",
    "Closable",
    "FolderStore",
    "Store",
    "clear_beside",
    "file_digest",
    "folder_beside",
    "free_space",
    "open_outside",
    "place_outside",
    "write_secret",
]

_ELSEWHERE = frozenset("\\:\0")  # what leads elsewhere on some system


class Closable(Protocol):
    """Something to let go of."""

    def close(self) -> None:
        """Let go, once or more often."""


class Appender(Closable, Protocol):
    """A file that only grows, held by one writer at a time until closed."""

    def write(self, data: bytes) -> None:
        """Hand bytes to the operating system: they survive the end of this program."""

    def sync(self) -> None:
        """Wait until all written bytes lie on the disk: they survive a power cut."""

    def cut(self, size: int) -> None:
        """Drop all but the first ``size`` bytes."""


class Store(Protocol):
    """Reads and writes the files of one study; every method raises StudyError where it cannot."""

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""

    def open_reader(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""

    def open_writer(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""

    def lock(self) -> AbstractContextManager[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file outside of any study, in hex, in bounded memory; raises StudyError."""
    with _explained("read", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_outside(path: Path) -> AbstractContextManager[BinaryIO]:
    """Open a file outside of any study to read piece by piece; raises StudyError."""
    return FolderStore(path.parent).open_reader(path.name)


def write_secret(path: Path, data: bytes) -> None:
    """Make a file outside of any study that only its owner can read; raises StudyError if there is one."""
    with _explained("write", path):
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
    with _explained("replace", target), contextlib.suppress(FileNotFoundError):
        target.rmdir()  # refuses one that is not empty
    FolderStore(target.parent).rename(folder.name, target.name)


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Make a hidden folder beside a path, in which to write what is to become that; gone after the block.

    It is held meanwhile; what killed programs left there on the way to the same path is cleared first.
    """
    clear_beside(target)
    with _explained("write", target):
        _make_folder(target.parent)
        folder, hold = _new_folder(target)
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            _remove_folder(folder)
        hold()


def clear_beside(target: Path) -> None:
    """Remove half-written files and folders beside a path that were to become it, and that nobody holds."""
    part = re.compile(re.escape(f".{target.name}.") + r"[0-9a-f]{8}\.part")
    for name in FolderStore(target.parent).list():
        if part.fullmatch(name):
            place = target.parent / name
            with contextlib.suppress(OSError):  # one that can't be removed harms nobody
                hold = _held(place)
                if hold is not None and place.is_dir():
                    _remove_folder(place)
                elif hold is not None:
                    place.unlink(missing_ok=True)
                if hold is not None:
                    hold()


def free_space(folder: Path) -> int:
    """Return how many bytes can be written where a folder is, or is to be."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    with _explained("read", there):
        return shutil.disk_usage(there).free


class FolderStore:
    """A study kept as plain files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""
        with _explained("read", self._at(path)):
            return self._at(path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""
        with self.open_writer(path) as file:
            file.write(data)

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""
        target = self._at(path)
        with _explained("append to", target):
            _make_folder(target.parent)
            return _FolderAppender(target)

    @contextlib.contextmanager
    def open_reader(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""
        with _explained("read", self._at(path)), self._at(path).open("rb") as file:
            yield file

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""
        target = self._at(path)
        with _explained("write", target):
            _make_folder(target.parent)
            part, file = _new_part(target)
        try:
            with _explained("write", target), file:  # held until it has its name: see remove_unheld
                yield file
                file.flush()
                os.fsync(file.fileno())
                if sys.platform == "win32":  # cannot rename an open file
                    file.close()
                part.replace(target)
                _sync_folder(target.parent)
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
        with _explained("list", folder):
            return tuple(sorted(entry.name for entry in folder.iterdir())) if folder.is_dir() else ()

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""
        target = self._at(path)
        with _explained("remove", target):
            if target.is_dir() and not target.is_symlink():
                _remove_folder(target)
            else:
                target.unlink(missing_ok=True)
            _sync_folder(target.parent)

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""
        target = self._at(path)
        with _explained("remove", target):
            try:
                file = target.open("rb")
            except FileNotFoundError:
                return True
            with file:
                if not _locked(file, unsure=False):
                    return False
                target.unlink(missing_ok=True)
            _sync_folder(target.parent)
        return True

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""
        source, target = self._at(old), self._at(new)
        with _explained("rename", source):
            _make_folder(target.parent)
            source.replace(target)
            _sync_folder(target.parent)
            _sync_folder(source.parent)

    @contextlib.contextmanager
    def lock(self) -> Iterator[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
        path = self.folder / "study.toml"
        with _explained("open", self.folder):
            file = path.open("rb")
        with file:  # closing the file lets go, and so does the end of the program
            # One that was replaced meanwhile holds nobody off: the next try takes the new one.
            yield _locked(file) and path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())

    def _at(self, path: str) -> Path:
        parts = path.split("/") if path else []
        if any(part in ("", ".", "..") or not _ELSEWHERE.isdisjoint(part) for part in parts):
            raise StudyError(f"path {path!r}: expected one that stays inside the study.")
        return self.folder.joinpath(*parts)


class _FolderAppender:
    def __init__(self, path: Path) -> None:
        self._path = path
        new = not path.exists()
        self._file = path.open("ab", buffering=0)
        if not _locked(self._file):
            self._file.close()
            raise StudyBusy(
                f"{path}: another program is writing to it.",
                hint="Finish the recording there first, or close that program.",
            )
        if new:
            _sync_folder(path.parent)

    def write(self, data: bytes) -> None:
        with _explained("append to", self._path):
            rest = memoryview(data)
            while rest:  # an unbuffered write may take only a part
                rest = rest[self._file.write(rest) :]

    def sync(self) -> None:
        with _explained("append to", self._path):
            os.fsync(self._file.fileno())

    def cut(self, size: int) -> None:
        with _explained("shorten", self._path):
            self._file.truncate(size)

    def close(self) -> None:
        self._file.close()


def _locked(file: BinaryIO | object, *, unsure: bool = True) -> bool:
    """Try to be the only one to hold an open file until it is closed.

    ``unsure`` is the answer where locks are unknown: on Windows, and on some network shares.
    """
    if sys.platform == "win32":
        return unsure
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]  # any object with fileno()
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, as some network shares are: work on without
        return unsure
    return True


def _remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, also where another program removes it at the same time."""
    while folder.is_dir():
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)


def _new_part(target: Path) -> tuple[Path, BinaryIO]:
    """Make the file in which another is written, and hold it."""
    while True:
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        file = part.open("xb")
        if _locked(file) and part.exists():
            return part, file
        file.close()  # taken for a leftover and cleared away in the moment before it was held


def _new_folder(target: Path) -> tuple[Path, Callable[[], None]]:
    """Make the folder in which another is written, and hold it until what is returned is called."""
    while True:
        folder = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        folder.mkdir()
        hold = _held(folder, unsure=True)
        if hold is not None and folder.exists():
            return folder, hold
        if hold is not None:  # taken for a leftover and cleared away in the moment before it was held
            hold()


def _held(path: Path, *, unsure: bool = False) -> Callable[[], None] | None:
    """Hold a file or folder, for no other program; gives what lets go, or None. ``unsure`` as in _locked."""
    if sys.platform == "win32":  # cannot open folders
        return (lambda: None) if unsure else None
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    if _locked(handle, unsure=unsure):
        return partial(os.close, handle)
    os.close(handle)
    return None


def _make_folder(folder: Path) -> None:
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
            _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # cannot open folders; renames are journalled by the file system
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _explained(action: str, path: Path) -> Iterator[None]:
    """Turn the system's errors into one that says what could not be done, where, and what to try."""
    try:
        yield
    except FileNotFoundError as error:
        raise StudyDamaged(
            f"{path}: expected this file, found none.",
            hint="Was it moved or renamed? Put it back, or restore it from a copy of the study.",
        ) from error
    except PermissionError as error:
        raise _read_only(action, path, error) from error
    except OSError as error:
        if error.errno == errno.EROFS:
            raise _read_only(action, path, error) from error
        raise StudyError(
            f"cannot {action} {path}: {error.strerror or error}.",
            hint="Is the disk full, the folder read-only, or the file open in another program?",
        ) from error


def _read_only(action: str, path: Path, error: OSError) -> StudyError:
    kind = StudyError if action in ("read", "list") else StudyReadOnly
    return kind(
        f"cannot {action} {path}: {error.strerror}.",
        hint="You may lack the permission, or the folder is read-only. Ask whose it is, or copy the study.",
    )
