"""Live Link Face takes: CSV files as the app records them, with ``take.json`` beside them where present.

File name ``<Slate>_<Take>_<Subject>[_cal|_raw|_neutral].csv``; columns ``Timecode``, ``BlendShapeCount`` and
61 values, found by name: the order differs from that of the datagrams. Angles are radians (see ``livelink``).
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import TakeError
from mimik.frame import COLUMNS, Block, Frame
from mimik.sources.pieces import delivered, in_blocks, names_of, refuse_wrong_columns
from mimik.sources.summary import Summary, summarise
from mimik.sources.takejson import TakeDevice, read_take_json
from mimik.sources.textcolumns import TextTable, column_of, read_start, values_of
from mimik.sources.timecode import BASE, Midnights, counts, nominal_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["APP", "Take"]

APP = "Live Link Face"
"""What makes such takes."""

_NAMED = re.compile(r"(?P<take>.+?_\d+)_.+")
_VARIANT = re.compile(r"_(cal|raw|neutral)$")
_LONGEST = 30  # days


class Take:
    """One CSV take, opened: its header is read and checked, its rows are read when asked for.

    Attributes:
        path: the file.
        name: slate and take number, without the subject's name that follows them in the file's name.
        app: "Live Link Face".
        variant: "cal", "raw", "neutral" or "", by the file's name: in-app calibration changes the values.
        device: what ``take.json`` says of the device.
        rate: frames per second, nominal (the timecode's 59.9 is 60); NaN for a single frame.
        step: frames of the timecode (base 60) from one frame to the next: 1 at 60 per second, 2 at 30.
        delivered: bool (64,), which of ``COLUMNS`` the file has; the others are NaN in every frame.

    Raises:
        TakeError: if the file is no take; naming file, row and column where possible.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.app = APP
        stem = self.path.stem
        found = _VARIANT.search(stem)
        self.variant = found[1] if found else ""
        named = _NAMED.fullmatch(_VARIANT.sub("", stem))
        self.name = named["take"] if named else stem
        self._table = TextTable(self.path, tuple(read_start(self.path)[0].split(",")))
        self._timecode, self._count, self._places = _columns(self._table)
        self.delivered: NDArray[np.bool_] = delivered(place for _, place in self._places)
        self.device: TakeDevice = read_take_json(self.path.with_name("take.json"))
        measured = nominal_rate(self._first_counts())
        self.rate = measured if np.isfinite(measured) else self.device.rate or measured
        self.step = max(1, round(BASE / self.rate)) if np.isfinite(self.rate) else 1

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""
        return names_of(self.delivered)

    @cached_property
    def summary(self) -> Summary:
        """What a walk through the whole file tells; done once, when first asked for.

        Raises:
            TakeError: as ``blocks`` does.
        """
        return summarise(self.blocks(), self.delivered)

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the take in blocks of ``rows`` frames (the last is shorter), each row once and in order.

        ``number`` is the frame count of the timecode at base 60, ``device_time`` its seconds, both since the
        midnight before the take, ``arrival_time`` NaN. Rows without a face have ``tracked`` False and NaN.

        Raises:
            TakeError: for a row that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
        return in_blocks(self._pieces(), rows)

    def frames(self, device: int = 1) -> Iterator[Frame]:
        """Yield the frames one by one, as if ``device`` sent them.

        Raises:
            TakeError: as ``blocks`` does.
        """
        for block in self.blocks():
            yield from block.frames(device)

    def _pieces(self) -> Iterator[Block]:
        types = {self._timecode: pa.string(), self._count: pa.int32()}
        types |= {column: pa.float64() for column, _ in self._places}
        midnights = Midnights()
        row = 2
        for batch in self._table.batches(types):
            yield self._block(batch, midnights, row)
            row += batch.num_rows

    def _block(self, batch: pa.RecordBatch, midnights: Midnights, row: int) -> Block:
        frame_counts = midnights.unwrap(self._day_counts(batch, row))
        if midnights.days > _LONGEST:
            raise TakeError(
                f"Expected a take of at most {_LONGEST} days in {self.path}, found more midnights."
            )
        values = values_of(self._table, batch, self._places, row)
        stated = batch.column(str(self._count)).fill_null(1).to_numpy(zero_copy_only=False)
        tracked = (stated != 0) & ~np.isnan(values).all(axis=1)
        values[~tracked] = np.nan
        return Block(
            number=frame_counts.astype(np.int32),
            device_time=frame_counts / BASE,
            arrival_time=np.full(batch.num_rows, np.nan),
            tracked=tracked,
            values=values,
        )

    def _day_counts(self, batch: pa.RecordBatch, row: int) -> NDArray[np.float64]:
        column = batch.column(str(self._timecode))
        day_counts = counts(column)
        wrong = np.isnan(day_counts)
        if wrong.any():
            first = int(wrong.argmax())
            text = (column[first].as_py() or "")[:40]
            problem = f"Expected a timecode HH:MM:SS:FF.fff with FF below {BASE}, found {text!r}"
            raise self._table.bad_cell(row + first, self._timecode, problem)
        return day_counts

    def _first_counts(self) -> NDArray[np.float64]:
        """Frame counts of the first few thousand rows, enough to know the rate."""
        for batch in self._table.batches({self._timecode: pa.string()}):
            if batch.num_rows:
                return Midnights().unwrap(self._day_counts(batch, 2))
        raise TakeError(f"Expected frames in {self.path}, found nothing below the header.")


def _columns(table: TextTable) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """Return where timecode, count and the values stand, the values as (column, position in COLUMNS)."""
    spelled = {"timecode": "Timecode", "blendshapecount": "BlendShapeCount"}
    meaning = [spelled.get(name.strip().lower()) or column_of(name) for name in table.header]
    known = [name for name in meaning if name]
    expected = ("Timecode", "BlendShapeCount", *BLEND_SHAPES)
    refuse_wrong_columns(
        table.path,
        known,
        expected,
        what="the columns of a Live Link Face take",
        hint="Choose the .csv file that the app wrote, not a converted one.",
    )
    places = tuple((i, COLUMNS.index(name)) for i, name in enumerate(meaning) if name in COLUMNS)
    return meaning.index("Timecode"), meaning.index("BlendShapeCount"), places
