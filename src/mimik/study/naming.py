"""Pseudonyms for the participants of an import, whose folders may carry real names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.layout import is_participant
from mimik.study.participants import Table, new_pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.random import Generator

    from mimik.study.plan import ImportPlan

__all__ = ["name_participants"]


def name_participants(
    names: Iterable[str], plan: ImportPlan, table: Table, rng: Generator | None
) -> dict[str, str]:
    """Return name -> pseudonym, and add those who are new to ``table``.

    A name in the plan's key keeps its pseudonym, and so does a pseudonym of the study; all others get a new
    one, or with ``keep_names`` their own name as label. Raises StudyError for a name that is no label.
    """
    key: dict[str, str] = {}
    for name in dict.fromkeys(names):
        pseudonym = plan.key.get(name) or (name if name in table.rows else None)
        if pseudonym is None:
            pseudonym = (
                _kept(name, key) if plan.keep_names else new_pseudonym({*table.rows, *plan.key.values()}, rng)
            )
        if pseudonym not in table.rows:
            table.add(pseudonym, {})
        key[name] = pseudonym
    return key


def _kept(name: str, key: dict[str, str]) -> str:
    label = name if name.startswith("sub-") else f"sub-{name}"
    if not is_participant(label) or label in key.values():
        raise StudyError(
            f"participant {name!r}: expected letters and digits, and no other of the same label.",
            hint="Rename the folder, or let Mimik make pseudonyms.",
        )
    return label
