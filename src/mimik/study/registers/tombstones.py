"""Who withdrew: ``withdrawn.tsv``, which holds nothing of them.

A line has the reference, which names nobody any more, and a digest that recognises the pseudonym if a copy of
their data comes back: from a backup, a pack or another study.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.alone import alone
from mimik.study.layout import WITHDRAWN
from mimik.study.registers.table import read_register, write_register
from mimik.study.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.study.store import Store

__all__ = [
    "Tombstone",
    "add_tombstone",
    "is_withdrawn",
    "read_tombstones",
    "refuse_withdrawn",
    "withdrawn_among",
]

_COLUMNS = ("reference", "on", "why", "digest")


@dataclass(frozen=True)
class Tombstone:
    """What is left of somebody who withdrew.

    Attributes:
        reference: which named them.
        on: the day (UTC), ISO 8601.
        why: the reason, if one was given.
        digest: SHA-256 of the study's salt and the pseudonym, in hex.
    """

    reference: str
    on: str
    why: str
    digest: str


def read_tombstones(store: Store) -> tuple[Tombstone, ...]:
    """Return all of them; raises StudyDamaged."""
    return read_register(store, WITHDRAWN, _COLUMNS, Tombstone)


def add_tombstone(store: Store, participant: str, *, reference: str, why: str, at: float) -> None:
    """Note that somebody withdrew; safe to do again."""
    on = datetime.fromtimestamp(at, UTC).date().isoformat()
    stone = Tombstone(reference, on, why, _digest(store, participant))
    with alone(store):
        others = [each for each in read_tombstones(store) if each.reference != reference]
        rows = [(each.reference, each.on, each.why, each.digest) for each in [*others, stone]]
        write_register(store, WITHDRAWN, _COLUMNS, rows)


def is_withdrawn(store: Store, participant: str) -> bool:
    """Whether somebody of this pseudonym withdrew from the study."""
    return bool(withdrawn_among(store, (participant,)))


def withdrawn_among(store: Store, participants: Iterable[str]) -> tuple[str, ...]:
    """Return those of some pseudonyms whose people withdrew from the study; raises StudyDamaged."""
    digests = {stone.digest for stone in read_tombstones(store)}
    return tuple(each for each in participants if digests and _digest(store, each) in digests)


def refuse_withdrawn(store: Store, participant: str) -> None:
    """Raise StudyError if somebody of this pseudonym withdrew: their data must not come back."""
    if is_withdrawn(store, participant):
        raise StudyError(
            f"{participant}: expected somebody who takes part, found one who withdrew from this study.",
            hint="Leave them out. If they take part again, add them as somebody new.",
        )


def _digest(store: Store, participant: str) -> str:
    salt = bytes.fromhex(read_settings(store).device_salt)
    return hashlib.sha256(salt + participant.lower().encode()).hexdigest()
