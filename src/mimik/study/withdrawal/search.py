"""Searching files for a pseudonym: every byte, and what is packed inside."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from mimik.errors import StudyError
from mimik.study.store import FolderStore

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Searched", "search_outside", "search_study"]

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # UTF-32: texts of NumPy
_UNREADABLE = (
    *(StudyError, OSError, EOFError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, pa.ArrowException),
)
_DEEPEST = 3
_GZIP = 31  # zlib's name for gzip with its header
_LARGEST = 1 << 30  # bytes unpacked of one file: what claims to hold more is no file of ours


@dataclass
class Searched:
    """What a search went through and found.

    Attributes:
        files: how many.
        bytes: how many, unpacked ones included.
        found: paths of the files that hold something.
        unread: paths of files that could not be read or unpacked.
    """

    files: int = 0
    bytes: int = 0
    found: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def search_study(folder: Path, store: Store, words: Iterable[str]) -> Searched:
    """Search all of a study's folder: names and bytes as they lie on the disk, and what they say.

    Args:
        folder: of the study.
        store: of the study, which opens what is encrypted.
        words: what must not be there; capital letters don't count.
    """
    needles = _needles(words)
    disk = FolderStore(folder)
    searched = Searched()
    for path in _files(disk):
        contents = [disk.read]
        if store.exists(path):
            contents.append(store.read)
        _search(searched, path, contents, needles)
    return searched


def search_outside(paths: Iterable[Path], words: Iterable[str]) -> Searched:
    """Search files and folders outside of a study."""
    needles = _needles(words)
    searched = Searched()
    for path in paths:
        store = FolderStore(path if path.is_dir() else path.parent)
        for name in _files(store) if path.is_dir() else (path.name,):
            before = len(searched.found), len(searched.unread)
            _search(searched, name, [store.read], needles)
            for told, start in zip((searched.found, searched.unread), before, strict=True):
                told[start:] = [str(store.folder / each) for each in told[start:]]
    return searched


def _search(
    searched: Searched, path: str, contents: Iterable[Callable[[str], bytes]], needles: tuple[bytes, ...]
) -> None:
    searched.files += 1
    hit = _holds(path.encode("utf-8", errors="surrogateescape"), needles)
    for read in contents:
        try:
            for data in _unpacked(read(path)):
                searched.bytes += len(data)
                hit = hit or _holds(data, needles)
        except (
            StudyError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            pa.ArrowException,
            NotImplementedError,
        ):
            searched.unread.append(path)
    if hit:
        searched.found.append(path)


def _needles(words: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(word.lower().encode(encoding) for word in words for encoding in _ENCODINGS)


def _holds(data: bytes, needles: tuple[bytes, ...]) -> bool:
    lowered = data.lower()
    return any(needle in lowered for needle in needles)


def _files(store: FolderStore, folder: str = "") -> Iterator[str]:
    for name in store.list(folder):
        path = f"{folder}/{name}" if folder else name
        if (store.folder / path).is_dir():
            yield from _files(store, path)
        else:
            yield path


def _unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield bytes as they are, and what is packed in them: ZIP (also .npz and models), gzip, Parquet."""
    yield data
    if depth == _DEEPEST:
        return
    if data[:4] == b"PAR1":
        yield from _texts(data)
    elif data[:2] == b"\x1f\x8b":
        yield from _unpacked(zlib.decompressobj(_GZIP).decompress(data, _LARGEST), depth + 1)
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed_files:
            for entry in packed_files.infolist():
                yield entry.filename.encode()
                if entry.file_size > _LARGEST:
                    raise zipfile.BadZipFile(f"{entry.file_size} bytes in {entry.filename}")
                yield from _unpacked(packed_files.read(entry), depth + 1)


def _texts(data: bytes) -> Iterator[bytes]:
    """Yield the words of a Parquet file: its metadata, names and columns of text."""
    file = pq.ParquetFile(io.BytesIO(data))
    yield str(file.schema_arrow.metadata or {}).encode()
    yield "\n".join(file.schema_arrow.names).encode()
    for name, kind in zip(file.schema_arrow.names, file.schema_arrow.types, strict=True):
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
            column = file.read(columns=[name]).column(name)
            yield "\n".join(str(value) for value in column.unique().to_pylist()).encode()
