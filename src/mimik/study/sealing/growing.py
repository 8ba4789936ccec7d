"""Sealed files that grow: each opening to append, and each cut, begins a segment of its own.

A segment that begins before the end of what is there cuts that off, so that shortening a file never needs to
rewrite anything. What a crash left half written at the end, the torn tail, is dropped in reading.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from mimik.errors import StudyError
from mimik.study.journal import UNSYNCED
from mimik.study.sealing.format import (
    GROWING,
    HEADER,
    MAGIC,
    MARKER,
    PIECE,
    TAG,
    Header,
    Sealing,
    header_at,
    opened,
    record_at,
)
from mimik.study.sealing.sought import SoughtFile
from mimik.study.sealing.whole import damaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _typeshed import WriteableBuffer

    from mimik.study.sealing.format import Keys, Record

__all__ = ["NOTHING", "GrowingReader", "Grown", "end_of", "pieces", "read_growing", "seal_growing"]

_LONGEST_TAIL = 2 * UNSYNCED
"""Bytes that a crash can leave unfinished: what was not synced, and the heads and tags of its records."""


class Grown(NamedTuple):
    """How far a growing file is whole, and how it can go on from there.

    Attributes:
        size: of its plaintext.
        end: where its last whole record ends, in the file.
        segments: how many there are up to there.
        records: how many the last of these segments has so far.
        header: of that segment; None where nothing is.
        tag: the last bytes of the last record, which no other file has at that place.
    """

    size: int
    end: int
    segments: int
    records: int = 0
    header: Header | None = None
    tag: bytes = b""


NOTHING = Grown(0, 0, 0)
"""Where every growing file begins."""


def pieces(data: bytes | bytearray) -> Sequence[bytes | bytearray | memoryview]:
    """Return data in parts that each fit into a record; none where there is nothing."""
    if 0 < len(data) <= PIECE:
        return (data,)
    view = memoryview(data)
    return [view[at : at + PIECE] for at in range(0, len(data), PIECE)]


def seal_growing(data: bytes, keys: Keys) -> bytes:
    """Return a file's bytes, sealed so that it can grow further."""
    segment = Sealing(keys, GROWING)
    records = [segment.record(piece) for piece in pieces(data)] or [segment.record(b"")]
    return b"".join((segment.header, *records))


def read_growing(data: bytes, keys: Keys, *, where: str) -> tuple[bytes, Grown]:
    """Return the plaintext up to the torn tail, and how far it goes.

    Raises:
        StudyDamaged: something else than a torn tail is wrong.
    """
    plain, grown = _opened_after(NOTHING, data, keys, where)
    _check_tail(data, grown.end, keys, where)
    return plain, grown


def end_of(data: bytes, keys: Keys, *, where: str, known: Grown = NOTHING) -> Grown:
    """Return how far a growing file goes, opening its last record only: going on with a long one is quick.

    Args:
        data: the file.
        keys: open it.
        where: its name, for messages.
        known: how far it went when it was last looked at: what comes before is not looked at again.

    Raises:
        StudyDamaged: something else than a torn tail is wrong, as far as that is looked at.
    """
    since = known if _is_beginning(known, data) else NOTHING
    if since.end and since.end == len(data):
        return since
    if found := deque(_records(data, keys, where, since), maxlen=1):
        header, record = found[0]
        if record.end == len(data) and opened(data, record, header) is not None:
            return _after(data, header, record)
    return read_growing(data, keys, where=where)[1]


class GrowingReader(SoughtFile):
    """Reads a growing file with seeking, and opens only what is new where only that is asked for.

    Attributes:
        grown: how far the file goes.

    Raises:
        StudyDamaged: as ``end_of`` does; later, in reading, where it is not what was written.
    """

    def __init__(self, data: bytes, keys: Keys, *, where: str, known: Grown = NOTHING) -> None:
        """Arguments as for ``end_of``."""
        self.grown = end_of(data, keys, where=where, known=known)
        super().__init__(self.grown.size)
        self._known = known if _is_beginning(known, data) else NOTHING
        self._data, self._keys, self._where = data, keys, where
        self._plain: tuple[int, bytes] | None = None  # where what was opened begins, and what it is

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer as far as the file goes."""
        view = memoryview(buffer).cast("B")
        part = self._rest()[: len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self) -> bytes:
        """Return the rest."""
        rest = bytes(self._rest())
        self._at += len(rest)
        return rest

    def _rest(self) -> memoryview:
        if self._at >= self._size:
            return memoryview(b"")
        if self._plain is None or self._at < self._plain[0]:
            self._plain = self._opened()
        begin, plain = self._plain
        return memoryview(plain)[self._at - begin :]

    def _opened(self) -> tuple[int, bytes]:
        if 0 < self._known.size <= self._at:
            plain, grown = _opened_after(self._known, self._data, self._keys, self._where)
            if grown == self.grown:  # else something of what was known was cut off since, or is damaged
                return self._known.size, plain
        return 0, read_growing(self._data, self._keys, where=self._where)[0]


def _opened_after(since: Grown, data: bytes, keys: Keys, where: str) -> tuple[bytes, Grown]:
    """Return the plaintext that follows some place, as far as it can be opened and follows it."""
    out: list[bytes] = []
    grown = since
    for header, record in _records(data, keys, where, since):
        piece = opened(data, record, header) if record.start >= since.size else None
        if piece is None:
            break
        if record.start < grown.size:  # only a segment's first record can begin before the end
            out = [b"".join(out)[: record.start - since.size]]
        out.append(piece)
        grown = _after(data, header, record)
    return b"".join(out), grown


def _records(data: bytes, keys: Keys, where: str, since: Grown) -> Iterator[tuple[Header, Record]]:
    """Yield the records that follow each other as they should, by what they say; not yet opened."""
    start, at, segment, number, header, _ = since
    while at < len(data):
        if data[at : at + len(MAGIC)] == MAGIC:
            header = _header(data, at, keys, where)
            if header is None or header.number != segment or header.start > start:
                return
            at, segment, number, start = at + HEADER, segment + 1, 0, header.start
        record = record_at(data, at)
        if header is None or record is None or record.number != number or record.start != start:
            return
        yield header, record
        at, number, start = record.end, number + 1, start + record.length


def _after(data: bytes, header: Header, record: Record) -> Grown:
    """Return how far a file goes whose last record this is."""
    end = record.end
    tag = data[end - TAG : end]
    return Grown(record.start + record.length, end, header.number + 1, record.number + 1, header, tag)


def _is_beginning(known: Grown, data: bytes) -> bool:
    return data[known.end - len(known.tag) : known.end] == known.tag


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
