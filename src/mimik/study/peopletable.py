"""The table of participants as a whole: taken out to be edited elsewhere, and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.alone import alone
from mimik.study.layout import PARTICIPANTS
from mimik.study.participants import parse_participants, write_participants

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["read_participants", "replace_participants"]


def read_participants(store: Store) -> bytes:
    """Return the table as a study keeps it, text separated by tabs."""
    return write_participants(parse_participants(store.read(PARTICIPANTS)))


def replace_participants(store: Store, data: bytes) -> int:
    """Put an edited table in the place of a study's own, all of it or nothing; return how many it names.

    Raises:
        StudyDamaged: it can't be read as such a table.
        StudyError: somebody of the study is not in it.
    """
    with alone(store):
        new, old = parse_participants(data), parse_participants(store.read(PARTICIPANTS))
        if lost := sorted(old.rows.keys() - new.rows.keys()):
            raise StudyError(
                f"participants: expected everybody of the study, found no line for {', '.join(lost)}.",
                hint="Add the line again. `mimik withdraw` removes somebody who no longer takes part.",
            )
        store.write(PARTICIPANTS, write_participants(new))
    return len(new.rows)
