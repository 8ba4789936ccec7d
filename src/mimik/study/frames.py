"""A session's frames as a Parquet file, and back as arrays.

One row a frame: trial, number, device_time (s), arrival_time (s since 1970, UTC), tracked, expression, then
the 64 values of ``mimik.frame.COLUMNS``. What is not known is null. Attempts done again have trial -1.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mimik.errors import StudyDamaged, StudyError, StudyVersionError
from mimik.frame import COLUMNS, Block
from mimik.study.content import ContentDigest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "REDONE",
    "FramesWriter",
    "SessionFrames",
    "frames_digest",
    "inspect_frames",
    "open_frames",
    "read_frames",
    "table_of",
]

REDONE = -1
"""Trial of frames from an attempt that was done again."""

_FORMAT = 1
_SURELY_FITS = (
    1_000_000  # rows, some 300 MB; a frame stored by us takes far more than the byte asked of others
)
_MOST_OF_ROW, _OVERHEAD = 512, 1 << 20  # bytes unpacked: a row has 283, and a row group's pages their heads
_TIMES = ("device_time", "arrival_time")
_FIXED = ("trial", "number", *_TIMES, "tracked", "expression")
_SCHEMA = pa.schema(
    [
        pa.field("trial", pa.int16(), nullable=False),
        pa.field("number", pa.int32()),
        pa.field("device_time", pa.float64()),
        pa.field("arrival_time", pa.float64()),
        pa.field("tracked", pa.bool_(), nullable=False),
        pa.field("expression", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        *(pa.field(name, pa.float32()) for name in COLUMNS),
    ]
)


@dataclass(frozen=True, eq=False)
class SessionFrames:
    """A session's frames as arrays, in the order they came.

    Attributes:
        trial: int16 (n,), number of the trial; attempts that were done again are left out.
        expression: int32 (n,), codes into ``expressions``.
        expressions: the distinct expressions of this session, sorted.
        columns: names of the k chosen columns of ``block.values``.
        block: the frames; ``block.values`` is float32 (n, k), all 64 in the order of COLUMNS unless chosen.
    """

    trial: NDArray[np.int16]
    expression: NDArray[np.int32]
    expressions: tuple[str, ...]
    columns: tuple[str, ...]
    block: Block

    def __len__(self) -> int:
        return len(self.trial)


class FramesWriter:
    """Writes frames to a Parquet file, each call one row group.

    Attributes:
        frames: how many were written.
        digest: of their content.
    """

    def __init__(self, parquet: Any) -> None:
        self._parquet = parquet
        self.frames = 0
        self.digest = ContentDigest()

    def write(
        self, trial: NDArray[np.int16], expressions: Sequence[str], codes: NDArray[np.int32], block: Block
    ) -> None:
        """Add frames with their trial (n,) and their expression, as codes (n,) into ``expressions``."""
        arrays = [
            pa.array(trial, pa.int16()),
            pa.array(block.number, pa.int32(), mask=block.number < 0),
            *(pa.array(getattr(block, name), pa.float64(), from_pandas=True) for name in _TIMES),
            pa.array(block.tracked, pa.bool_()),
            pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(expressions, pa.string())),
            *(
                pa.array(column, pa.float32(), from_pandas=True)
                for column in np.ascontiguousarray(block.values.T)
            ),
        ]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA))
        self.frames += len(block)
        for start, stop in _runs(codes):
            self.digest.add(trial[start:stop], expressions[codes[start]], _rows(block, slice(start, stop)))


@contextlib.contextmanager
def open_frames(file: BinaryIO, *, synthetic: bool) -> Iterator[FramesWriter]:
    """Write a Parquet file of frames into an open file."""
    schema = _SCHEMA.with_metadata(
        {"mimik_format": str(_FORMAT), "mimik_synthetic": "true" if synthetic else "false"}
    )
    with pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        use_dictionary=["expression"],
        use_byte_stream_split=[*_TIMES, *COLUMNS],
        write_statistics=["trial", *_TIMES],
    ) as parquet:
        yield FramesWriter(parquet)


def read_frames(
    data: bytes, *, where: str, columns: Sequence[str] | None = None, redone: bool = False
) -> SessionFrames:
    """Read frames from the bytes of a Parquet file.

    Args:
        data: the file.
        where: its name, for messages.
        columns: which of COLUMNS, in this order; all by default.
        redone: whether to give attempts that were done again too.

    Raises:
        StudyError: a column is none of COLUMNS.
        StudyVersionError: the file is of a format unknown here.
        StudyDamaged: the file is not one of frames, or is broken.
    """
    chosen = COLUMNS if columns is None else tuple(columns)
    if unknown := [name for name in chosen if name not in COLUMNS]:
        raise StudyError(f"columns: expected names of mimik.frame.COLUMNS, found {unknown[0]!r}.")
    with _explained(where):
        table = (
            _opened(data, where, [*_FIXED, *chosen])
            .read(columns=[*_FIXED, *chosen], use_threads=False)
            .combine_chunks()
        )
        frames = _arrays(table, chosen)
    return frames if redone else _without_redone(frames)


def inspect_frames(data: bytes, *, where: str) -> tuple[SessionFrames, bool]:
    """Read all that a Parquet file of frames holds, and whether it is marked as made up.

    Attempts that were done again are among the frames; the columns must be those that are written. Errors as
    ``read_frames``.
    """
    with _explained(where):
        file = _opened(data, where)
        schema = file.schema_arrow
        if not schema.equals(_SCHEMA):
            raise ValueError("other columns than those of a session's frames")
        synthetic = (schema.metadata or {}).get(b"mimik_synthetic")
        if synthetic not in (b"true", b"false"):
            raise ValueError("no mark that tells whether its frames are made up")
    return read_frames(data, where=where, redone=True), synthetic == b"true"


def frames_digest(frames: SessionFrames) -> str:
    """Return the digest of frames with all columns and with attempts done again, as it was when written."""
    digest = ContentDigest()
    for start, stop in _runs(frames.expression):
        expression = frames.expressions[frames.expression[start]]
        digest.add(frames.trial[start:stop], expression, _rows(frames.block, slice(start, stop)))
    return digest.hexdigest()


def table_of(data: bytes, *, where: str) -> pa.Table:
    """Read all columns from the bytes of a Parquet file, as on disk; errors as ``read_frames``."""
    with _explained(where):
        return _opened(data, where).read()


def _opened(data: bytes, where: str, columns: Sequence[str] = ()) -> pq.ParquetFile:
    """Open a file that says it is of our format, has the columns in our types, and fits into memory."""
    file = pq.ParquetFile(pa.BufferReader(data))
    schema = file.schema_arrow  # made anew each time it is asked for
    _check_format(schema.metadata, where)
    _check_size(file.metadata, len(data))
    for name in columns:
        if (found := schema.field(name).type) != (wanted := _SCHEMA.field(name).type):
            raise ValueError(f"column {name} as {found}, not as {wanted}")
    return file


def _check_size(metadata: Any, size: int) -> None:
    """Refuse a small file that would become a huge table: packed rows of one value need next to no bytes."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    rows = sum(group.num_rows for group in groups)
    if rows != metadata.num_rows or min((group.num_rows for group in groups), default=0) < 0:
        raise ValueError("counts of rows that contradict each other")
    if rows > max(_SURELY_FITS, size):
        raise ValueError(f"{rows} rows in {size} bytes")
    if sum(group.total_byte_size for group in groups) > _MOST_OF_ROW * rows + _OVERHEAD * (len(groups) + 1):
        raise ValueError(f"far more bytes than {rows} rows have")


