"""The one form that a pack's ZIP archive has, so that every byte of it is either right or refused.

Members are stored without compression, one right behind the other, in the order of the central directory,
with a fixed time and without comments (.ZIP File Format Specification 6.3.10, sections 4.3 to 4.5). Any
program that knows ZIP opens it; we read only what we ourselves would have written, so that bombs, overlaps,
names given twice and sizes that lie have no form in which to come.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from mimik.errors import StudyDamaged

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PIECE", "ArchiveReader", "ArchiveWriter", "Member", "archive_size"]

PIECE = 1 << 20
"""Bytes in memory at once."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_WIDE_END = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")
_LIMIT, _MOST = 0xFFFFFFFF, 0xFFFF  # what 32 and 16 bits hold; from there on Zip64
_PLAIN, _WIDE = 20, 45  # versions of the format that a reader needs: 4.4.3.2
_UTF8 = 1 << 11  # flag: names are UTF-8
_DATE = 0x21  # 1 January 1980, the first one there is: nothing tells when
_UNIX, _MODE = 3 << 8, 0o100644 << 16
_COPY = "Copy the file again, and compare the SHA-256 that `mimik pack` printed."


@dataclass(frozen=True)
class Member:
    """A file in an archive: its path, its size in bytes, and the CRC-32 of its bytes."""

    path: str
    size: int
    crc: int


class ArchiveWriter:
    """Writes members one after another; ``end`` must come last."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._members: list[Member] = []

    def begin(self, member: Member) -> None:
        """Write what stands before a member's bytes, which the caller writes next."""
        self._members.append(member)
        self._write(_local(member))

    def end(self) -> None:
        """Write what stands at the end of an archive."""
        self._write(_directory(self._members))


class ArchiveReader:
    """Reads members one after another.

    Args:
        file: at its beginning.
        where: its name, for messages.
    """

    def __init__(self, file: BinaryIO, *, where: str) -> None:
        self._file, self._where = file, where
        self._members: list[Member] = []

    def first(self, path: str, most: int) -> bytes:
        """Return the bytes of the first member; raises StudyDamaged unless it has that path and fits."""
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise StudyDamaged(
                f"{self._where}: expected a pack, a ZIP archive that begins with {path}, found another file.",
                hint="Name the file that `mimik pack` made.",
            )
        size = _LOCAL.unpack(head)[8]
        if size > most:
            raise self._damaged(f"a {path} of at most {most:,} bytes", f"{size:,}")
        name = self._file.read(len(path.encode()))
        data = self._file.read(size)
        member = Member(path, size, zlib.crc32(data))
        if len(data) < size or head + name != _local(member):
            raise self._damaged(f"{path} as its first entry, as mimik pack wrote it", "something else")
        self._members.append(member)
        return data

    def copy(self, path: str, size: int, sha256: str, write: Callable[[bytes], object]) -> None:
        """Hand the next member's bytes to ``write``, piece by piece; raises StudyDamaged for any others."""
        head = self._file.read(len(_local(Member(path, size, 0))))
        crc, digest, left = 0, hashlib.sha256(), size
        while left:
            piece = self._file.read(min(left, PIECE))
            if not piece:
                raise self._damaged(f"{size:,} bytes of {path}", f"{size - left:,}")
            crc = zlib.crc32(piece, crc)
            digest.update(piece)
            write(piece)
            left -= len(piece)
        if digest.hexdigest() != sha256:
            raise self._damaged(
                f"{path} with the SHA-256 {sha256[:12]}..., as the manifest says",
                f"{digest.hexdigest()[:12]}...",
            )
        member = Member(path, size, crc)
        if head != _local(member):
            raise self._damaged(f"the entry {path} as mimik pack wrote it", "another head")
        self._members.append(member)

    def end(self) -> None:
        """Read to the end; raises StudyDamaged unless it lists just the members that were read."""
        expected = _directory(self._members)
        if self._file.read(len(expected) + 1) != expected:
            raise self._damaged("a list of its entries at the end, and nothing behind it", "something else")

    def _damaged(self, expected: str, found: str) -> StudyDamaged:
        return StudyDamaged(f"{self._where}: expected {expected}, found {found}.", hint=_COPY)


def archive_size(sizes: Sequence[tuple[str, int]]) -> int:
    """Return how many bytes an archive of members (path, size) has."""
    members = [Member(path, size, 0) for path, size in sizes]
    return sum(len(_local(m)) + m.size for m in members) + len(_directory(members))


def _local(member: Member) -> bytes:
    name, wide = member.path.encode(), member.size >= _LIMIT
    extra = struct.pack("<2H2Q", 1, 16, member.size, member.size) if wide else b""
    size = _LIMIT if wide else member.size
    return (
        _LOCAL.pack(
            *(b"PK\x03\x04", _WIDE if wide else _PLAIN, _UTF8, 0, 0, _DATE),
            *(member.crc, size, size, len(name), len(extra)),
        )
        + name
        + extra
    )


def _central(member: Member, offset: int) -> bytes:
    name = member.path.encode()
    wide = [n for n in (member.size, member.size, offset) if n >= _LIMIT]
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    size = min(member.size, _LIMIT)
    version = _WIDE if wide else _PLAIN
    return (
        _CENTRAL.pack(
            *(b"PK\x01\x02", _UNIX | version, version, _UTF8, 0, 0, _DATE),
            *(member.crc, size, size, len(name), len(extra), 0, 0, 0, _MODE, min(offset, _LIMIT)),
        )
        + name
        + extra
    )


def _directory(members: Sequence[Member]) -> bytes:
    at, parts = 0, []
    for member in members:
        parts.append(_central(member, at))
        at += len(_local(member)) + member.size
    listed, count = b"".join(parts), len(members)
    wide = b""
    if at >= _LIMIT or len(listed) >= _LIMIT or count >= _MOST:
        wide = _WIDE_END.pack(
            *(b"PK\x06\x06", _WIDE_END.size - 12, _UNIX | _WIDE, _WIDE, 0, 0, count, count, len(listed), at)
        )
        wide += _LOCATOR.pack(b"PK\x06\x07", 0, at + len(listed), 1)
    short = min(count, _MOST)
    ending = _END.pack(b"PK\x05\x06", 0, 0, short, short, min(len(listed), _LIMIT), min(at, _LIMIT), 0)
    return listed + wide + ending
