"""Cells of the tables that Mimik writes for spreadsheets: a text in them is never run as a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["harmless", "harmless_cells", "harmless_row", "plain"]

# What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"); the last four are the wide
# forms of the first, which some programs take for the same.
_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.ASCII)


def harmless(cell: object) -> object:
    """Return a cell that a spreadsheet shows and doesn't run.

    A text that it would run, such as ``=1+1``, gets an apostrophe in front, which spreadsheets read as "this
    is text". Numbers stay as they are, also where they are written out, such as ``-0.25``.
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return "'" + cell if cell.lstrip(" ").startswith(_STARTS) else cell


def harmless_row(cells: Iterable[object]) -> list[object]:
    """Return a row of a table, each cell harmless."""
    return [harmless(cell) for cell in cells]


def harmless_cells(cells: Mapping[str, object]) -> dict[str, object]:
    """Return a row of a table, by column, each cell harmless."""
    return {column: harmless(cell) for column, cell in cells.items()}


def plain(text: str) -> str:
    """Return what a text was before ``harmless``, for a table that is read again."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
