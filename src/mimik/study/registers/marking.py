"""Marking what somebody who withdraws was part of, the same way in every register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

__all__ = ["OfPeople", "marked"]


@dataclass(frozen=True, kw_only=True)
class OfPeople:
    """What was made of people.

    Attributes:
        people: references of those in it, without those who withdrew.
        withdrew: how many of those in it withdrew since.
    """

    people: tuple[str, ...]
    withdrew: int = 0


E = TypeVar("E", bound=OfPeople)


def marked(entries: Iterable[E], reference: str) -> tuple[list[E], tuple[E, ...]]:
    """Return all entries, without somebody's reference, and those of them that had it."""
    told: list[E] = []
    changed: list[E] = []
    for entry in entries:
        if reference in entry.people:
            others = tuple(each for each in entry.people if each != reference)
            entry = replace(entry, people=others, withdrew=entry.withdrew + 1)
            changed.append(entry)
        told.append(entry)
    return told, tuple(changed)
