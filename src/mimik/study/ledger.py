"""The ledger: which reference stands for which participant, and the salts of what the audit trail says.

The audit trail, and everything that may leave a study, name people only by reference. Who withdraws loses
their line, so their reference then names nobody, and digests under their salt can be compared with nothing.
"""

from __future__ import annotations

import csv
import io
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged
from mimik.study.layout import LEDGER, is_participant
from mimik.study.participants import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.study.store import Store

__all__ = ["STUDY_REFERENCE", "Entry", "Ledger", "read_ledger", "write_ledger"]

STUDY_REFERENCE = "study"
"""What the files of the whole study are under."""

_COLUMNS = ("reference", "participant", "salt")
_MISSING = "n/a"
_LENGTH = 8


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        reference: such as "p-7K2MQX93", or "study".
        participant: the pseudonym; "" for the study.
        salt: 16 random bytes in hex.
    """

    reference: str
    participant: str
    salt: str


class Ledger:
    """All lines, found by pseudonym ("" is the study) or by reference."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {entry.participant: entry for entry in entries}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All lines, in the order in which they came."""
        return tuple(self._entries.values())

    def entry(self, participant: str) -> Entry | None:
        """Return a participant's line, or the study's for ""."""
        return self._entries.get(participant)

    def participant(self, reference: str) -> str | None:
        """Return whom a reference stands for; "" for the study, None where it names nobody."""
        return next((e.participant for e in self._entries.values() if e.reference == reference), None)

    def add(self, participant: str) -> Entry:
        """Add a line for somebody who has none."""
        taken = {entry.reference for entry in self._entries.values()}
        reference = STUDY_REFERENCE if not participant else _new_reference(taken)
        self._entries[participant] = Entry(reference, participant, secrets.token_hex(16))
        return self._entries[participant]

    def drop(self, participant: str) -> None:
        """Forget a line."""
        self._entries.pop(participant, None)


def read_ledger(store: Store) -> Ledger:
    """Return the ledger, an empty one where there is none; raises StudyDamaged for a file that is none."""
    if not store.exists(LEDGER):
        return Ledger()
    try:
        rows = list(csv.reader(io.StringIO(store.read(LEDGER).decode()), delimiter="\t", strict=True))
        if tuple(rows[0]) != _COLUMNS:
            raise ValueError("other columns")
        return Ledger(_entry(*row) for row in rows[1:])
    except (ValueError, IndexError, TypeError, csv.Error) as error:
        raise StudyDamaged(
            f"{LEDGER}: expected a table of {', '.join(_COLUMNS)}, found a fault: {error}.",
            hint="Restore the file from a copy of the study.",
        ) from error


def write_ledger(store: Store, ledger: Ledger) -> None:
    """Write the ledger."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((e.reference, e.participant or _MISSING, e.salt) for e in ledger.entries)
    store.write(LEDGER, file.getvalue().encode())


def _entry(reference: str, participant: str, salt: str) -> Entry:
    if reference == STUDY_REFERENCE:
        participant = ""
    elif not is_participant(participant):
        raise ValueError(f"{participant!r} is no pseudonym")
    bytes.fromhex(salt)
    return Entry(reference, participant, salt)


def _new_reference(taken: set[str]) -> str:
    while (name := "p-" + "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))) in taken:
        pass
    return name
