"""A table of answers collected elsewhere: on paper, in jsPsych, in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from mimik.bounded import within
from mimik.errors import StudyError

__all__ = ["AnswerSheet", "SheetRow", "read_sheet"]

_NAMES = ("participant", "session", "trial", "expression", "question", "answer")
_ALIASES = {"participant_id": "participant", "session_id": "session"}
_FIRST = "ses-01"
_EXPECTED = "participant, question, answer, and trial or expression; session may be left out"
_HOW = "Save the table as CSV in UTF-8, with the names of the columns in the first line."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the table, as text without blanks around it.

    Attributes:
        line: its number, from 1.
        participant, question, answer: as given.
        session: as given, or "ses-01".
        trial, expression: as given, "" where the column is empty or missing.
    """

    line: int
    participant: str
    session: str
    trial: str
    expression: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What a table holds: its rows, and the names of the columns that were passed over."""

    rows: tuple[SheetRow, ...]
    passed_over: tuple[str, ...]


def read_sheet(data: bytes, *, where: str) -> AnswerSheet:
    """Read a table separated by commas, semicolons or tabs; a byte order mark and blank lines are no matter.

    Args:
        data: the file.
        where: its name, for messages.

    Raises:
        StudyError: it is no such table, or lacks a column.
    """
    try:
        text = within(data).decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(lines.line_num, [cell.strip() for cell in row]) for row in lines]
    except (ValueError, csv.Error) as error:
        raise StudyError(f"{where}: expected a table as CSV, found a fault: {error}.", hint=_HOW) from error
    rows = [(line, row) for line, row in rows if any(row)]
    if not rows:
        raise StudyError(f"{where}: expected a table of answers, found an empty file.", hint=_HOW)
    names = [_ALIASES.get(name.lower(), name.lower()) for name in rows[0][1]]
    _check_columns(where, names)
    found = tuple(
        _row(where, line, dict(zip(names, row, strict=False)), row, names) for line, row in rows[1:]
    )
    given = zip(names, rows[0][1], strict=True)
    return AnswerSheet(found, tuple(shown for name, shown in given if name not in _NAMES and shown))


def _check_columns(where: str, names: list[str]) -> None:
    missing = {"participant", "question", "answer"} - set(names)
    if missing or not {"trial", "expression"} & set(names):
        raise StudyError(
            f"{where}, line 1: expected the columns {_EXPECTED}; found {', '.join(names)}.", hint=_HOW
        )
    twice = sorted({name for name in _NAMES if names.count(name) > 1})
    if twice:
        raise StudyError(f"{where}, line 1: expected each column once, found twice: {', '.join(twice)}.")


def _row(where: str, line: int, cells: dict[str, str], row: list[str], names: list[str]) -> SheetRow:
    if len([cell for cell in row[len(names) :] if cell]):
        raise StudyError(f"{where}, line {line}: expected {len(names)} cells, found {len(row)}.", hint=_HOW)
    values = {name: cells.get(name, "") for name in _NAMES}
    values["session"] = values["session"] or _FIRST
    return SheetRow(line, **values)
