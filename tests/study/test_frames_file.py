"""Frames on disk are frames in memory, to the bit; what is not known is null; a broken file is told."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.errors import StudyDamaged, StudyError, StudyVersionError
from mimik.frame import COLUMNS, Block
from mimik.study.content import ContentDigest
from mimik.study.frames import open_frames, read_frames


def a_block(n: int, seed: int = 0) -> Block:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 64)).astype(np.float32)
    values[rng.random((n, 64)) < 0.2] = np.nan
    values[:, 55:58] = np.nan
    times = np.arange(n) / 60
    arrival = np.where(rng.random(n) < 0.3, np.nan, times + 1e9)
    return Block(rng.integers(-1, 100, n).astype(np.int32), times, arrival, rng.random(n) < 0.8, values)


def write(*parts: tuple[list[int], list[str], list[int], Block]) -> tuple[bytes, str]:
    file = io.BytesIO()
    with open_frames(file, synthetic=True) as frames:
        for trial, names, codes, block in parts:
            frames.write(np.array(trial, np.int16), names, np.array(codes, np.int32), block)
    return file.getvalue(), frames.digest.hexdigest()


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["joy", "fear", "0"])), max_size=30),
    st.integers(1, 30),
)
def test_frames_come_back_to_the_bit(labels: list[tuple[int, str]], cut: int) -> None:
    names = ["fear", "joy", "0"]
    trials, codes = [t for t, _ in labels], [names.index(e) for _, e in labels]
    block = a_block(len(labels))
    pieces = [slice(i, i + cut) for i in range(0, len(labels), cut)]
    parts = [(trials[s], names, codes[s], block.part(s.start, min(s.stop, len(labels)))) for s in pieces]
    data, digest = write(*parts)
    frames = read_frames(data, where="")
    assert frames.trial.tolist() == trials
    assert [frames.expressions[c] for c in frames.expression] == [e for _, e in labels]
    assert frames.expressions == tuple(sorted({e for _, e in labels}))
    for name in ("number", "device_time", "arrival_time", "tracked", "values"):
        np.testing.assert_array_equal(getattr(frames.block, name), getattr(block, name))
        assert getattr(frames.block, name).dtype == getattr(block, name).dtype
    assert write((trials, names, codes, block))[1] == digest  # however it is cut into row groups


def test_the_file_is_as_documented_for_any_reader() -> None:
    block = a_block(50)
    data, _ = write(([3] * 50, ["joy"], [0] * 50, block))
    file = pq.ParquetFile(io.BytesIO(data))
    assert file.schema_arrow.names == [
        *("trial", "number", "device_time", "arrival_time", "tracked", "expression"),
        *COLUMNS,
    ]
    assert {str(file.schema_arrow.field(name).type) for name in COLUMNS} == {"float"}
    assert file.schema_arrow.metadata[b"mimik_format"] == b"1"
    assert file.schema_arrow.metadata[b"mimik_synthetic"] == b"true"
    column = file.metadata.row_group(0).column(6)
    assert column.compression == "ZSTD"
    assert "BYTE_STREAM_SPLIT" in column.encodings
    table = file.read()
    assert table.column("expression").to_pylist() == ["joy"] * 50
    assert table.column("headX").null_count == 50
    assert table.column("number").null_count == np.count_nonzero(block.number == -1)
    assert table.column("arrival_time").null_count == np.count_nonzero(np.isnan(block.arrival_time))


def test_the_digest_can_be_made_again_from_the_file() -> None:
    data, digest = write(([0] * 20 + [1] * 30, ["joy", "fear"], [0] * 20 + [1] * 30, a_block(50)))
    frames = read_frames(data, where="")
    again = ContentDigest()
    for start, stop in ((0, 7), (7, 20), (20, 50)):  # cut otherwise than it was written
        name = frames.expressions[frames.expression[start]]
        again.add(frames.trial[start:stop], name, frames.block.part(start, stop))
    assert again.hexdigest() == digest


def test_any_change_of_the_data_changes_the_digest() -> None:
    block = a_block(20)
    base = write(([0] * 20, ["joy"], [0] * 20, block))[1]
    for name in ("number", "device_time", "arrival_time", "tracked", "values"):
        arrays = {
            n: getattr(block, n).copy()
            for n in ("number", "device_time", "arrival_time", "tracked", "values")
        }
        flat = arrays[name].reshape(-1)
        flat[-1] = not flat[-1] if name == "tracked" else 7
        assert write(([0] * 20, ["joy"], [0] * 20, Block(**arrays)))[1] != base
    assert write(([0] * 19 + [1], ["joy"], [0] * 20, block))[1] != base
    assert write(([0] * 20, ["fear"], [0] * 20, block))[1] != base


def test_the_digest_does_not_depend_on_how_nothing_is_written() -> None:
    block = a_block(5)
    other = block.values.copy()
    other.view(np.uint32)[np.isnan(other)] = 0xFFC12345  # another NaN
    digests = set()
    for values in (block.values, other):
        digest = ContentDigest()
        same = Block(block.number, block.device_time, block.arrival_time, block.tracked, values)
        digest.add(np.zeros(5, np.int16), "joy", same)
        digests.add(digest.hexdigest())
    assert len(digests) == 1


def test_a_broken_file_is_told() -> None:
    data, _ = write(([0] * 50, ["joy"], [0] * 50, a_block(50)))
    for broken in (b"", b"PAR1", data[: len(data) // 2], data[:-20]):
        with pytest.raises(StudyDamaged, match=r"frames\.parquet: expected a Parquet file of frames"):
            read_frames(broken, where="frames.parquet")


def test_another_kind_of_file_is_told() -> None:
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), file)
    with pytest.raises(StudyVersionError, match="expected frames of format 1, found none"):
        read_frames(file.getvalue(), where="frames.parquet")
    schema = pa.schema([pa.field("a", pa.int64())], {"mimik_format": "1"})
    file = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}, schema), file)
    with pytest.raises(StudyDamaged, match="does not exist"):
        read_frames(file.getvalue(), where="frames.parquet")


def test_an_unknown_column_is_told() -> None:
    with pytest.raises(StudyError, match="'grin'"):
        read_frames(b"", where="", columns=["grin"])
