"""Sealed files that grow: each opening to append, and each cut, begins a segment of its own.

A segment that begins before the end of what is there cuts that off, so that shortening a file never needs to
rewrite anything. What a crash left half written at the end, the torn tail, is dropped in reading.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.journal import UNSYNCED
from mimik.study.sealing.format import (
    GROWING,
    HEADER,
    MAGIC,
    MARKER,
    PIECE,
    Sealing,
    header_at,
    opened,
    record_at,
)
from mimik.study.sealing.whole import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimik.study.sealing.format import Header, Keys, Record

__all__ = ["Grown", "end_of", "pieces", "read_growing", "seal_growing"]

_LONGEST_TAIL = 2 * UNSYNCED
"""Bytes that a crash can leave unfinished: what was not synced, and the heads and tags of its records."""


@dataclass(frozen=True)
class Grown:
    """How far a growing file is whole.

    Attributes:
        size: of its plaintext.
        end: where its last whole record ends, in the file.
        segments: how many there are up to there.
    """

    size: int
    end: int
    segments: int


def pieces(data: bytes) -> Iterator[memoryview]:
    """Yield data in parts that each fit into a record."""
    view = memoryview(data)
    for at in range(0, len(data), PIECE):
        yield view[at : at + PIECE]


def seal_growing(data: bytes, keys: Keys) -> bytes:
    """Return a file's bytes, sealed so that it can grow further."""
    segment = Sealing(keys, GROWING)
    records = [segment.record(piece) for piece in pieces(data)] or [segment.record(b"")]
    return segment.header + b"".join(records)


def read_growing(data: bytes, keys: Keys, *, where: str) -> tuple[bytes, Grown]:
    """Return the plaintext up to the torn tail, and how far it goes.

    Raises:
        StudyDamaged: something else than a torn tail is wrong.
    """
    out = bytearray()
    grown = Grown(0, 0, 0)
    for header, record in _records(data, keys, where):
        piece = opened(data, record, header)
        if piece is None or record.start > len(out):
            break
        del out[record.start :]  # only a segment's first record can begin before the end
        out += piece
        grown = Grown(len(out), record.end, header.number + 1)
    _check_tail(data, grown.end, keys, where)
    return bytes(out), grown


def end_of(data: bytes, keys: Keys, *, where: str) -> Grown:
    """Return how far a growing file goes, opening its last record only: appending to a long one is quick.

    Raises:
        StudyDamaged: something else than a torn tail is wrong, as far as that is looked at.
    """
    if found := deque(_records(data, keys, where), maxlen=1):
        header, record = found[0]
        if record.end == len(data) and opened(data, record, header) is not None:
            return Grown(record.start + record.length, record.end, header.number + 1)
    return read_growing(data, keys, where=where)[1]


def _records(data: bytes, keys: Keys, where: str) -> Iterator[tuple[Header, Record]]:
    """Yield the records that follow each other as they should, by what they say; not yet opened."""
    at = segment = number = start = 0
    header: Header | None = None
    while at < len(data):
        if data[at : at + len(MAGIC)] == MAGIC:
            header = _header(data, at, keys, where)
            if header is None or header.number != segment or header.start > start:
                return
            at, segment, number, start = at + HEADER, segment + 1, 0, header.start
        record = record_at(data, at)
        if header is None or record is None or (record.number, record.start) != (number, start):
            return
        yield header, record
        at, number, start = record.end, number + 1, start + record.length


def _header(data: bytes, at: int, keys: Keys, where: str) -> Header | None:
    """Return a growing file's header, or None where what is there is none that can be used."""
    try:
        header = header_at(data, at, keys, where=where)
    except StudyError:
        if at == 0:  # the whole file can't be read: say why
            raise
        return None
    return header if header and header.kind == GROWING else None


def _check_tail(data: bytes, end: int, keys: Keys, where: str) -> None:
    """Raise StudyDamaged unless what follows the whole records is a torn tail."""
    if len(data) - end > _LONGEST_TAIL:
        raise damaged(where, f"damage at byte {end}, before more bytes than can be waiting to be written")
    if end == len(data):
        return
    headers = [_header(data, at, keys, where) for at in (*_found(data, MAGIC, 0), 0)]
    for at in _found(data, MARKER, end):
        record = record_at(data, at)
        if record and any(header and opened(data, record, header) is not None for header in headers):
            raise damaged(where, f"damage at byte {end}, before whole records")


def _found(data: bytes, what: bytes, at: int) -> Iterator[int]:
    while (at := data.find(what, at)) >= 0:
        yield at
        at += 1
