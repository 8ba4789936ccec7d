"""What is packed in files is searched, and what can't be opened is told, never taken for empty."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.study.sealing.format import MAGIC
from mimik.study.withdrawal import Searched, search_outside
from mimik.study.withdrawal.unpacking import unpacked

WORD = "sub-A1B2C3"
TEXT = f"a line with {WORD.lower()} in it\n".encode() * 3


def zipped(data: bytes, name: str = "a.txt", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def tarred(mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]  # a mode chosen here
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(TEXT)
        archive.addfile(entry, io.BytesIO(TEXT))
    return file.getvalue()


def parquet(values: object, metadata: dict[str, str] | None = None) -> bytes:
    file = io.BytesIO()
    table = pa.table({"column": values}).replace_schema_metadata(metadata)
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, people=np.array([WORD, "sub-D4E5F6"]))
    return file.getvalue()


def under_a_password(data: bytes) -> bytes:
    """Set the flags that say so (.ZIP File Format Specification 6.3.10, 4.4.4)."""
    marked = bytearray(data)
    marked[data.index(b"PK\x03\x04") + 6] |= 1
    marked[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


def searched(folder: Path, data: bytes) -> Searched:
    (folder / "file").write_bytes(data)
    return search_outside([folder / "file"], [WORD])


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.decode().encode("utf-16"),
        TEXT.decode().encode("utf-16-be"),
        zipped(TEXT),
        zipped(TEXT, method=zipfile.ZIP_LZMA),
        zipped(b"", name=f"{WORD}/empty"),
        zipped(zipped(zipped(TEXT))),
        gzip.compress(TEXT),
        gzip.compress(b"one") + gzip.compress(TEXT),
        bz2.compress(TEXT),
        lzma.compress(TEXT),
        tarred("w:gz"),
        tarred("w:xz"),
        npz(),
        parquet([WORD]),
        parquet(pa.array([WORD]).dictionary_encode()),
        parquet([[{"who": WORD}]]),
        parquet([WORD.encode("utf-16-le")]),
        parquet([1], {"who": WORD}),
    ],
)
def test_a_pseudonym_is_found(tmp_path: Path, data: bytes) -> None:
    result = searched(tmp_path, data)
    assert result.found == [str(tmp_path / "file")]
    assert result.unread == []


@pytest.mark.parametrize(
    "data",
    [
        under_a_password(zipped(os.urandom(50))),
        zipped(os.urandom(500))[:-30],
        gzip.compress(os.urandom(500))[:-10],
        lzma.compress(os.urandom(500))[:-40],
        parquet(["x"])[:-10],
        MAGIC + os.urandom(100),
        b"\x28\xb5\x2f\xfd" + os.urandom(100),
        zipped(zipped(zipped(zipped(zipped(zipped(zipped(b"deep"))))))),
    ],
)
def test_what_can_not_be_opened_is_told(tmp_path: Path, data: bytes) -> None:
    result = searched(tmp_path, data)
    assert result.found == []
    assert result.unread == [str(tmp_path / "file")]


def test_one_entry_that_can_not_be_opened_hides_no_other(tmp_path: Path) -> None:
    file = io.BytesIO(under_a_password(zipped(b"secret", method=zipfile.ZIP_STORED)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.txt", TEXT)
    result = searched(tmp_path, file.getvalue())
    assert result.found == result.unread == [str(tmp_path / "file")]


def test_archives_that_hold_archives_many_times_come_to_an_end() -> None:
    data = bytes(100_000)
    for _ in range(4):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(20):
                archive.writestr(str(number), data)
        data = file.getvalue()
    pieces = list(unpacked(data, 1_000_000))  # of 16 GB
    assert pieces[-1] is None
    assert sum(len(each or b"") for each in pieces) < 1_500_000


@pytest.mark.skipif(os.name == "nt", reason="no pipes and few links there")
def test_pipes_links_and_empty_folders(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to(tmp_path / WORD / "gone")
    (tmp_path / "inner" / WORD).mkdir(parents=True)
    result = search_outside([tmp_path], [WORD])
    assert result.found == [str(tmp_path / "inner" / WORD)]
    assert result.unread == []


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"]),
)
def test_any_bytes_are_searched(data: bytes, beginning: bytes) -> None:
    assert next(iter(unpacked(beginning + data))) == beginning + data
    list(unpacked(beginning + data))


@given(
    st.integers(0, 300),
    st.integers(0, 255),
    st.sampled_from([zipped, gzip.compress, bz2.compress, lzma.compress]),
)
def test_a_damaged_file_is_searched_as_far_as_it_goes(
    at: int, byte: int, pack: Callable[[bytes], bytes]
) -> None:
    packed = bytearray(pack(TEXT))
    packed[at % len(packed)] = byte
    list(unpacked(bytes(packed)))
