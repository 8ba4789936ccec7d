"""What is learned: the expression asked for, what people reported, or what a column says of a person.

As text, for ``load_dataset`` and commands:

    prompted              the expression asked for
    reported              the answer after the trial, where only one question has answers
    reported:strength     the answer to the question "strength"
    column:group          the participant's value in the column "group" of participants.tsv
    column:age:40,60      the same in groups: under 40, 40 to under 60, 60 or more
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.notices import Notice

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo, TrialInfo

__all__ = ["PROMPTED", "Found", "Labelled", "Target", "as_number", "left_out", "parse_labels"]

_WAYS = "prompted, reported, reported:QUESTION, column:NAME or column:NAME:EDGES"
Found = Sequence[tuple["SessionInfo", "TrialInfo"]]
"""Trials with their sessions."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is learned.

    Attributes:
        kind: "prompted", "reported" or "column".
        name: of the question or the column; "" for prompted, and for the only question there is.
        edges: where the groups of a column of numbers begin, ascending; () where its values are the labels.
    """

    kind: str
    name: str = ""
    edges: tuple[float, ...] = ()

    def __str__(self) -> str:
        edges = ",".join(f"{edge:g}" for edge in self.edges)
        return ":".join(part for part in (self.kind, self.name, edges) if part)


PROMPTED = Target("prompted")
"""The expression asked for."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Trials with their labels.

    Attributes:
        target: what was learned, with the question's name filled in.
        labels: of each trial; None where it has none.
        names: of the labels that occur, in their order.
        scale: "ordinal" where the labels are whole numbers that follow each other, else "nominal".
        unit: "trial", or "participant" where a label belongs to a person.
        notices: what to read before the results.
    """

    target: Target
    labels: tuple[str | None, ...]
    names: tuple[str, ...]
    scale: str = "nominal"
    unit: str = "trial"
    notices: tuple[Notice, ...] = ()


def parse_labels(text: str) -> Target:
    """Return what a text such as ``"reported:strength"`` asks for; raises DataError."""
    kind, _, rest = text.strip().partition(":")
    name: str = rest.strip()
    edges: tuple[float, ...] = ()
    if kind == "column":
        name, edges = _edges(name)
    known = {"prompted": not rest, "reported": True, "column": bool(name)}
    if not known.get(kind, False):
        raise DataError(f"expected labels as one of {_WAYS}; got {text!r}")
    return Target(kind, name, edges)


def left_out(code: str, missing: int, of: int, what: str) -> tuple[Notice, ...]:
    """Return the notice that something is left out, if there is anything."""
    if not missing:
        return ()
    return (Notice(code, "warning", f"{missing:,} of {of:,} {what}, and are left out."),)


def _edges(text: str) -> tuple[str, tuple[float, ...]]:
    """Split a column's name from the edges behind it, if these are numbers."""
    name, _, behind = text.rpartition(":")
    numbers = [as_number(part) for part in behind.split(",")]
    edges = tuple(number for number in numbers if number is not None)
    if not name or len(edges) < len(numbers):
        return text, ()
    if list(edges) != sorted(set(edges)):
        raise DataError(f"expected edges of groups in ascending order, got {behind}")
    return name, edges


def as_number(text: str) -> float | None:
    """Return the finite number that a text is, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
