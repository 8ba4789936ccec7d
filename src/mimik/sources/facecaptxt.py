"""TXT recordings of the iPhone app Face Cap: lines of text, each with a word in front that says what it is.

    info,...                     about the recording; not read, as names may stand there
    bs,browInnerUp,browDown_L,...    names of the blend shapes, in the order of the file
    k,16,x,y,z,rx,ry,rz,lx,ly,rx,ry,0.031,...

A frame (``k``) has milliseconds, place of the head, its rotation, rotations of left and right eye, and the
blend shapes. This layout was read from public programs that use it, never tried with a file of the app:

- Places are taken as metres, rotations about x, y and z as degrees; they become pitch, yaw and roll in
  radians. Signs are not verified: do not mix angles of two apps.
- How a frame without a face looks is not known; one without any blend shape is read as such.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mimik.blendshapes import BLEND_SHAPES, blend_shape
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block
from mimik.sources.pieces import delivered, in_blocks, names_of, rate_of, refuse_wrong_columns
from mimik.sources.textcolumns import TextTable, read_start, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["APP", "FaceCapTxt"]

APP = "Face Cap"
"""What makes such files."""

_WORDS = ("info", "bs", "k")
_TIME = 1
_POSE = (
    *("headX", "headY", "headZ", "headPitch", "headYaw", "headRoll"),
    *("leftEyePitch", "leftEyeYaw", "rightEyePitch", "rightEyeYaw"),
)
_BEFORE = 2 + len(_POSE)  # cells of a frame before its blend shapes
_ANGLES = [COLUMNS.index(name) for name in _POSE[3:]]


class FaceCapTxt:
    """One Face Cap recording, opened: its head is read and checked, its frames are read when asked for.

    Attributes:
        path: the file.
        name: of the file, without its ending.
        app: "Face Cap".
        rate: frames per second of the first lines; NaN for a single frame.
        delivered: bool (64,), which of ``COLUMNS`` the file has; the others are NaN in every frame.

    Raises:
        TakeError: if the file is no such recording; naming file, row and column where possible.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = self.path.stem
        self.app = APP
        self._table, self._places = _opened(self.path)
        self.delivered: NDArray[np.bool_] = delivered(place for _, place in self._places)
        self.rate = self._first_rate()

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames in blocks of ``rows`` (the last is shorter), each once and in order.

        ``number`` is -1, as the file has no frame count; ``device_time`` is the file's time in seconds;
        ``arrival_time`` is NaN.

        Raises:
            TakeError: for a line that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks(self._pieces(), rows)

    def _pieces(self) -> Iterator[Block]:
        types = {0: pa.string(), _TIME: pa.float64()} | {column: pa.float64() for column, _ in self._places}
        row = self._table.skipped + 1
        for batch in self._table.batches(types):
            yield self._block(batch, row)
            row += batch.num_rows

    def _block(self, batch: pa.RecordBatch, row: int) -> Block:
        words = batch.column("0").to_numpy(zero_copy_only=False)
        if (wrong := words != "k").any():
            raise self._table.bad_cell(row + int(wrong.argmax()), 0, "Expected k before each frame")
        values = values_of(self._table, batch, self._places, row)
        values[:, _ANGLES] = np.radians(values[:, _ANGLES])
        tracked = np.any(~np.isnan(values[:, : len(BLEND_SHAPES)]), axis=1)
        values[~tracked] = np.nan
        return Block(
            number=np.full(batch.num_rows, -1, dtype=np.int32),
            device_time=self._times(batch, row),
            arrival_time=np.full(batch.num_rows, np.nan),
            tracked=tracked,
            values=values,
        )

    def _times(self, batch: pa.RecordBatch, row: int) -> NDArray[np.float64]:
        times: NDArray[np.float64] = batch.column(str(_TIME)).to_numpy(zero_copy_only=False) / 1000
        if (wrong := ~np.isfinite(times)).any():
            raise self._table.bad_cell(row + int(wrong.argmax()), _TIME, "Expected a time")
        return times

    def _first_rate(self) -> float:
        for batch in self._table.batches({_TIME: pa.float64()}):
            if batch.num_rows:
                return rate_of(self._times(batch, self._table.skipped + 1))
        raise TakeError(f"Expected frames in {self.path}, found nothing below the header.")


def _opened(path: Path) -> tuple[TextTable, tuple[tuple[int, int], ...]]:
    """Return the table of frames, and where the values stand as (column, position in COLUMNS)."""
    lines = read_start(path)
    above = next((i for i, line in enumerate(lines) if line.startswith("bs,")), None)
    if above is None or any(line.strip() and line.split(",")[0] not in _WORDS for line in lines[:above]):
        raise TakeError(
            f"Expected a recording of Face Cap in {path}: lines that begin with info, bs and k; found no bs.",
            hint="Choose the .txt file that the app exported.",
        )
    shapes = [name.strip() for name in lines[above].split(",")[1:]]
    meaning = [blend_shape(name) for name in shapes]
    hint = "Choose the .txt file that the app exported."
    known = [name for name in meaning if name]
    refuse_wrong_columns(path, known, BLEND_SHAPES[:-1], what="the blend shapes of Face Cap", hint=hint)
    header = ("k", "milliseconds", *_POSE, *shapes)
    places = [(2 + i, COLUMNS.index(name)) for i, name in enumerate(_POSE)]
    places += [(_BEFORE + i, COLUMNS.index(name)) for i, name in enumerate(meaning) if name]
    # A line may end with a comma, after which nothing comes.
    first = next((line for line in lines[above + 1 :] if line.strip()), "")
    ends = ("",) if first.rstrip().endswith(",") and first.count(",") == len(header) else ()
    return TextTable(path, header + ends, skipped=above + 1), tuple(places)
