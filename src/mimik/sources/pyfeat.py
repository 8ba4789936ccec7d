"""CSV files of py-feat (its class ``Fex``): one detected face a row.

py-feat has two kinds of detectors. Those built on MediaPipe's landmarks (``MPDetector`` and newer ones) write
``frame``, ``input``, ``FaceScore``, the face's box, landmarks, and MediaPipe's 52 blend shapes by name; these
are read. The classic ones write action units (``AU01`` ...) alone: no blend shape follows from an action
unit, so such files are refused. The layout was read from py-feat's code; no file that it wrote with blend
shapes was at hand.

- ``frame`` numbers pictures. Times are those numbers over the frames per second, which the file does not
  tell; of a video, ``approx_time`` tells whole seconds, from which the rate is found where it can be: 30 and
  29.97 are told apart in files of minutes only.
- A row with ``FaceScore`` 0 or empty cells is a frame without a face: py-feat fills in numbers for a black
  picture there.
- Two rows of one frame are two people, and refused: nobody should guess whose face is meant.
- Angles of the head are not read: their unit and signs changed from version to version.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mimik.blendshapes import blend_shape
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.mediapipecsv import needs_rate
from mimik.sources.mediapipenames import DELIVERED, NOT_DELIVERED
from mimik.sources.pieces import delivered, in_blocks, names_of, refuse_wrong_columns
from mimik.sources.textcolumns import TextTable, first_cells, open_table, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["APP", "PyFeat", "is_pyfeat"]

APP = "py-feat (MediaPipe blend shapes)"
"""What made the frames."""

_BOX = "FaceRectX"
_UNIT = re.compile(r"AU\d\d")
_EMPTY = ("", "nan", "NaN")
_USUAL = (23.976, 24.0, 25.0, 29.97, 30.0, 48.0, 50.0, 59.94, 60.0)
_CLOSE = 0.002  # of the rate: what times may be wrong by
_EXACT = 1e-6


def is_pyfeat(header: tuple[str, ...]) -> bool:
    """Return whether column names are those of py-feat."""
    return "frame" in header and (_BOX in header or any(_UNIT.fullmatch(name) for name in header))


class PyFeat:
    """One CSV file of py-feat, opened: its header is checked, its rows are read when asked for.

    Attributes:
        path: the file.
        name: of the file, without its ending.
        app: "py-feat (MediaPipe blend shapes)".
        rate: frames per second, as given or as ``approx_time`` tells.
        delivered: bool (64,), which of ``COLUMNS`` the file has; the others are NaN in every frame.

    Args:
        path: the file.
        rate: frames per second of the video the file was made from.

    Raises:
        TakeError: if the file has no blend shapes or none of py-feat's columns, or the rate is not known.
    """

    def __init__(self, path: str | Path, *, rate: float | None = None) -> None:
        self.path = Path(path)
        self.name = self.path.stem
        self.app = APP
        self._table = open_table(self.path, quoted=True, empty=_EMPTY)
        self._frame, self._score, self._places = _columns(self._table)
        self.delivered: NDArray[np.bool_] = delivered(place for _, place in self._places)
        known = rate if rate is not None else _approximate_rate(self._table, self._frame)
        self.rate = needs_rate(self.path, known)

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames in blocks of ``rows`` (the last is shorter), each once and in order.

        ``number`` is the file's frame, ``device_time`` that over ``rate``, ``arrival_time`` NaN.

        Raises:
            TakeError: for a row that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks(self._pieces(), rows)

    def _pieces(self) -> Iterator[Block]:
        columns = [self._frame, *([] if self._score is None else [self._score])]
        types = dict.fromkeys([*columns, *(column for column, _ in self._places)], pa.float64())
        row, last = 2, -1.0
        for batch in self._table.batches(types):
            numbers = self._numbers(batch, row, last)
            last = float(numbers[-1]) if len(numbers) else last
            yield self._block(batch, numbers, row)
            row += batch.num_rows

    def _numbers(self, batch: pa.RecordBatch, row: int, last: float) -> NDArray[np.float64]:
        cells: NDArray[np.float64] = batch.column(str(self._frame)).to_numpy(zero_copy_only=False)
        if (wrong := ~((cells >= 0) & (cells < 2**31))).any():
            raise self._table.bad_cell(row + int(wrong.argmax()), self._frame, "Expected a frame's number")
        steps = np.diff(cells, prepend=last)
        if (wrong := steps <= 0).any():
            at = int(wrong.argmax())
            error = self._table.bad_cell(
                row + at,
                self._frame,
                f"Expected one face in each frame, in order, found frame {cells[at]:g} again",
            )
            error.hint = (
                "Keep one person and one video, such as fex[fex.Identity == 'Person_0'], and write that."
            )
            raise error
        return cells

    def _block(self, batch: pa.RecordBatch, numbers: NDArray[np.float64], row: int) -> Block:
        values = values_of(self._table, batch, self._places, row)
        tracked: NDArray[np.bool_] = np.all(~np.isnan(values[:, self.delivered]), axis=1)
        if self._score is not None:
            score = batch.column(str(self._score)).to_numpy(zero_copy_only=False)
            tracked &= np.nan_to_num(score) > 0
        values[~tracked] = np.nan
        return Block(
            number=numbers.astype(np.int32),
            device_time=numbers / self.rate,
            arrival_time=np.full(batch.num_rows, np.nan),
            tracked=tracked,
            values=values,
        )


def _columns(table: TextTable) -> tuple[int, int | None, tuple[tuple[int, int], ...]]:
    """Return where frame, score and values stand; the values as (column, position in COLUMNS)."""
    meaning = [blend_shape(name) for name in table.header]
    known = [name for name in meaning if name]
    if not known:
        raise TakeError(
            f"Expected blend shapes in {table.path}, found py-feat's action units (AU01 ...) alone.",
            hint="No blend shape follows from action units. Detect again with feat.MPDetector, whose au_model"
            " is mp_blendshapes, or give Mimik the video itself.",
        )
    hint = "Write the whole Fex with to_csv; mp_blendshapes must be its au_model."
    refuse_wrong_columns(table.path, known, DELIVERED, what="MediaPipe's blend shapes", hint=hint)
    if "frame" not in table.header:
        raise TakeError(f"Expected a column frame in {table.path}, row 1, found none.", hint=hint)
    first_cells(table)
    score = table.header.index("FaceScore") if "FaceScore" in table.header else None
    wanted = [(i, name) for i, name in enumerate(meaning) if name and name not in NOT_DELIVERED]
    places = tuple((i, COLUMNS.index(name)) for i, name in wanted)
    return table.header.index("frame"), score, places


def _approximate_rate(table: TextTable, frame: int) -> float | None:
    """Return the rate that whole seconds of ``approx_time`` allow, or None where they do not decide.

    A frame f in second s means that f / (s + 1) < rate <= f / s: the more seconds, the closer both come.
    """
    if "approx_time" not in table.header:
        return None
    column = table.header.index("approx_time")
    low, high = 0.0, np.inf
    for batch in table.batches({frame: pa.float64(), column: pa.string()}):
        frames = batch.column(str(frame)).to_numpy(zero_copy_only=False)
        for number, text in zip(frames, batch.column(str(column)).to_pylist(), strict=True):
            seconds = _seconds(text)
            if seconds is None:
                return None
            low = max(low, number / (seconds + 1))
            high = min(high, number / seconds) if seconds else high
    usual = [rate for rate in _USUAL if low - _EXACT < rate <= high + _EXACT]
    # Only minutes tell 29.97 from 30; till then the round one does no harm.
    return usual[-1] if usual and usual[-1] - usual[0] <= _CLOSE * usual[0] else None


def _seconds(text: str | None) -> int | None:
    parts = (text or "").strip().split(":")
    if not 2 <= len(parts) <= 3 or not all(
        part.isascii() and part.isdigit() and len(part) < 6 for part in parts
    ):
        return None
    seconds = 0
    for part in parts:
        seconds = 60 * seconds + int(part)
    return seconds
