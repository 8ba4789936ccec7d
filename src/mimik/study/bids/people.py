"""``participants.tsv`` of a BIDS data set: pseudonyms, kept or new ones, and the study's own columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mimik.study.bids.labels import cell, table
from mimik.study.participants import new_pseudonym

if TYPE_CHECKING:
    from mimik.study.participants import Participant

__all__ = [
    "column_names",
    "people_described",
    "people_table",
    "pseudonyms",
    "value_of",
]

# Columns of which BIDS itself says what stands in them; others are free.
_RULED = {
    "age": re.compile(r"[0-9]+(\.[0-9]+)?"),
    "sex": re.compile(r"(?i:m|male|f|female|o|other)"),
    "handedness": re.compile(r"(?i:l|left|r|right|a|ambidextrous)"),
}
_OLDEST = 89  # years, told of everybody who is older, as the specification asks
_BARRED = ("participant_id", "synthetic", "HED", "species", "strain", "strain_rrid")


def pseudonyms(people: Sequence[Participant], *, fresh: bool) -> dict[str, str]:
    """Return pseudonym -> the one in the data set; fresh ones are drawn from the system's randomness."""
    taken = {person.id for person in people}
    told: dict[str, str] = {}
    for person in people:
        told[person.id] = new_pseudonym(taken | set(told.values())) if fresh else person.id
    return told


def column_names(people: Sequence[Participant]) -> dict[str, str]:
    """Return the study's column -> its name in the data set.

    A column that BIDS would read otherwise than it is filled in, such as an age in words, gets another name.
    """
    named: dict[str, str] = {}
    for column in dict.fromkeys(name for person in people for name in person.columns):
        rule = _RULED.get(column)
        cells = [cell(person.columns[column]) for person in people if column in person.columns]
        fits = rule is None or all(rule.fullmatch(text) for text in cells)
        name = cell(column) if fits and column not in _BARRED else f"study_{cell(column)}"
        while name in named.values():
            name += "_"
        named[column] = name
    return named


def people_table(
    people: Sequence[Participant], names: Mapping[str, str], told: Mapping[str, str], *, synthetic: bool
) -> bytes:
    """Return a ``participants.tsv``, sorted by pseudonym: the study's order tells who came when."""
    heading = ("participant_id", *names.values(), *(("synthetic",) if synthetic else ()))
    rows = [
        (
            told[p.id],
            *(value_of(p, column, name) for column, name in names.items()),
            *(("yes",) if synthetic else ()),
        )
        for p in people
    ]
    return table(heading, sorted(rows))


def people_described(names: Mapping[str, str], *, synthetic: bool) -> dict[str, Any]:
    """Return what a ``participants.json`` says."""
    described: dict[str, Any] = {
        "participant_id": {"Description": "A pseudonym, drawn at random."},
        **{
            name: {"Description": "Subject age", "Units": "year"}
            if name == "age"
            else {"Description": f"{cell(column)}, as the study noted it."}
            for column, name in names.items()
        },
    }
    if synthetic:
        described["synthetic"] = {
            "Description": "SYNTHETIC: a simulated person.",
            "Levels": {"yes": "simulated"},
        }
    return described


def value_of(person: Participant, column: str, name: str) -> str:
    """Return a cell of a participant, whose column has a name in the data set; high ages are cut."""
    text = person.columns.get(column, "")
    return str(_OLDEST) if name == "age" and text and float(text) > _OLDEST else text
