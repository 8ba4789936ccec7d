"""What was given away, and with whose data: ``releases.tsv``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy
from mimik.study.alone import alone
from mimik.study.freename import free_name
from mimik.study.layout import RELEASES
from mimik.study.ledger import references_of
from mimik.study.registers.marking import OfPeople, marked
from mimik.study.registers.table import iso, read_register, seconds, write_register
from mimik.study.registers.tombstones import withdrawn_among

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Release", "mark_releases", "read_releases", "record_release"]

_COLUMNS = ("release", "at", "kind", "people", "withdrew", "sha256")
_LENGTH = 6


@dataclass(frozen=True, kw_only=True)
class Release(OfPeople):
    """Something with people's data that was made to be given away.

    Attributes:
        id: such as "r-7K2MQX".
        at: when, seconds since 1970 (UTC), to the second.
        kind: "bids", "csv", "parquet", "xdf" or "pack".
        digest: SHA-256 of it; "" where it has none.
    """

    id: str
    at: float
    kind: str
    digest: str = ""


def read_releases(store: Store) -> tuple[Release, ...]:
    """Return the register, in the order in which releases were made; raises StudyDamaged."""
    return read_register(store, RELEASES, _COLUMNS, _entry)


def record_release(
    store: Store, kind: str, participants: Iterable[str], *, at: float, digest: str = ""
) -> Release:
    """Note that something was made to be given away, with the data of participants.

    Raises:
        StudyBusy: one of them withdrew while it was made.
    """
    participants = tuple(participants)
    with alone(store):
        if gone := withdrawn_among(store, participants):
            raise StudyBusy(
                f"Expected people who take part, found {len(gone)} who withdrew meanwhile.",
                hint="Begin again, without them.",
            )
        people = tuple(sorted(references_of(store, participants).values()))
        releases = read_releases(store)
        id_ = free_name("r-", _LENGTH, (release.id for release in releases))
        release = Release(id=id_, at=at, kind=kind, people=people, digest=digest)
        _write(store, [*releases, release])
    return release


def mark_releases(store: Store, reference: str) -> tuple[Release, ...]:
    """Mark the releases that hold somebody who withdraws, and return them; safe to do again."""
    with alone(store):
        releases, changed = marked(read_releases(store), reference)
        if changed:
            _write(store, releases)
    return changed


def _write(store: Store, releases: Iterable[Release]) -> None:
    rows = [(r.id, iso(r.at), r.kind, " ".join(r.people), r.withdrew, r.digest) for r in releases]
    write_register(store, RELEASES, _COLUMNS, rows)


def _entry(id_: str, at: str, kind: str, people: str, withdrew: str, digest: str) -> Release:
    known = tuple(people.split())
    return Release(id=id_, at=seconds(at), kind=kind, people=known, withdrew=int(withdrew), digest=digest)
