"""A journal gives back every whole record, whatever happened to its end, and never hides damage."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError
from mimik.frame import Frame
from mimik.study.disk.folderstore import FolderStore
from mimik.study.journal import UNSYNCED, JournalWriter, read_journal


class Memory:
    """An appender that remembers what was written and what was synced."""

    def __init__(self) -> None:
        self.data = b""
        self.synced = 0
        self.syncs = 0

    def write(self, data: bytes) -> None:
        self.data += data

    def sync(self) -> None:
        self.synced = len(self.data)
        self.syncs += 1

    def cut(self, size: int) -> None:
        self.data = self.data[:size]

    def close(self) -> None:
        pass


class FullDisk(Memory):
    def write(self, data: bytes) -> None:
        if self.synced:
            self.data += data[:7]
            raise StudyError("disk full")
        super().write(data)


def a_frame(i: int) -> Frame:
    values = np.random.default_rng(i).normal(size=64).astype(np.float32)
    return Frame(1, i, i / 60, 1e9 + i / 60, i % 3 > 0, values)


def journal(kinds: str) -> tuple[bytes, list[int]]:
    """Write a journal of frames ("f") and events ("e"); return it and where its records end."""
    file = Memory()
    writer = JournalWriter(file)
    writer.header({"session": "ses-01"})
    ends = [len(file.data)]
    for i, kind in enumerate(kinds):
        if kind == "f":
            writer.frame(i % 5, a_frame(i))
        else:
            writer.event({"event": "note", "at": float(i), "what": "€" * (i % 7)})
        writer.sync()
        ends.append(len(file.data))
    return file.data, ends


def naive(data: bytes) -> list[tuple[int, bytes]]:
    """A second reader: record after record, as the format is described, up to the first that is not whole."""
    records = []
    while len(data) >= 9:
        marker, kind, length = struct.unpack("<4sBI", data[:9])
        record, rest = data[: 9 + length], data[9 + length :]
        if (
            marker != b"\xa7MJ\n"
            or len(rest) < 4
            or struct.unpack("<I", rest[:4])[0] != zlib.crc32(record[4:])
        ):
            break
        records.append((kind, record[9:]))
        data = rest[4:]
    return records


def told(data: bytes) -> tuple[list[bytes], list[object]]:
    content = read_journal(data, where="journal")
    return [f.tobytes() for f in content.frames], [content.header, *(e for _, e in content.events)]


kinds = st.text("ffffe", max_size=30)


@given(kinds)
def test_a_journal_reads_back_as_written(kinds: str) -> None:
    data, _ = journal(kinds)
    records = naive(data)
    frames, others = told(data)
    assert len(records) == len(kinds) + 1
    assert frames == [payload for kind, payload in records if kind == 2]
    assert others == [json.loads(payload) for kind, payload in records if kind != 2]


def test_frames_keep_every_bit_of_what_came() -> None:
    data, _ = journal("fff")
    frames = read_journal(data, where="").frames
    for i, stored in enumerate(frames):
        frame = a_frame(i)
        assert (stored["trial"], stored["number"], stored["tracked"]) == (i, frame.number, frame.tracked)
        assert (stored["device_time"], stored["arrival_time"]) == (frame.device_time, frame.arrival_time)
        np.testing.assert_array_equal(stored["values"], frame.values)


def test_events_know_how_many_frames_came_before() -> None:
    data, _ = journal("effeef")
    assert [position for position, _ in read_journal(data, where="").events] == [0, 2, 2]


def test_cut_at_any_byte_all_whole_records_before_come_back() -> None:
    data, ends = journal("effeffe")
    for cut in range(len(data) + 1):
        content = read_journal(data[:cut], where="journal")
        whole = [end for end in ends if end <= cut]
        assert content.whole == max(whole, default=0)
        assert content.torn == cut - content.whole
        assert bool(content.header) + len(content.frames) + len(content.events) == len(whole)


@given(kinds, st.integers(0, 10**6), st.binary(max_size=300))
def test_a_tail_of_other_bytes_is_dropped_and_counted(kinds: str, cut: int, rubbish: bytes) -> None:
    data, _ = journal(kinds)
    cut %= len(data) + 1
    content = read_journal(data[:cut] + rubbish, where="journal")
    assert content.whole <= cut
    assert content.whole + content.torn == cut + len(rubbish)


@given(st.text("ffffe", min_size=1, max_size=30), st.integers(0, 10**6), st.integers(0, 7))
def test_a_flipped_bit_before_a_whole_record_is_damage(kinds: str, at: int, bit: int) -> None:
    data, ends = journal(kinds)
    at %= ends[-2]
    broken = bytearray(data)
    broken[at] ^= 1 << bit
    with pytest.raises(StudyDamaged, match="found damage") as caught:
        read_journal(bytes(broken), where="journal")
    assert caught.value.hint


@given(st.binary(max_size=500))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    content = read_journal(data, where="journal")
    assert content.torn == len(data)


def test_more_rubbish_than_could_be_waiting_is_damage() -> None:
    data, _ = journal("ff")
    assert read_journal(data + bytes(UNSYNCED), where="").torn == UNSYNCED
    with pytest.raises(StudyDamaged):
        read_journal(data + bytes(UNSYNCED + 1), where="")


def test_frames_without_a_header_are_damage() -> None:
    data, ends = journal("ff")
    with pytest.raises(StudyDamaged):
        read_journal(data[ends[0] :], where="")


@given(st.lists(st.floats(0, 0.7), max_size=60))
def test_at_any_moment_half_a_second_at_most_is_unwritten_and_a_second_unsynced(
    steps: Sequence[float],
) -> None:
    file = Memory()
    writer = JournalWriter(file)
    writer.header({})
    now = 100.0
    frame_size = 292
    waiting: list[float] = []  # when each frame came
    for step in [0.0, *steps]:
        now += step
        writer.flush(now)
        start = len(file.data) - file.synced
        unwritten = len(waiting) - (len(file.data) - FIRST) // frame_size
        assert all(now - came < 0.5 for came in waiting[len(waiting) - unwritten :])
        unsynced = unwritten + start // frame_size
        assert all(now - came <= 1.0 + max(steps, default=0) for came in waiting[len(waiting) - unsynced :])
        writer.frame(0, a_frame(0))
        waiting.append(now)


FIRST = len(journal("")[0]) - len('{"session":"ses-01"}') + len("{}")


def test_a_clock_set_back_does_not_hold_back_frames() -> None:
    file = Memory()
    writer = JournalWriter(file)
    writer.flush(1000.0)
    writer.frame(0, a_frame(0))
    writer.flush(1000.0)
    writer.frame(0, a_frame(1))
    writer.flush(10.0)
    assert len(file.data) == 2 * 292


def test_faster_than_life_frames_do_not_pile_up() -> None:
    file = Memory()
    writer = JournalWriter(file)
    frame = a_frame(0)
    for _ in range(10_000):
        writer.frame(0, frame)
        assert len(writer._waiting) + len(file.data) - file.synced < UNSYNCED
    assert file.syncs == 2


def test_after_a_failed_write_nothing_more_is_written_behind_the_torn_record() -> None:
    file = FullDisk()
    writer = JournalWriter(file)
    writer.header({})
    writer.frame(0, a_frame(0))
    with pytest.raises(StudyError, match="disk full"):
        writer.flush(1.0)
    writer.frame(0, a_frame(1))
    with pytest.raises(StudyError, match="was stopped"):
        writer.flush(9.0)
    content = read_journal(file.data, where="")
    assert (len(content.frames), content.torn) == (0, 7)


@given(st.text("fe", max_size=12), st.integers(0, 12))
def test_what_was_written_is_at_hand_as_it_stands_in_the_file(kinds: str, second: int) -> None:
    """Also where another writer goes on with the file, and not before it is written."""
    file = Memory()
    writer = JournalWriter(file, bytearray())
    writer.header({})
    for i, kind in enumerate(kinds):
        if i == second:
            writer.sync()
            writer = JournalWriter(file, writer.written)
        writer.frame(0, a_frame(i)) if kind == "f" else writer.event({"at": i})
        assert writer.written == file.data
    writer.sync()
    assert writer.written == file.data


def test_a_long_recording_is_not_kept_in_memory() -> None:
    file = Memory()
    writer = JournalWriter(file, bytearray())
    frame = a_frame(0)
    while len(file.data) <= 16 << 20:
        assert writer.written is not None
        writer.frame(0, frame)
    assert writer.written is None
    writer.sync()
    assert writer.written is None


def test_what_stands_in_a_file_is_not_guessed() -> None:
    writer = JournalWriter(Memory())
    writer.header({})
    assert writer.written is None


def test_after_a_failed_write_events_are_refused_as_frames_are_whoever_keeps_the_error(
    tmp_path: Path,
) -> None:
    """A kept error holds on to the bytes that were being written."""
    file = FolderStore(tmp_path).append("recording.journal")
    writer = JournalWriter(file)
    writer.header({})
    writer.frame(0, a_frame(0))
    file.close()
    with pytest.raises(Exception, match="closed") as kept:
        writer.flush(1.0)
    writer.frame(0, a_frame(1))
    writer.event({"event": "pause"})
    with pytest.raises(StudyError, match="was stopped"):
        writer.flush(9.0)
    assert kept.traceback
