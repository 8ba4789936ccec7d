"""Text tables of a release, which a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from mimik.cells import harmless, harmless_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

    from mimik.study.release.content import ReleasedSession
    from mimik.study.release.dictionary import Meaning

__all__ = ["dictionary_csv", "table_csv", "trial_rows", "write_frames_csv"]


def table_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV in UTF-8, each cell harmless; None is an empty cell."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")  # RFC 4180
    writer.writerows(harmless_row(row) for row in (heading, *rows))
    return file.getvalue().encode()


def dictionary_csv(tables: Sequence[tuple[str, Sequence[Meaning]]]) -> bytes:
    """Return a ``data-dictionary.csv`` of tables, each with what its columns mean."""
    rows = [(name, m.column, m.unit, m.range, m.meaning) for name, columns in tables for m in columns]
    return table_csv(("table", "column", "unit", "range", "meaning"), rows)


def trial_rows(session: ReleasedSession, *, free_text: bool) -> list[tuple[object, ...]]:
    """Return the rows of ``trials`` of a session."""
    return [
        (
            session.participant,
            session.session,
            t.trial,
            t.expression,
            round(t.onset, 6) + 0.0,  # never -0.0
            None if t.duration is None else round(t.duration, 6),
            t.outcome,
            t.frames,
            *t.answers,
            *((t.excluded,) if free_text else ()),
        )
        for t in session.trials
    ]


def write_frames_csv(file: BinaryIO, session: ReleasedSession) -> None:
    """Write a session's frames; every number reads back as the very same one, what is missing is empty."""
    n = len(session)
    names = pa.array([str(harmless(name)) for name in session.expressions], pa.string())
    columns = [
        pa.array([session.participant] * n, pa.string()),
        pa.array([session.session] * n, pa.string()),
        pa.array(session.trial),
        names.take(pa.array(session.expression)),
        *(_seconds(times) for times in (session.time, session.device_time)),
        pa.array(session.frame, mask=session.frame < 0),
        pa.array(session.tracked),
        *(pa.array(column, from_pandas=True) for column in np.ascontiguousarray(session.values.T)),
    ]
    heading = ["participant", "session", "trial", "expression", "time", "device_time", "frame", "tracked"]
    arrow_csv.write_csv(pa.table(columns, names=[*heading, *session.channels]), file)


def _seconds(times: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pa.Array:
    """Return times (n,) rounded to microseconds, null where not known."""
    return pc.round(pa.array(times, from_pandas=True), ndigits=6)
