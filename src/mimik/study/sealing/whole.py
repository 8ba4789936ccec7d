"""Sealed files that are written once: one segment, records of 64 KiB, the last of them marked as such."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged
from mimik.study.sealing.format import (
    HEADER,
    OVERHEAD,
    PIECE,
    WHOLE,
    Sealing,
    header_at,
    opened,
    record_at,
)
from mimik.study.sealing.sought import SoughtFile

if TYPE_CHECKING:
    from typing import BinaryIO

    from _typeshed import ReadableBuffer, WriteableBuffer

    from mimik.study.sealing.format import Header, Keys

__all__ = ["WholeReader", "WholeWriter", "damaged", "open_whole", "seal_whole"]

_STEP = PIECE + OVERHEAD


def seal_whole(data: bytes, keys: Keys) -> bytes:
    """Return a file's bytes, sealed."""
    out = io.BytesIO()
    writer = WholeWriter(out, keys)
    writer.write(data)
    writer.finish()
    return out.getvalue()


def open_whole(data: bytes, keys: Keys, *, where: str) -> bytes:
    """Return what was sealed; raises StudyDamaged unless all of it is as it was written."""
    return _Pieces(io.BytesIO(data), keys, where).readall()


def damaged(where: str, found: str) -> StudyDamaged:
    """Return the error for a sealed file that is not what it was written as."""
    return StudyDamaged(
        f"{where}: expected the encrypted file as it was written, found {found}.",
        hint="Restore the file from a copy of the study.",
    )


class WholeWriter(io.RawIOBase):
    """Seals what is written to it; ``finish`` must come last, and closing it does not close the file."""

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        self._file = file
        self._segment = Sealing(keys, WHOLE)
        self._waiting = bytearray()
        self._file.write(self._segment.header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return how much was written."""
        return self._segment.start + len(self._waiting)

    def write(self, data: ReadableBuffer) -> int:
        """Take all of ``data``."""
        view = memoryview(data).cast("B")
        rest = view
        if self._waiting:
            rest = view[PIECE - len(self._waiting) :]
            self._waiting += view[: PIECE - len(self._waiting)]
        if rest and self._waiting:
            self._file.write(self._segment.record(self._waiting))
            self._waiting.clear()
        while len(rest) > PIECE:  # not >=: what is left in the end is the last record
            self._file.write(self._segment.record(rest[:PIECE]))
            rest = rest[PIECE:]
        self._waiting += rest
        return len(view)

    def finish(self) -> None:
        """Write the last record."""
        self._file.write(self._segment.record(self._waiting, last=True))
        self._waiting.clear()


class WholeReader(io.BufferedReader):
    """Reads a sealed file piece by piece, with seeking.

    Raises:
        StudyDamaged: its end is missing; later, where a piece is not what was written.
    """

    def __init__(self, file: BinaryIO, keys: Keys, *, where: str) -> None:
        """``file`` stands at the beginning of what was sealed."""
        super().__init__(_Pieces(file, keys, where), PIECE)


class _Pieces(SoughtFile):
    def __init__(self, file: BinaryIO, keys: Keys, where: str) -> None:
        self._file, self._where = file, where
        self._begin = file.tell()
        header = header_at(file.read(HEADER), 0, keys, where=where)
        if header is None or header.kind != WHOLE or header.number or header.start:
            raise damaged(where, "no header of a whole file")
        self._header: Header = header
        records = file.seek(0, io.SEEK_END) - self._begin - HEADER
        self._last = max(0, -(-records // _STEP) - 1)
        self._at_hand = -1, b""  # the number of a piece, and the piece: it is asked for part by part
        end = len(self._piece(self._last))  # the end first: it tells that nothing was cut off
        super().__init__(self._last * PIECE + end)

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._at >= self._size:
            return 0
        number, skip = divmod(self._at, PIECE)
        part = self._piece(number)[skip : skip + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def readall(self) -> bytes:
        first, skip = divmod(min(self._at, self._size), PIECE)
        self._at = max(self._at, self._size)
        return b"".join(self._piece(number) for number in range(first, self._last + 1))[skip:]

    def _piece(self, number: int) -> bytes:
        if self._at_hand[0] != number:
            self._at_hand = number, self._opened(number)
        return self._at_hand[1]

    def _opened(self, number: int) -> bytes:
        self._file.seek(self._begin + HEADER + number * _STEP)
        data = self._file.read(_STEP)
        record = record_at(data, 0)
        fits = record is not None and (
            record.end == len(data)
            and record.number == number
            and record.start == number * PIECE
            and record.last == (number == self._last)
        )
        piece = opened(data, record, self._header) if record is not None and fits else None
        if piece is None:
            raise damaged(self._where, f"damage in its part {number + 1} of {self._last + 1}")
        return piece
