"""A register as a table of text: read with clear errors, written whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from mimik.bounded import within
from mimik.errors import StudyDamaged

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["MISSING", "iso", "read_register", "seconds", "write_register"]

T = TypeVar("T")

MISSING = "n/a"
"""Stands for an empty cell."""


def read_register(store: Store, path: str, columns: Sequence[str], entry: Callable[..., T]) -> tuple[T, ...]:
    """Return an entry per line, made of its cells; none where there is no such file.

    Args:
        store: of the study.
        path: of the register.
        columns: names that its first line must have.
        entry: makes an entry of the cells; raises ValueError where it can't.

    Raises:
        StudyDamaged: naming the line.
    """
    if not store.exists(path):
        return ()
    rows = csv.reader(())
    try:
        text = io.StringIO(within(store.read(path)).decode("utf-8-sig"), newline="")
        rows = csv.reader(text, delimiter="\t", strict=True)
        if next(rows, []) != list(columns):
            raise ValueError("not the columns " + ", ".join(columns))
        return tuple(entry(*("" if cell == MISSING else cell for cell in row)) for row in rows)
    except (ValueError, TypeError, csv.Error) as error:
        raise StudyDamaged(
            f"{path}, line {max(rows.line_num, 1)}: expected a register of Mimik's, found a fault: {error}.",
            hint="Restore the file from a copy of the study.",
        ) from error


def write_register(store: Store, path: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a register whole."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([MISSING if cell == "" else cell for cell in row] for row in rows)
    store.write(path, file.getvalue().encode())


def iso(at: float) -> str:
    """Return a time as the registers hold it: UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def seconds(text: str) -> float:
    """Return seconds since 1970 (UTC); raises ValueError for what is no time with its zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"no zone: {text!r}")
    return time.timestamp()
