"""EmotionTrain text files: one frame a line, with the shown expression and the time.

The published study stored its frames so, but not how exactly; this is the reading Mimik defines. The first
line names the columns, in any order:

    time;expression;eyeBlink_L;eyeBlink_R; ... ;tongueOut
    0,000;happy;0,031;0,030; ... ;0,000

- ``expression`` or ``label``: the shown expression, any text.
- ``time``: seconds, or ISO 8601 such as ``2021-03-04T12:00:00.123``; or ``time_ms``: milliseconds.
- all 52 blend shapes in any spelling; head and eye angles (``HeadYaw`` ..., radians) may be there too.
- Columns are separated by tab, semicolon or comma, as the header is. Decimal commas are read with tab and
  semicolon. Other columns are ignored. A line whose values are all empty is a frame without a face.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.pieces import delivered, in_blocks, names_of, rate_of, refuse_wrong_columns
from mimik.sources.textcolumns import TextTable, column_of, first_cells, open_table, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["EmotionTrain"]

_EXPRESSION = ("expression", "label")
_TIME = ("time", "time_ms")
_LONGEST_RUN = 1_000_000
_HEADER = "time;expression;" + ";".join(BLEND_SHAPES[:2]) + "; ... ;" + BLEND_SHAPES[-1]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Positions of the columns in the file, and how time is written."""

    table: TextTable
    time: int
    expression: int
    places: tuple[tuple[int, int], ...]
    time_type: pa.DataType
    time_unit: float

    @property
    def types(self) -> dict[int, pa.DataType]:
        kinds = {self.time: self.time_type, self.expression: pa.string()}
        return kinds | {column: pa.float64() for column, _ in self.places}


class EmotionTrain:
    """One EmotionTrain file, opened: its header is read and checked, its lines are read when asked for.

    Attributes:
        path: the file.
        name: of the file, without its ending.
        app: "", as the file does not say what made it.
        rate: frames per second of the first lines; NaN for a single frame.
        delivered: bool (64,), which of ``COLUMNS`` the file has; the others are NaN in every frame.

    Raises:
        TakeError: if the header does not name what is needed; naming file, row and column where possible.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = self.path.stem
        self.app = ""
        self._layout = _layout(self.path)
        self.delivered: NDArray[np.bool_] = delivered(position for _, position in self._layout.places)
        self.rate = self._first_rate()

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames of all runs in blocks of ``rows`` (the last is shorter); see ``runs``.

        Raises:
            TakeError: for a line that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks((block for _, block in self._pieces()), rows)

    def runs(self) -> Iterator[tuple[str, Block]]:
        """Yield each run of consecutive lines with one expression, as (expression, frames).

        ``number`` is -1, as the file has no frame count; ``device_time`` is the time in seconds (since 1970
        for ISO 8601; without a zone it is read as UTC); ``arrival_time`` is NaN.

        Raises:
            TakeError: for a line that can't be read, when it is reached; or a run of over a million lines.
        """
        current = ""
        waiting: list[Block] = []
        for expression, block in self._pieces():
            if waiting and expression != current:
                yield current, Block.joined(waiting)
                waiting = []
            current = expression
            waiting.append(block)
            if sum(map(len, waiting)) > _LONGEST_RUN:
                raise TakeError(
                    f"Expected at most {_LONGEST_RUN} lines of one expression in {self.path}, found more.",
                    hint="Split the file: one for each recording.",
                )
        if waiting:
            yield current, Block.joined(waiting)

    def _first_rate(self) -> float:
        for batch in self._layout.table.batches({self._layout.time: self._layout.time_type}):
            return rate_of(_times(self._layout, batch, 2))
        return float("nan")

    def _pieces(self) -> Iterator[tuple[str, Block]]:
        layout = self._layout
        row = 2
        for batch in layout.table.batches(layout.types):
            block = _block(layout, batch, row)
            labels = _labels(layout, batch, row)
            changes = np.flatnonzero(labels[1:] != labels[:-1]) + 1
            for start, stop in pairwise([0, *changes.tolist(), len(labels)]):
                if stop > start:
                    yield str(labels[start]), block.part(start, stop)
            row += batch.num_rows


def _block(layout: _Layout, batch: pa.RecordBatch, row: int) -> Block:
    values = values_of(layout.table, batch, layout.places, row)
    return Block(
        number=np.full(batch.num_rows, -1, dtype=np.int32),
        device_time=_times(layout, batch, row),
        arrival_time=np.full(batch.num_rows, np.nan),
        tracked=np.any(~np.isnan(values), axis=1),
        values=values,
    )


def _times(layout: _Layout, batch: pa.RecordBatch, row: int) -> NDArray[np.float64]:
    cells = batch.column(str(layout.time))
    times = _seconds(cells) if pa.types.is_timestamp(cells.type) else _floats(cells) / layout.time_unit
    wrong = ~np.isfinite(times) | cells.is_null().to_numpy(zero_copy_only=False)
    if wrong.any():
        raise layout.table.bad_cell(row + int(wrong.argmax()), layout.time, "Expected a time")
    return times


def _floats(cells: Any) -> NDArray[np.float64]:
    floats: NDArray[np.float64] = cells.to_numpy(zero_copy_only=False)
    return floats


def _seconds(cells: Any) -> NDArray[np.float64]:
    # Whole seconds and the rest apart: nanoseconds since 1970 are more than a float64 holds.
    whole, rest = np.divmod(cells.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), 10**9)
    seconds: NDArray[np.float64] = whole + rest / 1e9
    return seconds


def _labels(layout: _Layout, batch: pa.RecordBatch, row: int) -> NDArray[np.object_]:
    labels: NDArray[np.object_] = (
        pc.utf8_trim_whitespace(batch.column(str(layout.expression)).fill_null(""))
        .to_numpy(zero_copy_only=False)
        .astype(object)
    )
    missing = labels == ""
    if missing.any():
        raise layout.table.bad_cell(row + int(missing.argmax()), layout.expression, "Expected an expression")
    return labels


def _layout(path: Path) -> _Layout:
    table = open_table(path)
    meaning = [_meaning(name) for name in table.header]
    expected = ("time", "expression", *BLEND_SHAPES)
    known = [name for name in meaning if name]
    hint = f"Add a header such as: {_HEADER}"
    refuse_wrong_columns(path, known, expected, what="a first line that names the columns", hint=hint)
    places = tuple((i, COLUMNS.index(name)) for i, name in enumerate(meaning) if name in COLUMNS)
    time = meaning.index("time")
    in_ms = table.header[time].lower() == "time_ms"
    first = first_cells(table)[time].replace(",", ".")
    kind, unit = (pa.float64(), 1000.0) if in_ms else _time_type(first)
    return _Layout(table, time, meaning.index("expression"), places, kind, unit)


def _meaning(name: str) -> str | None:
    if name.lower() in _EXPRESSION:
        return "expression"
    return "time" if name.lower() in _TIME else column_of(name)


def _time_type(first: str) -> tuple[pa.DataType, float]:
    """Return type and, of numbers, units per second of a time column, by its first cell."""
    try:
        float(first)
    except ValueError:
        pass
    else:
        return pa.float64(), 1.0
    try:
        zone = datetime.fromisoformat(first).tzinfo
    except ValueError:
        return pa.float64(), 1.0  # whatever it is, the reader will name its row and column
    return pa.timestamp("ns", tz="UTC" if zone else None), 1.0
