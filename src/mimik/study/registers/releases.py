"""What was given away, and with whose data: ``releases.tsv``."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy
from mimik.study.alone import alone
from mimik.study.layout import RELEASES
from mimik.study.ledger import references_of
from mimik.study.participants import LETTERS
from mimik.study.registers.table import iso, read_register, seconds, write_register
from mimik.study.registers.tombstones import withdrawn_among

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Release", "mark_releases", "read_releases", "record_release"]

_COLUMNS = ("release", "at", "kind", "people", "withdrew", "sha256")
_LENGTH = 6


@dataclass(frozen=True)
class Release:
    """Something that was made to be given away.

    Attributes:
        id: such as "r-7K2MQX".
        at: when, seconds since 1970 (UTC), to the second.
        kind: "bids", "csv", "parquet", "xdf", "pack" or "takeout".
        people: references of those in it, without those who withdrew.
        withdrew: how many of those in it withdrew since.
        digest: SHA-256 of it; "" where it has none.
    """

    id: str
    at: float
    kind: str
    people: tuple[str, ...]
    withdrew: int = 0
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
        taken = {release.id for release in releases}
        release = Release(_new_id(taken), at, kind, people, 0, digest)
        _write(store, [*releases, release])
    return release


def mark_releases(store: Store, reference: str) -> tuple[Release, ...]:
    """Mark the releases that hold somebody who withdraws, and return them; safe to do again."""
    with alone(store):
        releases = read_releases(store)
        marked = {
            release.id: replace(
                release,
                people=tuple(each for each in release.people if each != reference),
                withdrew=release.withdrew + 1,
            )
            for release in releases
            if reference in release.people
        }
        if marked:
            _write(store, [marked.get(release.id, release) for release in releases])
    return tuple(marked.values())


def _write(store: Store, releases: Iterable[Release]) -> None:
    rows = [(r.id, iso(r.at), r.kind, " ".join(r.people), r.withdrew, r.digest) for r in releases]
    write_register(store, RELEASES, _COLUMNS, rows)


def _entry(id_: str, at: str, kind: str, people: str, withdrew: str, digest: str) -> Release:
    return Release(id_, seconds(at), kind, tuple(people.split()), int(withdrew), digest)


def _new_id(taken: set[str]) -> str:
    while (name := "r-" + "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))) in taken:
        pass
    return name
