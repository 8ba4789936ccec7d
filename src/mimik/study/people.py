"""The people of a study: their lines in participants.tsv, held against the folders that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged, StudyError
from mimik.study.alone import alone
from mimik.study.consent import read_consent
from mimik.study.layout import PARTICIPANTS, check_participant
from mimik.study.participants import (
    Participant,
    Table,
    new_pseudonym,
    parse_participants,
    write_participants,
)
from mimik.study.registers import refuse_withdrawn
from mimik.study.sessions import participant_folders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from mimik.study.store import Store

__all__ = ["add_person", "check_known", "read_people"]


def read_people(store: Store) -> tuple[Participant, ...]:
    """Return everyone in participants.tsv, in its order; raises StudyDamaged where a line is missing."""
    return tuple(
        Participant(name, columns, read_consent(store, name)) for name, columns in _table(store).rows.items()
    )


def add_person(
    store: Store, pseudonym: str | None, columns: Mapping[str, str], rng: Generator | None
) -> Participant:
    """Add a line to participants.tsv; see ``Study.add_participant``."""
    with alone(store):
        table = _table(store)
        name = new_pseudonym(table.rows, rng) if pseudonym is None else pseudonym
        refuse_withdrawn(store, name)
        table.add(name, columns)
        store.write(PARTICIPANTS, write_participants(table))
    return Participant(name, columns)


def check_known(store: Store, participant: str) -> None:
    """Raise StudyError for a name that is no participant's of this study."""
    if check_participant(participant) not in _table(store).rows:
        raise StudyError(
            f"{participant}: expected a participant of this study, found none of that name.",
            hint=f"See {PARTICIPANTS}.",
        )


def _table(store: Store) -> Table:
    table = parse_participants(store.read(PARTICIPANTS))
    for name in participant_folders(store):
        if name not in table.rows:
            raise StudyDamaged(
                f"{PARTICIPANTS}: expected a line for {name}, whose folder is there; found none.",
                hint=f"Add the line {name} again, or move the folder out of the study.",
            )
    return table
