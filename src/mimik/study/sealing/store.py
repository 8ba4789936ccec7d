"""A store whose files nobody reads without the key."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, BinaryIO, cast

from mimik.errors import StudyError, StudyRekeyed
from mimik.study.layout import AUDIT, DERIVATIVES, ENCRYPTION, JOURNAL, STUDY
from mimik.study.sealing.encryption import read_encryption
from mimik.study.sealing.format import GROWING, HEADER, MAGIC, Sealing, is_sealed
from mimik.study.sealing.growing import NOTHING, GrowingReader, Grown, end_of, pieces, read_growing
from mimik.study.sealing.whole import WholeReader, WholeWriter, damaged, open_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from mimik.study.sealing.format import Keys
    from mimik.study.store import Appender, Store

__all__ = ["SealedStore", "grows", "is_plain", "open_bytes"]


def is_plain(path: str) -> bool:
    """Whether a file of an encrypted study is plain: what tells how to open it, and models to take away."""
    return path in (STUDY, ENCRYPTION) or (path.startswith(f"{DERIVATIVES}/") and path.endswith(".mimik"))


def grows(path: str) -> bool:
    """Whether a file is one that Mimik appends to: its end may be torn before anything was written whole."""
    return path.rsplit("/", 1)[-1] in (JOURNAL, AUDIT)


def open_bytes(data: bytes, keys: Keys, path: str) -> bytes:
    """Return what a sealed file holds.

    Raises:
        StudyDamaged: it is not what was written.
        StudyLocked: it is of a key that is not at hand.
    """
    if grows(path) and len(data) < HEADER:
        return b""  # opened, and nothing written whole
    if not is_sealed(data):
        raise damaged(path, "a file that is not encrypted")
    if data[9:10] != bytes([GROWING]):
        return open_whole(data, keys, where=path)
    plain, grown = read_growing(data, keys, where=path)
    if not grown.end and not grows(path):  # else a change of its kind would make any file an empty one
        raise damaged(path, "no part of it that is whole")
    return plain


class SealedStore:
    """The files of an encrypted study, kept in another store.

    Every change first looks whether the study is still encrypted as it was when it was opened: what a program
    with an old key wrote later would be lost.

    Args:
        inner: keeps the sealed bytes.
        keys: the study's data keys.
        plain: whether plain files are read, too: while a study is being encrypted or decrypted.
        watch: whether ``encryption.toml`` is compared before each change.
    """

    def __init__(self, inner: Store, keys: Keys, *, plain: bool = False, watch: bool = True) -> None:
        self.inner = inner
        self._keys, self._plain = keys, plain
        self._unchanged = inner.read(ENCRYPTION) if watch else b""
        self._proof = read_encryption(inner).proof if watch else b""
        self._known: dict[str, Grown] = {}  # how far growing files went when they were last looked at

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none, or it is not what was written."""
        data = self.inner.read(path)
        if is_plain(path) or (self._plain and not is_sealed(data)):
            return data
        return open_bytes(data, self._keys, path)

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""
        with self.open_writer(path) as file:
            file.write(data)

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""
        self._check_unchanged()
        appender = self.inner.append(path)
        if is_plain(path) or (self._plain and self._is_still_plain(path)):
            return appender
        return _SealedAppender(self.inner, appender, path, self._keys, self._known)

    @contextlib.contextmanager
    def open_reader(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""
        with self.inner.open_reader(path) as file:
            start = file.read(HEADER)
            file.seek(0)
            if is_plain(path) or (self._plain and not is_sealed(start)):
                yield file
            elif grows(path) and len(start) < HEADER:
                yield io.BytesIO(open_bytes(start, self._keys, path))
            elif is_sealed(start) and start[9:10] != bytes([GROWING]):
                with WholeReader(file, self._keys, where=path) as reader:
                    yield cast(BinaryIO, reader)
            elif is_sealed(start) and grows(path):
                yield cast(BinaryIO, self._grown_reader(file.read(), path))
            else:
                yield io.BytesIO(open_bytes(file.read(), self._keys, path))

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""
        self._check_unchanged()
        with self.inner.open_writer(path) as file:
            if is_plain(path):
                yield file
                return
            writer = WholeWriter(file, self._keys)
            yield cast(BinaryIO, writer)
            writer.finish()

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return self.inner.exists(path)

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""
        return self.inner.list(path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""
        self.inner.remove(path)

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""
        return self.inner.remove_unheld(path)

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""
        if is_plain(old) is is_plain(new):
            self.inner.rename(old, new)
        else:  # such as a staged study.toml
            self.write(new, self.read(old))
            self.remove(old)

    def lock(self) -> AbstractContextManager[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
        return self.inner.lock()

    def _is_still_plain(self, path: str) -> bool:
        """Whether a growing file was begun plain, and not yet encrypted: it goes on as it is."""
        with self.inner.open_reader(path) as file:
            return not MAGIC.startswith(file.read(len(MAGIC)))

    def _grown_reader(self, data: bytes, path: str) -> GrowingReader:
        reader = GrowingReader(data, self._keys, where=path, known=self._known.get(path, NOTHING))
        self._known[path] = reader.grown
        return reader

    def _check_unchanged(self) -> None:
        if not self._proof:
            return
        said = self.inner.read(ENCRYPTION) if self.inner.exists(ENCRYPTION) else b""
        if said and said != self._unchanged and read_encryption(self.inner).proof == self._proof:
            self._unchanged = said  # another passphrase
        if said != self._unchanged:
            raise StudyRekeyed(
                "The study's encryption was changed by another program since this one opened it.",
                hint="Open the study again.",
            )


class _SealedAppender:
    """Begins its segment with the first thing written, so that looking in leaves no trace."""

    def __init__(self, store: Store, file: Appender, path: str, keys: Keys, known: dict[str, Grown]) -> None:
        self._store, self._file, self._path, self._keys = store, file, path, keys
        self._known = known
        self._segment: Sealing | None = None
        self._grown: Grown | None = None
        self._broken = False

    def write(self, data: bytes | bytearray) -> None:
        for piece in pieces(data):
            if self._segment is None:
                grown = self._there()
                self._segment = self._begun(grown.segments, grown.size)
                self._put(self._segment.header + self._segment.record(piece))
            else:
                self._put(self._segment.record(piece))

    def sync(self) -> None:
        self._file.sync()

    def cut(self, size: int) -> None:
        grown = self._there()
        if size >= (self._segment.start if self._segment else grown.size):
            return
        self._segment = self._begun(grown.segments, size)
        self._put(self._segment.header + self._segment.record(b""))

    def close(self) -> None:
        self._file.close()

    def _begun(self, number: int, start: int) -> Sealing:
        self._grown = Grown(start, 0, number + 1)
        return Sealing(self._keys, GROWING, number=number, start=start)

    def _there(self) -> Grown:
        """Return how far the file goes; when first asked, what a crash left half written is cut off."""
        if self._grown is None:
            data = self._store.read(self._path)
            known = self._known.get(self._path, NOTHING)
            grown = end_of(data, self._keys, where=self._path, known=known)
            if not grown.end and data and not grows(self._path):
                raise damaged(self._path, "a file that was not made to grow")
            if not grown.end and not MAGIC.startswith(data[: len(MAGIC)]):
                raise damaged(self._path, "a file that is not encrypted")
            if grown.end < len(data):
                self._file.cut(grown.end)
            self._grown = grown
        return self._grown

    def _put(self, data: bytes | bytearray) -> None:
        if self._broken:  # a record may be half written; only opening again cuts it off
            raise StudyError(f"{self._path}: could not be written before.", hint="See the first error.")
        self._broken = True
        self._file.write(data)
        self._broken = False
