"""The ledger: under which references the audit trail knows participants, and the salts of its digests.

The trail is never changed, so it must not name people: it knows them by random references, and only
``ledger.tsv`` says whose they are. A digest is made with a participant's own salt, so that without the
ledger's line nobody can tell from the trail whether a file once was theirs. Withdrawal removes the line.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged
from mimik.study.freename import LETTERS, free_name
from mimik.study.layout import LEDGER, is_participant

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["STUDY_LINE", "Entry", "Ledger", "parse_ledger", "read_ledger", "write_new"]

STUDY_LINE = "study"
"""Stands in the ledger for the study as a whole, whose files belong to nobody in particular."""

_COLUMNS = ("reference", "participant", "salt")
_LENGTH = 8
_SALT = 16  # bytes: nobody can try all
_HEX = re.compile(r"[0-9a-f]{32}", re.ASCII)
_REFERENCE = re.compile(rf"p-[{LETTERS}]{{{_LENGTH}}}", re.ASCII)
_RESTORE = "Restore it from a copy of the study; else nobody can tell whose the trail's lines are."


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: a reference such as "p-7K2MQX93", and the salt of its digests, in hex."""

    reference: str
    salt: str


@dataclass(frozen=True)
class Ledger:
    """What ``ledger.tsv`` says.

    Attributes:
        entries: pseudonym, or STUDY_LINE -> its line.
    """

    entries: dict[str, Entry]

    def with_new(self, names: Iterable[str]) -> Ledger:
        """Return a ledger that has a line for each of these, drawn where there is none."""
        entries = dict(self.entries)
        for name in names:
            if name not in entries:
                entries[name] = _drawn({entry.reference for entry in entries.values()}, name)
        return Ledger(entries)

    def without(self, participant: str) -> Ledger:
        """Return a ledger without a participant's line, and with a new salt for the study's own files."""
        entries = {name: entry for name, entry in self.entries.items() if name != participant}
        if STUDY_LINE in entries:
            entries[STUDY_LINE] = replace(entries[STUDY_LINE], salt=secrets.token_hex(_SALT))
        return Ledger(entries)

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        lines = [_COLUMNS, *((e.reference, name, e.salt) for name, e in self.entries.items())]
        return "".join("\t".join(line) + "\n" for line in lines).encode()


def read_ledger(store: Store) -> Ledger:
    """Return what a study's ledger says, an empty one where there is none; raises StudyDamaged."""
    return parse_ledger(store.read(LEDGER)) if store.exists(LEDGER) else Ledger({})


def parse_ledger(data: bytes) -> Ledger:
    """Return what a ``ledger.tsv`` says; raises StudyDamaged, naming the line."""
    *lines, torn = data.decode("utf-8", errors="replace").split("\n")
    if not lines or torn or tuple(lines[0].split("\t")) != _COLUMNS:
        raise StudyDamaged(
            f"{LEDGER}, line 1: expected the columns {', '.join(_COLUMNS)}, "
            f"found {lines[0][:60] if lines else torn[:60]!r}{', without an end' if torn else ''}.",
            hint=_RESTORE,
        )
    entries: dict[str, Entry] = {}
    references: set[str] = set()
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS) or not _is_entry(*cells):
            raise StudyDamaged(
                f"{LEDGER}, line {number}: expected a reference, a participant and a salt, "
                f"found {line[:60]!r}.",
                hint=_RESTORE,
            )
        reference, name, salt = cells
        if name in entries or reference in references:
            raise StudyDamaged(
                f"{LEDGER}, line {number}: expected each participant and reference once, found one twice.",
                hint=_RESTORE,
            )
        entries[name] = Entry(reference, salt)
        references.add(reference)
    return Ledger(entries)


def write_new(store: Store, names: Iterable[str]) -> Ledger:
    """Draw and write down what a ledger lacks, while the trail is held; return it as it is then."""
    known = read_ledger(store)
    ledger = known.with_new(names)
    if ledger != known:
        store.write(LEDGER, ledger.encode())
    return ledger


def _drawn(taken: set[str], name: str) -> Entry:
    if name == STUDY_LINE:
        return Entry(STUDY_LINE, secrets.token_hex(_SALT))
    return Entry(free_name("p-", _LENGTH, taken), secrets.token_hex(_SALT))


def _is_entry(reference: str, name: str, salt: str) -> bool:
    if _HEX.fullmatch(salt) is None:
        return False
    if name == STUDY_LINE:
        return reference == STUDY_LINE
    return is_participant(name) and _REFERENCE.fullmatch(reference) is not None