@contextlib.contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, LookupError, ValueError, MemoryError, OverflowError) as error:
        raise StudyDamaged(
            f"{where}: expected a Parquet file of frames, found a fault: {str(error).rstrip('.')}.",
            hint="Restore the file from a copy of the study.",
        ) from error


def _check_format(metadata: dict[bytes, bytes] | None, where: str) -> None:
    found = (metadata or {}).get(b"mimik_format", b"none").decode(errors="replace")
    if found != str(_FORMAT):
        raise StudyVersionError(
            f"{where}: expected frames of format {_FORMAT}, found {found}.",
            hint="Open the study with the version of Mimik that made it, or a newer one.",
        )


def _arrays(table: Any, chosen: tuple[str, ...]) -> SessionFrames:
    values = np.full((len(chosen), table.num_rows), np.nan, np.float32)
    for row, name in zip(values, chosen, strict=True):
        column = table.column(name)
        if column.null_count < len(column):
            row[:] = column.to_numpy()
    expressions, codes = _expressions(table.column("expression"))
    return SessionFrames(
        trial=table.column("trial").to_numpy().astype(np.int16),
        expression=codes,
        expressions=expressions,
        columns=chosen,
        block=Block(
            number=table.column("number").fill_null(-1).to_numpy().astype(np.int32),
            device_time=table.column("device_time").to_numpy().astype(np.float64),
            arrival_time=table.column("arrival_time").to_numpy().astype(np.float64),
            tracked=table.column("tracked").to_numpy().astype(np.bool_),
            values=np.ascontiguousarray(values.T),
        ),
    )


def _expressions(column: Any) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the sorted expressions that occur and their codes; row groups may each have a dictionary."""
    column = column.unify_dictionaries().combine_chunks()
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    if not chunks or not len(column):
        return (), np.empty(0, np.int32)
    names = chunks[0].dictionary.to_pylist()
    raw = np.concatenate([chunk.indices.to_numpy() for chunk in chunks])
    used = sorted({names[i] for i in np.unique(raw)})
    place = np.array([used.index(name) if name in used else -1 for name in names], np.int32)
    return tuple(used), place[raw]


def _without_redone(frames: SessionFrames) -> SessionFrames:
    keep = frames.trial != REDONE
    if keep.all():
        return frames
    used, codes = np.unique(frames.expression[keep], return_inverse=True)
    return SessionFrames(
        trial=frames.trial[keep],
        expression=codes.astype(np.int32),
        expressions=tuple(frames.expressions[i] for i in used),
        columns=frames.columns,
        block=_rows(frames.block, keep),
    )


def _rows(block: Block, which: slice | NDArray[np.bool_]) -> Block:
    return Block(
        block.number[which],
        block.device_time[which],
        block.arrival_time[which],
        block.tracked[which],
        block.values[which],
    )


def _runs(codes: NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each stretch of equal codes."""
    edges = np.flatnonzero(np.diff(codes)) + 1
    yield from zip([0, *edges.tolist()], [*edges.tolist(), len(codes)], strict=True) if len(codes) else ()
