"""CSV files of MediaPipe's blend shapes, as many small programs write them: one frame a row.

The first line names the columns, in any order; others than these are ignored:

- the blend shapes, by MediaPipe's names in any known spelling. ``_neutral`` and those that MediaPipe does not
  deliver may be missing, and are not read (see ``mediapipenames``).
- a time: ``time_s`` or ``seconds``; ``time_ms``, ``timestamp_ms`` or ``milliseconds``; or ``time`` or
  ``timestamp``, whose unit is found: faces are not recorded at less than one frame a second, so steps of 1
  and more are milliseconds.
- or a frame number: ``frame``, ``frame_number``, ``frame_id`` or ``frame_index``; then the frames per second
  must be told, as nothing in the file says them.
- ``headYaw``, ``headPitch`` and ``headRoll``, in radians.

Columns are separated by tab, semicolon or comma; decimal commas are read with tab and semicolon. A row
whose blend shapes are all empty or all exactly 0 is a frame without a face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.mediapipenames import APP, DELIVERED, mediapipe_column
from mimik.sources.pieces import delivered, in_blocks, names_of, rate_of, refuse_wrong_columns
from mimik.sources.textcolumns import TextTable, first_cells, open_table, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["FRAME", "MediaPipeCsv", "needs_rate"]

_SECONDS = ("time_s", "seconds")
_MILLISECONDS = ("time_ms", "timestamp_ms", "milliseconds")
_EITHER = ("time", "timestamp")
FRAME = ("frame", "frame_number", "frame_id", "frame_index")
"""Names of a column that numbers frames."""

_N = 52


@dataclass(frozen=True, slots=True)
class _Layout:
    """Positions of the columns in the file; ``per_second`` is units of the clock column in a second."""

    table: TextTable
    places: tuple[tuple[int, int], ...]
    clock: int
    per_second: float
    number: int | None

    @property
    def types(self) -> dict[int, pa.DataType]:
        columns = [self.clock, *([] if self.number is None else [self.number])]
        return dict.fromkeys([*columns, *(column for column, _ in self.places)], pa.float64())


class MediaPipeCsv:
    """One CSV file of MediaPipe's blend shapes, opened: its rows are read when asked for.

    Attributes:
        path: the file.
        name: of the file, without its ending.
        app: "MediaPipe FaceLandmarker".
        rate: frames per second, as given or of the first rows; NaN for a single frame.
        delivered: bool (64,), which of ``COLUMNS`` the file has; the others are NaN in every frame.

    Args:
        path: the file.
        rate: frames per second, where the file numbers frames but names no time.

    Raises:
        TakeError: if the file is none; naming file, row and column where possible.
    """

    def __init__(self, path: str | Path, *, rate: float | None = None) -> None:
        self.path = Path(path)
        self.name = self.path.stem
        self.app = APP
        self._layout = _layout(self.path, rate)
        self.delivered: NDArray[np.bool_] = delivered(place for _, place in self._layout.places)
        self.rate = self._first_rate()

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames in blocks of ``rows`` (the last is shorter), each once and in order.

        ``number`` is the file's, or -1; ``device_time`` its time in seconds; ``arrival_time`` is NaN.

        Raises:
            TakeError: for a row that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks(self._pieces(), rows)

    def _pieces(self) -> Iterator[Block]:
        row = 2
        for batch in self._layout.table.batches(self._layout.types):
            yield _block(self._layout, batch, row)
            row += batch.num_rows

    def _first_rate(self) -> float:
        layout = self._layout
        for batch in layout.table.batches({layout.clock: pa.float64()}):
            return rate_of(_clock(layout.table, batch, layout.clock, 2) / layout.per_second)
        return math.nan


def needs_rate(path: Path, rate: float | None) -> float:
    """Return the frames per second that were told for a file that only numbers its frames.

    Raises:
        TakeError: none were told, or no number above 0.
    """
    if rate is not None and 0 < rate < math.inf:
        return rate
    raise TakeError(
        f"Expected to be told the frames per second of {path}, which numbers frames but names no time"
        + (f"; found {rate:g}." if rate is not None else "."),
        hint="Give them with --rate, such as --rate 30: those of the video the file was made from.",
    )


def _block(layout: _Layout, batch: pa.RecordBatch, row: int) -> Block:
    values = values_of(layout.table, batch, layout.places, row)
    shapes = values[:, :_N]
    tracked = np.any(np.nan_to_num(shapes) != 0, axis=1)
    values[~tracked] = np.nan
    number = np.full(batch.num_rows, -1, dtype=np.int32)
    if layout.number is not None:
        number = _clock(layout.table, batch, layout.number, row).clip(-1, 2**31 - 1).astype(np.int32)
    return Block(
        number=number,
        device_time=_clock(layout.table, batch, layout.clock, row) / layout.per_second,
        arrival_time=np.full(batch.num_rows, np.nan),
        tracked=tracked,
        values=values,
    )


def _clock(table: TextTable, batch: pa.RecordBatch, column: int, row: int) -> NDArray[np.float64]:
    """Return a column that must have a number in each row, float64 (n,)."""
    cells: NDArray[np.float64] = batch.column(str(column)).to_numpy(zero_copy_only=False)
    if (wrong := ~np.isfinite(cells)).any():
        raise table.bad_cell(row + int(wrong.argmax()), column, "Expected a number")
    return cells


def _layout(path: Path, rate: float | None) -> _Layout:
    table = open_table(path, quoted=True)
    meaning = [mediapipe_column(name) for name in table.header]
    hint = "Name the columns as MediaPipe does, such as mouthSmileLeft."
    known = [name for name in meaning if name]
    refuse_wrong_columns(path, known, DELIVERED, what="MediaPipe's blend shapes", hint=hint)
    places = tuple((i, COLUMNS.index(name)) for i, name in enumerate(meaning) if name)
    first_cells(table)
    number = _found(table, FRAME)
    for names, per_second in ((_SECONDS, 1.0), (_MILLISECONDS, 1000.0)):
        if (clock := _found(table, names)) is not None:
            return _Layout(table, places, clock, per_second, number)
    if (clock := _found(table, _EITHER)) is not None:
        return _Layout(table, places, clock, _unit(table, clock), number)
    if number is None:
        raise TakeError(
            f"Expected a column with the time or the number of each frame in {path}, row 1, found neither.",
            hint=f"Call it time_s, time_ms or {FRAME[0]}.",
        )
    return _Layout(table, places, number, needs_rate(path, rate), number)


def _found(table: TextTable, names: tuple[str, ...]) -> int | None:
    lower = [name.lower() for name in table.header]
    return next((lower.index(name) for name in names if name in lower), None)


def _unit(table: TextTable, clock: int) -> float:
    """Return units per second of a time whose name tells none."""
    for batch in table.batches({clock: pa.float64()}):
        steps = np.diff(_clock(table, batch, clock, 2))
        usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
        if usual >= 1000:
            raise table.bad_cell(
                2, clock, f"Expected time in seconds or milliseconds, found steps of {usual:g}"
            )
        return 1000.0 if usual >= 1 else 1.0
    return 1.0
