"""Labels of people: what a column of ``participants.tsv`` says of them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.notices import Notice
from mimik.learn.targets import Labelled, Target, as_number, left_out

if TYPE_CHECKING:
    from mimik.learn.targets import Found
    from mimik.study.study import Study

__all__ = ["MOST_NUMBERS", "label_people"]

MOST_NUMBERS = 10
"""A column with more different numbers than this is a measurement, not a label: it must be grouped."""


def label_people(study: Study, found: Found, target: Target) -> Labelled:
    """Return the labels of trials that a column of participants.tsv gives the people who showed them.

    Raises:
        DataError: there is no such column, or its values cannot be labels.
    """
    columns = {person.id: person.columns for person in study.participants}
    if not any(target.name in row for row in columns.values()):
        known = ", ".join(dict.fromkeys(name for row in columns.values() for name in row)) or "none"
        raise DataError(
            f"expected a column {target.name!r} with values in participants.tsv, found none",
            hint=f"columns with values: {known}",
        )
    people = dict.fromkeys(info.participant for info, _ in found)
    value = {who: columns.get(who, {}).get(target.name) for who in people}
    said = {who: text for who, text in value.items() if text is not None}
    if not said:
        raise DataError(f"expected a value in the column {target.name!r} for somebody recorded, found none")
    label = _grouped(said, target) if target.edges else said
    names = _group_names(target.edges) if target.edges else sorted(set(said.values()), key=_natural)
    if not target.edges:
        _refuse_measurements(said, target.name)
    gone = f"participants have nothing in the column {target.name!r}"
    notices = left_out("people-without-value", len(people) - len(said), len(people), gone)
    return Labelled(
        target,
        tuple(label.get(info.participant) for info, _ in found),
        tuple(name for name in names if name in label.values()),
        unit="participant",
        notices=(*notices, *_alone(label)),
    )


def _refuse_measurements(said: Mapping[str, str], column: str) -> None:
    """Raise DataError for a column whose values are no groups of people."""
    values = set(said.values())
    numbers = [as_number(text) for text in values]
    if len(values) > MOST_NUMBERS and None not in numbers:
        middle = sorted(number for number in numbers if number is not None)[len(numbers) // 2]
        raise DataError(
            f"expected at most {MOST_NUMBERS} different values to tell apart in the column {column!r}, "
            f"found {len(values)} different numbers",
            hint=f"say where groups begin, such as column:{column}:{middle:g} for two groups",
        )
    if len(values) == len(said) > 2:
        raise DataError(
            f"expected people who share values in the column {column!r}, found another one for each of them",
            hint="nothing can be learned about people never seen from a value that only one person has",
        )


def _grouped(said: Mapping[str, str], target: Target) -> dict[str, str]:
    names = _group_names(target.edges)
    label = {}
    for who, text in said.items():
        number = as_number(text)
        if number is None:
            raise DataError(
                f"expected numbers in the column {target.name!r} to group them, found {text!r} for {who}",
                hint="n/a, or an empty cell, is how a value that is not known is written",
            )
        label[who] = names[bisect_right(target.edges, number)]
    return label


def _group_names(edges: Sequence[float]) -> list[str]:
    between = [f"{low:g} to under {high:g}" for low, high in pairwise(edges)]
    return [f"under {edges[0]:g}", *between, f"{edges[-1]:g} or more"]


def _alone(label: Mapping[str, str]) -> tuple[Notice, ...]:
    said = list(label.values())
    single = sorted({name for name in said if said.count(name) == 1}, key=_natural)
    if not single:
        return ()
    names = ", ".join(repr(name) for name in single)
    text = f"Only one participant each has {names}: whoever is tested there cannot be recognised."
    return (Notice("value-of-one-person", "serious", text),)


def _natural(text: str) -> tuple[float, str]:
    number = as_number(text)
    return (math.inf if number is None else number, text)
