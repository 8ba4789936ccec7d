"""What is packed in files: ZIP (also .npz and models), gzip, bzip2, xz and Parquet, also one in another.

What can't be opened is said, as nobody knows what it holds.
"""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["unpacked"]

_DEEPEST = 5
_LARGEST = 1 << 30  # bytes unpacked at once: what claims to hold more is no file of ours
_MOST = 1 << 32  # so that archives packed in each other, each many times, come to an end
_GZIP = 31  # zlib's name for gzip with its header
_FAULTS = (
    *(OSError, EOFError, ValueError, KeyError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(RuntimeError, pa.ArrowException),  # RuntimeError: of zipfile, for entries under a password
)
_CLOSED = {
    b"\xa7MIMIK": "encrypted by Mimik",
    b"PARE": "encrypted Parquet",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x04\x22\x4d\x18": "LZ4",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!\x1a\x07": "RAR",
    b"%PDF-": "PDF, whose pages are packed",
    b"ARROW1": "Arrow, whose columns may be packed",
}
"""How files begin that can't be opened here."""


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


_STREAMS: dict[bytes, Callable[[], _Stream]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(_GZIP),
    b"BZh": lambda: bz2.BZ2Decompressor(),
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(),
}


def unpacked(data: bytes, most: int = _MOST) -> Iterator[bytes | None]:
    """Yield bytes as they are, then what is packed in them; None stands for what can't be opened.

    Args:
        data: of a file.
        most: bytes to unpack of it in all, however deep they lie; what is beyond can't be opened either.
    """
    left = len(data) + most
    for each in _unpacked(data, 0):
        yield each
        left -= len(each or b"")
        if left < 0:
            yield None
            return


def _unpacked(data: bytes, depth: int) -> Iterator[bytes | None]:
    yield data
    inside = _inside(data)
    if inside is None:
        return
    if depth == _DEEPEST:
        yield None
        return
    try:
        for each in inside:
            yield from (None,) if each is None else _unpacked(each, depth + 1)
    except _FAULTS:
        yield None


def _inside(data: bytes) -> Iterator[bytes | None] | None:
    """Return what is packed in a file, or None where it is no packed one."""
    if data.startswith(tuple(_CLOSED)):
        return iter((None,))
    if data.startswith(b"PAR1"):
        return _parquet(data)
    for magic, stream in _STREAMS.items():
        if data.startswith(magic):
            return _decompressed(data, magic, stream)
    return _zip(data) if zipfile.is_zipfile(io.BytesIO(data)) or data.startswith(b"PK\x03\x04") else None


def _decompressed(data: bytes, magic: bytes, new: Callable[[], _Stream]) -> Iterator[bytes | None]:
    """Yield what all streams of a file hold, one behind the other; then None for one cut short or damaged."""
    parts: list[bytes] = []
    left, whole = _LARGEST, True
    while whole and data.startswith(magic):
        stream = new()
        try:
            parts.append(stream.decompress(data, left))
        except _FAULTS:
            whole = False
        left -= len(parts[-1]) if parts else 0
        whole = whole and stream.eof and left > 0
        data = stream.unused_data
    yield b"".join(parts)
    if not whole:
        yield None


def _zip(data: bytes) -> Iterator[bytes | None]:
    """Yield names, comments and bytes of a ZIP archive's files."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        left = _LARGEST
        for entry in archive.infolist():
            yield entry.filename.encode("utf-8", errors="surrogateescape")
            left -= entry.file_size
            try:
                yield archive.read(entry) if left >= 0 else None
            except _FAULTS:
                yield None


def _parquet(data: bytes) -> Iterator[bytes]:
    """Yield the words of a Parquet file: its metadata, names and columns of anything but numbers."""
    file = pq.ParquetFile(io.BytesIO(data))
    schema = file.schema_arrow
    for key, value in (schema.metadata or {}).items():
        yield key + b"\n" + value
    for field in schema:
        yield f"{field.name}\n{field.metadata or ''}".encode()
        if not (pa.types.is_integer(field.type) or pa.types.is_floating(field.type)):
            column = file.read(columns=[field.name]).column(field.name)
            yield from _words(column.to_pylist())


def _words(values: list[object]) -> Iterator[bytes]:
    yield b"\n".join({each for each in values if isinstance(each, bytes)})
    yield "\n".join({str(each) for each in values}).encode("utf-8", errors="surrogateescape")
