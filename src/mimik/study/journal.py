"""The file a session is recorded into: append-only, each record with its own checksum.

A record is: marker (4 bytes), kind (u8), length (u32), payload, CRC-32 of kind, length and payload (u32); all
little-endian. The first record is the header (JSON, what ``session.json`` says), then come frames (fixed, see
``FRAME``) and events (JSON) in the order they happened.

When a program or a computer stops, the file may end in a torn record: reading drops it and says how many
bytes. Anything else that is wrong is damage and is refused, never skipped.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import StudyDamaged, StudyError
from mimik.frame import N_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame
    from mimik.study.store import Appender

__all__ = ["FRAME", "UNSYNCED", "JournalContent", "JournalWriter", "read_journal"]

FRAME = np.dtype(
    [
        ("trial", "<i2"),
        ("number", "<i4"),
        ("device_time", "<f8"),
        ("arrival_time", "<f8"),
        ("tracked", "u1"),
        ("values", "<f4", (N_COLUMNS,)),
    ]
)
"""A frame as stored, 279 bytes; units as in ``mimik.frame.Frame``."""

UNSYNCED = 1 << 20
"""At most so many bytes are not yet safe on the disk; a longer torn tail is damage."""

_AT_HAND = 16 << 20  # bytes; a quarter of an hour of one phone
_WRITE_EVERY = 0.5  # s; lost at most if the program dies
_SYNC_EVERY = 1.0  # s; lost at most if the computer dies
_MARKER = b"\xa7MJ\n"
_HEADER, _FRAME, _EVENT = 1, 2, 3
_START = struct.Struct("<4sBI")
_CRC = struct.Struct("<I")
_FRAME_HEAD = struct.Struct("<hiddB")
_FRAME_RECORD = np.dtype(
    [("marker", "S4"), ("kind", "u1"), ("length", "<u4"), ("frame", FRAME), ("crc", "<u4")]
)
_RUN = 4096  # records looked at in one go


class JournalWriter:
    """Writes records; nothing waits to be written for more than half a second of the caller's clock.

    Attributes:
        written: all that stands in the file, so that a session's end need not read it back (and decrypt it);
            None if that is too long, or if the file was begun by a program that is gone.
    """

    def __init__(self, file: Appender, written: bytearray | None = None) -> None:
        """Go on with a file in which that stands: nothing in a new one, None if that is not known."""
        self.written = written
        self._file = file
        self._waiting = bytearray()
        self._unsynced = 0
        self._written_at = self._synced_at = -np.inf
        self._broken = False

    def header(self, facts: Mapping[str, Any]) -> None:
        """Write the first record, down to the disk."""
        self._add(_HEADER, _json(facts))
        self.sync()

    def frame(self, trial: int, frame: Frame) -> None:
        """Add a frame."""
        head = _FRAME_HEAD.pack(trial, frame.number, frame.device_time, frame.arrival_time, frame.tracked)
        self._add(_FRAME, head + frame.values.astype("<f4", copy=False).tobytes())

    def event(self, facts: Mapping[str, Any]) -> None:
        """Add an event."""
        self._add(_EVENT, _json(facts))

    def flush(self, now: float) -> None:
        """Write after half a second and sync after a second, by ``now`` in seconds; else do nothing."""
        if self._waiting and _due(now, self._written_at, _WRITE_EVERY):
            self._written_at = now
            self._write()
        if self._unsynced and _due(now, self._synced_at, _SYNC_EVERY):
            self._synced_at = now
            self.sync()

    def sync(self) -> None:
        """Write and sync all that is waiting."""
        self._write()
        self._file.sync()
        self._unsynced = 0

    def close(self) -> None:
        """Let go of the file; what was not written is lost."""
        self._file.close()

    def _add(self, kind: int, payload: bytes) -> None:
        record = _START.pack(_MARKER, kind, len(payload)) + payload
        self._waiting += record + _CRC.pack(zlib.crc32(memoryview(record)[len(_MARKER) :]))
        if len(self._waiting) + self._unsynced >= UNSYNCED - 2 * _FRAME_RECORD.itemsize:
            self.sync()  # faster than life: do not pile up

    def _write(self) -> None:
        if self._broken:  # a record may be half written; only resuming cuts it off
            raise StudyError(
                "the recording could not be written and was stopped.",
                hint="See the first error; then resume the session.",
            )
        if not self._waiting:
            return
        self._broken = True
        data, self._waiting = self._waiting, bytearray()  # which an error's traceback may hold on to
        self._file.write(data)
        self._broken = False
        self._keep(data)
        self._unsynced += len(data)

    def _keep(self, data: bytearray) -> None:
        if self.written is None:
            return
        self.written += data
        if len(self.written) > _AT_HAND:
            self.written = None


@dataclass(frozen=True)
class JournalContent:
    """What a journal holds.

    Attributes:
        header: what the session's start said, or {} if not even that was written whole.
        frames: ``FRAME`` (n,).
        events: (number of frames before it, what it says) of each event.
        whole: length of all whole records, in bytes.
        torn: bytes dropped after them.
    """

    header: Mapping[str, Any]
    frames: NDArray[np.void]
    events: tuple[tuple[int, Mapping[str, Any]], ...]
    whole: int
    torn: int


def read_journal(data: bytes | bytearray, *, where: str) -> JournalContent:
    """Read a journal up to its torn tail; raises StudyDamaged for any other fault."""
    header: Mapping[str, Any] = {}
    runs: list[NDArray[np.void]] = []
    events: list[tuple[int, Mapping[str, Any]]] = []
    offset = count = 0
    while offset < len(data):
        run = _frame_run(data, offset)
        if len(run):
            runs.append(run["frame"])
            count += len(run)
            offset += run.nbytes
            continue
        record = _record(data, offset)
        if record is None:
            break
        kind, payload = record
        if (kind == _HEADER) is not (offset == 0) or kind not in (_HEADER, _EVENT):
            raise _damaged(where, offset, f"a record of kind {kind} out of place")
        if kind == _HEADER:
            header = json.loads(payload)
        else:
            events.append((count, json.loads(payload)))
        offset += _START.size + len(payload) + _CRC.size
    _check_tail(data, offset, where)
    if runs and not header:
        raise _damaged(where, 0, "no header")
    frames = np.concatenate(runs) if runs else np.empty(0, FRAME)
    return JournalContent(header, frames, tuple(events), offset, len(data) - offset)


def _frame_run(data: bytes | bytearray, offset: int) -> NDArray[np.void]:
    """Return the whole, unharmed frame records that follow each other from ``offset`` on (up to ``_RUN``)."""
    count = min((len(data) - offset) // _FRAME_RECORD.itemsize, _RUN)
    records = np.frombuffer(data, _FRAME_RECORD, count, offset)
    alike = records["marker"] == _MARKER
    alike &= (records["kind"] == _FRAME) & (records["length"] == FRAME.itemsize)
    run = records[: count if alike.all() else int(alike.argmin())]
    view, size = memoryview(data), _FRAME_RECORD.itemsize
    first, last = offset + len(_MARKER), offset + size - _CRC.size
    sums = [zlib.crc32(view[first + i * size : last + i * size]) for i in range(len(run))]
    good = run["crc"] == np.array(sums, np.uint32)
    return run[: len(run) if good.all() else int(good.argmin())]


def _record(data: bytes | bytearray, offset: int) -> tuple[int, bytes] | None:
    """Return kind and payload of the record at ``offset``, or None if there is no whole, unharmed one."""
    start = offset + _START.size
    if start > len(data):
        return None
    marker, kind, length = _START.unpack_from(data, offset)
    end = start + length
    if marker != _MARKER or end + _CRC.size > len(data):
        return None
    if zlib.crc32(memoryview(data)[offset + len(_MARKER) : end]) != _CRC.unpack_from(data, end)[0]:
        return None
    return kind, bytes(data[start:end])


def _check_tail(data: bytes | bytearray, whole: int, where: str) -> None:
    """Raise StudyDamaged unless what follows the whole records is a torn tail."""
    if len(data) - whole > UNSYNCED:
        raise _damaged(where, whole, "more bytes than can be waiting to be written")
    offset = data.find(_MARKER, whole + 1)
    while offset >= 0:
        if _record(data, offset) is not None:
            raise _damaged(where, whole, "whole records behind it")
        offset = data.find(_MARKER, offset + 1)


def _damaged(where: str, offset: int, found: str) -> StudyDamaged:
    return StudyDamaged(
        f"{where}: expected a whole record at byte {offset}, found damage ({found}).",
        hint="Keep a copy of this file. The session cannot be resumed as it is, only discarded.",
    )


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _due(now: float, last: float, every: float) -> bool:
    return not 0 <= now - last < every  # a clock set back is no reason to wait
