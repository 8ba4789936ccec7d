"""What people may agree to, each purpose by itself (GDPR, Recital 32 and Art. 7: consent is specific)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LATER_USE", "PURPOSES", "SHARING", "THIS_STUDY", "check_purposes"]

THIS_STUDY = "study"
"""Recording, learning and evaluating in this study; without it nothing is recorded."""

SHARING = "sharing"
"""Data may leave the study, under a pseudonym, for other researchers."""

LATER_USE = "later-use"
"""Data may serve other studies: what was shared may be learned from there."""

PURPOSES = (THIS_STUDY, SHARING, LATER_USE)
"""All of them, in the order in which they are asked for."""


def check_purposes(purposes: Iterable[str]) -> tuple[str, ...]:
    """Return the purposes in their order; raises StudyError for unknown ones, or without this study."""
    given = tuple(purposes)
    unknown = sorted(set(given) - set(PURPOSES))
    if unknown or THIS_STUDY not in given:
        found = ", ".join(given) or "none"
        raise StudyError(
            f"consent: expected purposes among {', '.join(PURPOSES)}, {THIS_STUDY!r} always; found {found}.",
            hint="Who does not agree to this study can't take part; who no longer does can withdraw.",
        )
    return tuple(purpose for purpose in PURPOSES if purpose in given)
