"""What an audit trail says: its lines, and which digest each file was noted with last."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyDamaged
from mimik.study.audit.chain import START, Head, encode_line, line_digest, parse_line
from mimik.study.layout import AUDIT_HEAD

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = [
    "ACCEPTED",
    "BROKEN",
    "FOUND_ALTERED",
    "NOTED",
    "REMOVED",
    "UNDONE",
    "WROTE",
    "Trail",
    "read_anchor",
    "write_anchor",
]

WROTE = "wrote"
"""Says that a file was made or replaced."""

REMOVED = "removed"
"""Says that a file was removed, or moved to where the trail does not look."""

NOTED = "noted"
"""Says that a file that was there already is known from now on, or under a new salt."""

ACCEPTED = "accepted"
"""Says that somebody stands for a change that was not made through Mimik."""

UNDONE = "undone"
"""Says that a change noted before did not happen: a program broke off between the two."""

FOUND_ALTERED = "found-altered"
"""Says that a file was not as noted before it was replaced."""

BROKEN = "found-broken"
"""Says that the trail itself was not as it had been left."""

_RESTORE = "Restore the file from a copy of the study, or compare with a head that you wrote down elsewhere."


@dataclass
class Trail:
    """The lines of a trail as far as they were read.

    Attributes:
        head: length and digest of the last line.
        noted: file, with a reference in the place of a pseudonym -> digest noted last, "" for a removed one.
        before: file -> digest noted last up to the anchor; of files that have lines beyond it.
        size: in bytes.
        anchor: how long the trail was known to be when it was read, and its head then.
        broken: whether its line of that number is another one.
    """

    head: Head = field(default_factory=Head)
    noted: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    size: int = 0
    anchor: Head = field(default_factory=Head)
    broken: bool = False

    def add(self, line: bytes) -> None:
        """Take in a line as it stands in the file, even one that is none."""
        self.head = Head(self.head.length + 1, line_digest(line))
        self.size += len(line) + 1
        if self.head.length == self.anchor.length and self.head != self.anchor:
            self.broken = True
        try:
            values = parse_line(line)
        except (ValueError, RecursionError):
            return
        file, what = values["file"], values["what"]
        if file and what != FOUND_ALTERED:
            if self.head.length > self.anchor.length:
                self.before.setdefault(file, self.noted.get(file, ""))
            self.noted[file] = values["digest"]

    def settle(self) -> None:
        """Take all lines so far as done."""
        self.before.clear()
        self.anchor = self.head

    def line(self, values: dict[str, Any]) -> bytes:
        """Return the next line of the chain, which says these values."""
        return encode_line({**values, "n": self.head.length + 1, "prev": self.head.digest})


def read_anchor(store: Store) -> Head | None:
    """Return how long the chain is known to be, and its head then; None where that was never written.

    Raises:
        StudyDamaged: the file can't be read.
    """
    if not store.exists(AUDIT_HEAD):
        return None
    try:
        values = json.loads(store.read(AUDIT_HEAD))
        length, head = values["length"], values["head"]
        if type(length) is not int or length < 0 or not isinstance(head, str) or len(head) != len(START):
            raise ValueError("no length and head")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StudyDamaged(
            f"{AUDIT_HEAD}: expected a length and a head, found a fault: {error}.", hint=_RESTORE
        ) from error
    return Head(length, head)


def write_anchor(store: Store, head: Head) -> None:
    """Write down how long the chain is, and its head."""
    store.write(AUDIT_HEAD, (json.dumps({"length": head.length, "head": head.digest}) + "\n").encode())
