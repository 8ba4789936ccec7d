"""A list of identities as CSV, to move it elsewhere or to take over one kept in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple

from mimik.cells import harmless_row, plain
from mimik.errors import StudyError
from mimik.identities.identities import Identities, Identity

__all__ = ["read_table", "write_table"]

_COLUMNS = ("name", "pseudonym", "study", "note")


def write_table(identities: Identities) -> bytes:
    """Return a list as CSV in UTF-8; a text that a spreadsheet would run has an apostrophe in front."""
    file = io.StringIO()
    csv.writer(file).writerows(map(harmless_row, (_COLUMNS, *map(astuple, identities.rows))))
    return file.getvalue().encode()


def read_table(data: bytes, *, where: str, study: str = "") -> Identities:
    """Return the identities in a CSV file; ``study`` is of lines that name none.

    Raises:
        StudyError: it has no columns name and pseudonym, or a line can't be used.
    """
    try:
        rows = [
            row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True) if row
        ]
    except (ValueError, csv.Error) as error:
        raise StudyError(f"{where}: expected a table (CSV) in UTF-8, found a fault: {error}.") from error
    heading = rows[0] if rows else []
    if not {"name", "pseudonym"} <= set(heading) <= set(_COLUMNS) or len(set(heading)) != len(heading):
        raise StudyError(
            f"{where}: expected the columns name and pseudonym, and perhaps study and note; found others."
        )
    found = []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(heading):
            raise StudyError(f"{where}, row {number}: expected {len(heading)} cells, found {len(row)}.")
        cells = {key: plain(cell).strip() for key, cell in zip(heading, row, strict=True)}
        cells["study"] = cells.get("study") or study
        found.append(Identity(**cells))
    return Identities().adding(found)
