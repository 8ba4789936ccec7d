"""The format of sealed files: segments, each under a key of its own, made of authenticated records.

A segment is a header and records, all numbers little-endian:

    header   magic (8 bytes), format (u8) = 1, kind (u8) 1 whole or 2 growing, zeros (2 bytes), number of the
             segment in its file (u32), where it begins in the plaintext (u64), key id (8 bytes), salt (32)
    record   marker (4 bytes), last (u8) 0 or 1, number in its segment (u32), where it begins in the plaintext
             (u64), length of its plaintext (u32), then ciphertext and tag (length + 16 bytes)

The segment's key is HKDF-SHA256(data key, salt, "mimik sealed segment 1"); a record is AES-256-GCM with its
number as the nonce (96 bits, big-endian) and header and record head as authenticated data. Each segment has a
fresh salt, so that no key ever meets a nonce twice, and a record fits at one place of one segment only.

The path is not bound: files and whole folders are renamed while they are kept (``mimik.study.staging``).
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mimik.errors import StudyDamaged, StudyLocked

__all__ = [
    "GROWING",
    "HEADER",
    "KEY",
    "KEY_ID",
    "MAGIC",
    "MARKER",
    "OVERHEAD",
    "PIECE",
    "TAG",
    "WHOLE",
    "Header",
    "Keys",
    "Record",
    "Sealing",
    "derived",
    "header_at",
    "is_sealed",
    "opened",
    "record_at",
]

MAGIC = b"\xa7MIMIK\x1a\n"
MARKER = b"\xa7SR\n"
WHOLE, GROWING = 1, 2
KEY, KEY_ID = 32, 8
"""Bytes of a key, and of its id."""

PIECE = 1 << 16
"""Bytes of plaintext in a record, at most."""

_FORMAT = 1
_HEADER = struct.Struct("<8sBB2xIQ8s32s")
_RECORD = struct.Struct("<4sBIQI")
TAG = 16
"""Bytes at the end of a record that tell whether it is authentic."""

HEADER, _HEAD = _HEADER.size, _RECORD.size
OVERHEAD = _HEAD + TAG
"""Bytes of a segment's header, and what a record adds to its plaintext."""


@dataclass(frozen=True)
class Keys:
    """Data keys at hand.

    Attributes:
        current: id of the one to seal with.
        by_id: 32 bytes each.
    """

    current: bytes
    by_id: dict[bytes, bytes] = field(repr=False)


@dataclass(frozen=True)
class Header:
    """The header of a segment.

    Attributes:
        raw: its bytes, which are authenticated with every record.
        kind: WHOLE or GROWING.
        number: of the segment in its file, from 0.
        start: where it begins in the plaintext; less than what is there cuts that off.
        key_id: of the data key.
        data_key: from which the segment's key is derived, when a record is opened.
    """

    raw: bytes
    kind: int
    number: int
    start: int
    key_id: bytes
    data_key: bytes = field(repr=False)

    @cached_property
    def cipher(self) -> AESGCM:
        """AES-256-GCM under the segment's key."""
        return AESGCM(_segment_key(self.data_key, self.raw[-32:]))


class Record(NamedTuple):
    """What a record says of itself, which is true only if it can be opened.

    Attributes:
        at: where it lies in the file.
        last: whether nothing follows.
        number: in its segment, from 0.
        start: where it begins in the plaintext.
        length: of its plaintext.
    """

    at: int
    last: bool
    number: int
    start: int
    length: int

    @property
    def end(self) -> int:
        """Where in the file the next record would be."""
        return self.at + OVERHEAD + self.length


class Sealing:
    """A segment in the making.

    Attributes:
        header: its header, to be written first.
        start: where the next record begins in the plaintext.
    """

    def __init__(self, keys: Keys, kind: int, *, number: int = 0, start: int = 0) -> None:
        salt = secrets.token_bytes(32)
        self.header = _HEADER.pack(MAGIC, _FORMAT, kind, number, start, keys.current, salt)
        self.start = start
        self._cipher = AESGCM(_segment_key(keys.by_id[keys.current], salt))
        self._number = 0

    def record(self, data: bytes | bytearray | memoryview, *, last: bool = False) -> bytearray:
        """Return the next record, of at most PIECE bytes."""
        number = self._number
        head = _RECORD.pack(MARKER, last, number, self.start, len(data))
        out = bytearray(OVERHEAD + len(data))
        out[:_HEAD] = head
        self._cipher.encrypt_into(_nonce(number), data, self.header + head, memoryview(out)[_HEAD:])
        self._number = number + 1
        self.start += len(data)
        return out


def is_sealed(data: bytes) -> bool:
    """Whether a file that begins so is a sealed one."""
    return data[: len(MAGIC)] == MAGIC


def header_at(data: bytes, at: int, keys: Keys, *, where: str) -> Header | None:
    """Return the header at some place of a file, or None if there is none.

    Raises:
        StudyLocked: it needs a key that is not at hand.
        StudyDamaged: it is of a format or kind unknown here.
    """
    if at + HEADER > len(data) or data[at : at + len(MAGIC)] != MAGIC:
        return None
    _, form, kind, number, start, key_id, _ = _HEADER.unpack_from(data, at)
    if form != _FORMAT or kind not in (WHOLE, GROWING):
        raise StudyDamaged(
            f"{where}: expected a sealed file of format {_FORMAT}, found format {form}, kind {kind}.",
            hint="Was it made by a newer Mimik? Else restore it from a copy of the study.",
        )
    if key_id not in keys.by_id:
        raise StudyLocked(
            f"{where}: expected a file under the study's key {keys.current.hex()}, found one under "
            f"{key_id.hex()}.",
            hint="Was the study's key changed meanwhile? Open it again. Else the file is of another study.",
        )
    return Header(bytes(data[at : at + HEADER]), kind, number, start, key_id, keys.by_id[key_id])


def record_at(data: bytes, at: int) -> Record | None:
    """Return what a record at some place says of itself, or None if no whole one can be there."""
    if at + OVERHEAD > len(data):
        return None
    marker, last, number, start, length = _RECORD.unpack_from(data, at)
    record = Record(at, last == 1, number, start, length)
    if marker != MARKER or last not in (0, 1) or length > PIECE or record.end > len(data):
        return None
    return record


def opened(data: bytes, record: Record, header: Header) -> bytes | None:
    """Return the plaintext of a record, or None if it is not authentic."""
    body = record.at + _HEAD
    try:
        return header.cipher.decrypt(
            _nonce(record.number), memoryview(data)[body : record.end], header.raw + data[record.at : body]
        )
    except InvalidTag:
        return None


def derived(key: bytes, salt: bytes, what: bytes, length: int = KEY) -> bytes:
    """Return a key for one purpose alone, derived from another by HKDF-SHA256."""
    return HKDF(SHA256(), length, salt, what).derive(key)


def _segment_key(key: bytes, salt: bytes) -> bytes:
    return derived(key, salt, b"mimik sealed segment 1")


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
