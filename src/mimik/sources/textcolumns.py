"""Tables of numbers in text files, read as a stream of columns with bounded memory."""

from __future__ import annotations

import csv as text_csv
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from mimik.blendshapes import blend_shape
from mimik.errors import TakeError
from mimik.frame import COLUMNS, N_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["TextTable", "column_of", "first_cells", "open_table", "read_start", "values_of"]

_BLOCK_BYTES = 4 << 20
_LONGEST_HEADER = 1 << 16
_DELIMITERS = ("\t", ";", ",")
_BAD_CELL = re.compile(
    r"In CSV column #(?P<column>\d+): Row #(?P<row>\d+): CSV conversion error to .*?: (?P<what>.*)", re.DOTALL
)
_RAGGED = re.compile(r"CSV parse error: Row #(\d+): Expected (\d+) columns, got (\d+)")


def read_start(path: Path) -> list[str]:
    """Return the first lines of a text file, the header first; the last may be cut off.

    Raises:
        TakeError: if the file can't be read, is empty or is not text.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST_HEADER)
    except OSError as error:
        raise TakeError(f"Expected a readable file at {path}: {error.strerror}.") from error
    start = start.removeprefix(b"\xef\xbb\xbf")
    if not start.strip():
        raise TakeError(f"Expected a table of frames in {path}, found an empty file.")
    header, *rest = start.splitlines()
    try:
        text = header.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise TakeError(
            f"Expected text in UTF-8 in {path}, found other bytes in its first line.",
            hint="Is this the .csv or .txt file itself, neither zipped nor opened in a spreadsheet?",
        )
    return [text, *(line.decode(errors="replace") for line in rest)]


def open_table(path: Path, *, quoted: bool = False, empty: tuple[str, ...] = ("",)) -> TextTable:
    """Return the table in a file whose first line names the columns, separated by tab, semicolon or comma.

    Decimal commas are expected with tab and semicolon where the first row has commas.

    Raises:
        TakeError: if the file can't be read as text.
    """
    lines = [line for line in read_start(path) if line.strip()]
    if not lines:
        raise TakeError(f"Expected a table of frames in {path}, found blank lines only.")
    delimiter = next((mark for mark in _DELIMITERS if mark in lines[0]), ",")
    header = tuple(name.strip() for name in _cells(lines[0], delimiter, quoted))
    comma = delimiter != "," and len(lines) > 1 and "," in lines[1]
    return TextTable(path, header, delimiter, "," if comma else ".", quoted=quoted, empty=empty)


def first_cells(table: TextTable) -> list[str]:
    """Return the cells of the first row of a table from ``open_table``, as many as the header has.

    Raises:
        TakeError: if there is no row.
    """
    lines = [line for line in read_start(table.path) if line.strip()]
    if len(lines) < 2:
        raise TakeError(f"Expected frames in {table.path}, found nothing below the header.")
    cells = _cells(lines[1], table.delimiter, table.quoted)
    return ([cell.strip() for cell in cells] + [""] * len(table.header))[: len(table.header)]


def _cells(line: str, delimiter: str, quoted: bool) -> list[str]:
    return next(text_csv.reader([line], delimiter=delimiter)) if quoted else line.split(delimiter)


def column_of(name: str) -> str | None:
    """Return the one of ``COLUMNS`` that a header means in any spelling, or None."""
    name = name.strip()
    angle = name[:1].lower() + name[1:]
    return blend_shape(name) or (angle if angle in _ANGLES else None)


_ANGLES = frozenset(COLUMNS[52:])


@dataclass(frozen=True)
class TextTable:
    """A text file with one header line, or a few, and one row a line.

    Attributes:
        path: the file.
        header: names of its columns.
        delimiter: one character between two values.
        decimal_point: "." or ",".
        skipped: lines above the first row.
        quoted: whether text may stand in double quotes.
        empty: what an empty cell looks like.
    """

    path: Path
    header: tuple[str, ...]
    delimiter: str = ","
    decimal_point: str = "."
    skipped: int = 1
    quoted: bool = False
    empty: tuple[str, ...] = ("",)

    def batches(self, types: Mapping[int, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """Yield some thousand rows at a time of the columns (position -> type), named by their position.

        Raises:
            TakeError: naming file, row and column of what can't be read.
        """
        names = [str(i) for i in range(len(self.header))]
        with self._errors(), pa.OSFile(str(self.path)) as file:
            yield from csv.open_csv(
                file,
                # One thread: only then do errors name their row.
                csv.ReadOptions(
                    use_threads=False, block_size=_BLOCK_BYTES, column_names=names, skip_rows=self.skipped
                ),
                csv.ParseOptions(delimiter=self.delimiter, quote_char='"' if self.quoted else False),
                csv.ConvertOptions(
                    column_types={str(i): kind for i, kind in types.items()},
                    include_columns=[str(i) for i in types],
                    null_values=list(self.empty),
                    strings_can_be_null=True,
                    decimal_point=self.decimal_point,
                ),
            )

    def bad_cell(self, row: int, column: int, problem: str) -> TakeError:
        """Return the error for one cell; ``row`` counts lines that are not empty, the header is row 1."""
        return TakeError(f"{problem} in {self.path}, row {row}, column {self.header[column]}.")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Say in our words what pyarrow found."""
        try:
            yield
        except OSError as error:
            raise TakeError(f"Expected a readable file at {self.path}: {error}.") from error
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            raise self._explained(str(error)) from error

    def _explained(self, message: str) -> TakeError:
        if cell := _BAD_CELL.match(message):
            what = cell["what"].removeprefix("invalid value ")[:40]
            return self.bad_cell(
                int(cell["row"]), int(cell["column"]), f"Expected another value, found {what}"
            )
        if ragged := _RAGGED.match(message):
            row, expected, found = ragged.groups()
            return TakeError(f"Expected {expected} columns in {self.path}, row {row}, found {found}.")
        if "straddling" in message:
            return TakeError(
                f"Expected lines of some hundred characters in {self.path}, found one of millions."
            )
        if "skip initial" in message or "Empty CSV" in message:
            return TakeError(f"Expected frames in {self.path}, found nothing below the header.")
        return TakeError(f"Expected a table of frames in {self.path}: {message[:200]}.")


