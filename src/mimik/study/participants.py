"""Participants: pseudonyms and what else ``participants.tsv`` says of them.

People open that file in a spreadsheet, so a byte order mark, CRLF, quotes, blank lines and trailing blanks
are read; what would lose or mix up people is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mimik.bounded import within
from mimik.errors import StudyDamaged, StudyError
from mimik.study.freename import free_name
from mimik.study.layout import PARTICIPANTS, check_participant, is_participant

if TYPE_CHECKING:
    from numpy.random import Generator

    from mimik.study.consent import Consent

__all__ = ["Participant", "Table", "new_pseudonym", "parse_participants", "write_participants"]

_ID = "participant_id"
_MISSING = "n/a"
_LENGTH = 6
_EDITED = "If a spreadsheet saved the file, save it again as text separated by tabs, in UTF-8."


@dataclass
class Table:
    """What a ``participants.tsv`` holds, in the file's order.

    Attributes:
        names: of the columns after the first.
        rows: pseudonym -> its filled cells by column.
    """

    names: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, pseudonym: str, columns: Mapping[str, str]) -> None:
        """Add a participant; raises StudyError for a pseudonym in use and for text that is not one line."""
        check_participant(pseudonym)
        if pseudonym.lower() in (known.lower() for known in self.rows):
            raise StudyError(f"{pseudonym} is a participant already.", hint="Leave the pseudonym to Mimik.")
        for name, cell in columns.items():
            if name in ("", _ID) or any(text != " ".join(text.split()) for text in (name, cell)):
                raise StudyError(f"participant column {name!r}: expected a line of text, found {cell!r}.")
        self.names += [name for name in columns if name not in self.names]
        self.rows[pseudonym] = dict(columns)


@dataclass(frozen=True)
class Participant:
    """One participant.

    Attributes:
        id: the pseudonym, such as "sub-K7M2QX".
        columns: what else the study notes of them, such as {"age": "31"}; only what is filled in.
        consent: their latest consent, or None.
    """

    id: str
    columns: Mapping[str, str] = field(default_factory=dict)
    consent: Consent | None = None

    def agreed_to(self, version: str) -> bool:
        """Whether they agreed to this version of the text; an older one, or a basis, is no consent to it."""
        return self.consent is not None and not self.consent.origin and self.consent.version == version


def new_pseudonym(taken: Iterable[str], rng: Generator | None = None) -> str:
    """Draw a pseudonym that is not taken, from ``rng`` or the system's randomness."""
    return free_name("sub-", _LENGTH, taken, rng)


def parse_participants(data: bytes) -> Table:
    """Return what a ``participants.tsv`` says; raises StudyDamaged, naming the line."""
    rows = [(number, row) for number, row in _rows(data) if any(row)]
    if not rows or rows[0][1][0] != _ID:
        found = repr("\t".join(rows[0][1])[:60]) if rows else "nothing"
        raise StudyDamaged(
            f"{PARTICIPANTS}: expected columns separated by tabs, {_ID!r} first; found {found}.", hint=_EDITED
        )
    names = rows[0][1]
    if len(set(names)) != len(names) or "" in names:
        raise StudyDamaged(f"{PARTICIPANTS}: expected each column named once, found {names}.", hint=_EDITED)
    table = Table(names[1:])
    known: set[str] = set()
    for number, row in rows[1:]:
        _check_row(number, row, table, known)
        known.add(row[0].lower())
        cells = zip(table.names, row[1:], strict=False)
        table.rows[row[0]] = {name: cell for name, cell in cells if cell not in ("", _MISSING)}
    return table


def write_participants(table: Table) -> bytes:
    """Return the bytes of a ``participants.tsv``."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow([_ID, *table.names])
    for pseudonym, columns in table.rows.items():
        writer.writerow([pseudonym, *(columns.get(name) or _MISSING for name in table.names)])
    return file.getvalue().encode()


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    try:
        lines = csv.reader(
            io.StringIO(within(data).decode("utf-8-sig"), newline=""), delimiter="\t", strict=True
        )
        return [(lines.line_num, _trimmed(row)) for row in lines]
    except (ValueError, csv.Error) as error:
        raise StudyDamaged(
            f"{PARTICIPANTS}: expected a table in UTF-8, found a fault: {error}.", hint=_EDITED
        ) from error


def _trimmed(row: list[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _check_row(number: int, row: list[str], table: Table, known: set[str]) -> None:
    where = f"{PARTICIPANTS}, line {number}"
    if not is_participant(row[0]):
        raise StudyDamaged(
            f"{where}: expected a pseudonym such as sub-K7M2QX, found {row[0]!r}.",
            hint="Pseudonyms are made by Mimik; undo the change of the first column.",
        )
    if row[0].lower() in known:
        raise StudyDamaged(f"{where}: {row[0]} is there twice.", hint="Remove one of the two lines.")
    if len(row) > 1 + len(table.names):
        raise StudyDamaged(
            f"{where}: expected at most {1 + len(table.names)} cells as in the first line, found {len(row)}.",
            hint=_EDITED,
        )
