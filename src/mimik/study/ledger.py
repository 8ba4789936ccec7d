"""References: the names under which the audit trail and the study's registers know participants.

Only the ledger says whose they are, and withdrawal removes a participant's line from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.audit.references import read_ledger, write_new
from mimik.study.audit.store import audited
from mimik.study.layout import check_participant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.study.store import Store

__all__ = ["drop_participant", "reference_of", "references_of"]


def reference_of(store: Store, participant: str) -> str:
    """Return the reference of a participant, drawn and written down where there is none yet.

    Raises:
        StudyError: the name is no pseudonym, or the ledger can't be written.
        StudyDamaged: the ledger can't be read.
    """
    return references_of(store, (participant,))[participant]


def references_of(store: Store, participants: Iterable[str]) -> dict[str, str]:
    """Return the references of several participants; see ``reference_of``."""
    names = [check_participant(name) for name in participants]
    ledger = read_ledger(store)
    if any(name not in ledger.entries for name in names):
        with audited(store).audit.held():  # two programs at once would draw two
            ledger = write_new(store, names)
    return {name: ledger.entries[name].reference for name in names}


def drop_participant(store: Store, participant: str) -> None:
    """Forget whose a reference was, so that the trail's lines of it name nobody any more.

    The study's own files, some of which named the participant, are noted anew under a new salt, so that
    nobody can confirm from old digests what they said. Remove the participant's files first.
    """
    audited(store).forget(check_participant(participant))