def values_of(
    table: TextTable, batch: pa.RecordBatch, places: Sequence[tuple[int, int]], first_row: int
) -> NDArray[np.float32]:
    """Return the frame values (n, 64) of a batch; empty cells and columns the file lacks are NaN.

    A value is exactly ``np.float32(float(text))``.

    Args:
        table: where the batch is from, for errors.
        batch: n rows with the value columns as float64.
        places: (column of the file, position in ``COLUMNS``) of each value.
        first_row: row of the file in which the batch begins.

    Raises:
        TakeError: for infinite values or NaN written as text.
    """
    values = np.full((batch.num_rows, N_COLUMNS), np.nan, dtype=np.float32)
    empty = 0
    with np.errstate(over="ignore"):
        for column, position in places:
            cells = batch.column(str(column))
            empty += cells.null_count
            values[:, position] = _floats(cells)
    positions = [position for _, position in places]
    odd = ~np.isfinite(values[:, positions])
    if np.count_nonzero(odd) != empty:
        raise _not_finite(table, batch, places, odd, first_row)
    return values


def _floats(cells: Any) -> NDArray[np.float64]:
    floats: NDArray[np.float64] = cells.to_numpy(zero_copy_only=False)
    return floats


def _not_finite(
    table: TextTable,
    batch: pa.RecordBatch,
    places: Sequence[tuple[int, int]],
    odd: NDArray[np.bool_],
    first_row: int,
) -> TakeError:
    for (column, _), cells in zip(places, odd.T, strict=True):
        there = cells & batch.column(str(column)).is_valid().to_numpy(zero_copy_only=False)
        if there.any():
            return table.bad_cell(first_row + int(there.argmax()), column, "Expected a finite number")
    raise AssertionError("a cell that is neither finite nor empty was counted")
