"""A check: a code, what it looks for, why that matters, and the function that looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.learn.checks.finding import NOT_APPLICABLE, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimik.learn.checks.finding import Status
    from mimik.learn.notices import Severity

__all__ = ["MOST_DETAILS", "Check", "Outcome", "counted", "found", "listed", "not_applicable", "passed"]

MOST_DETAILS = 20
"""So many lines of details at most; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a function that looks returns; see ``Finding``."""

    status: Status
    text: str
    details: tuple[str, ...] = ()
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        code: stable, such as "EVAL001".
        title: what it looks for, in a few words.
        severity: how much it weighs if it is there.
        why: what goes wrong if it is there; plain sentences.
        remedy: what to do about it; plain sentences.
        look: looks at the data. Gets a ``Material``; checks of splits and of predictions get more, see
            ``registry``.
    """

    code: str
    title: str
    severity: Severity
    why: str
    remedy: str
    look: Callable[..., Outcome]

    def __call__(self, *material: object) -> Finding:
        """Look, and say what is there."""
        return self.of(self.look(*material))

    def of(self, outcome: Outcome) -> Finding:
        """Return an outcome as what this check says."""
        return Finding(
            self.code,
            self.title,
            self.severity,
            outcome.status,
            outcome.text,
            outcome.details,
            outcome.value,
        )

    def without(self, reason: str) -> Finding:
        """Say why it does not apply."""
        return self.of(not_applicable(reason))


def passed(text: str, value: float | None = None) -> Outcome:
    """Say that it is not there."""
    return Outcome("passed", text, (), value)


def found(text: str, details: Iterable[str] = (), value: float | None = None) -> Outcome:
    """Say that it is there, and where."""
    lines = tuple(details)
    if len(lines) > MOST_DETAILS:
        lines = (*lines[: MOST_DETAILS - 1], f"and {len(lines) - MOST_DETAILS + 1} more")
    return Outcome("found", text, lines, None if value is None else float(value))


def not_applicable(reason: str) -> Outcome:
    """Say why it can't be told."""
    return Outcome(NOT_APPLICABLE, reason)


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names with commas: the first few, and how many more."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 person", "1,200 frames"."""
    plural = {"person": "people"}.get(noun, f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural}"
