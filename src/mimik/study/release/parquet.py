"""Parquet files of a release, stored as a study stores its own frames."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from mimik.study.release.content import ReleasedSession
    from mimik.study.release.dictionary import Meaning

__all__ = ["FramesParquet", "frames_parquet", "table_parquet"]

_WORDS = pa.dictionary(pa.int32(), pa.string())
_TYPES = {
    "participant": _WORDS,
    "session": _WORDS,
    "trial": pa.int16(),
    "expression": _WORDS,
    "time": pa.float64(),
    "device_time": pa.float64(),
    "frame": pa.int32(),
    "tracked": pa.bool_(),
}
_OF_TRIALS = {"trial": pa.int16(), "onset": pa.float64(), "duration": pa.float64(), "frames": pa.int64()}


class FramesParquet:
    """Writes the frames of one session after another, each one row group."""

    def __init__(self, parquet: Any, schema: pa.Schema) -> None:
        self._parquet, self._schema = parquet, schema

    def write(self, session: ReleasedSession) -> None:
        """Add a session."""
        zeros = np.zeros(len(session), np.int32)
        columns = [
            _coded(zeros, [session.participant]),
            _coded(zeros, [session.session]),
            pa.array(session.trial),
            _coded(session.expression, session.expressions),
            pa.array(session.time, from_pandas=True),
            pa.array(session.device_time, from_pandas=True),
            pa.array(session.frame, mask=session.frame < 0),
            pa.array(session.tracked),
            *(pa.array(column, from_pandas=True) for column in np.ascontiguousarray(session.values.T)),
        ]
        self._parquet.write_table(pa.Table.from_arrays(columns, schema=self._schema))


@contextlib.contextmanager
def frames_parquet(
    file: BinaryIO, meanings: Sequence[Meaning], facts: Mapping[str, str]
) -> Iterator[FramesParquet]:
    """Write a file of frames; ``facts`` stand in its metadata, units and meanings in that of its columns."""
    schema = pa.schema([_field(m, _TYPES.get(m.column, pa.float32())) for m in meanings], dict(facts))
    names = [m.column for m in meanings]
    channels = [name for name in names if name not in _TYPES]
    with pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=["participant", "session", "expression"],
        use_byte_stream_split=["time", "device_time", *channels],
        write_statistics=["participant", "session", "trial", "time"],
    ) as parquet:
        yield FramesParquet(parquet, schema)


def table_parquet(
    meanings: Sequence[Meaning], rows: Sequence[Sequence[object]], facts: Mapping[str, str]
) -> bytes:
    """Return a small table; columns of ``trials`` that are numbers stay numbers, all others are text."""
    fields = [_field(m, _OF_TRIALS.get(m.column, pa.string())) for m in meanings]
    columns = [pa.array([row[i] for row in rows], field.type) for i, field in enumerate(fields)]
    file = io.BytesIO()
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields, dict(facts)))
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _field(meaning: Meaning, kind: pa.DataType) -> pa.Field:
    return pa.field(meaning.column, kind, metadata={"unit": meaning.unit, "meaning": meaning.meaning})


def _coded(codes: np.ndarray[tuple[int], np.dtype[np.int32]], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string()))
