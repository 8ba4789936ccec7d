"""What people may agree to, each purpose by itself (GDPR, Recital 32 and Art. 7: consent is specific)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["AGREES", "ASKED", "LATER_USE", "OPTIONAL", "PURPOSES", "SHARING", "THIS_STUDY", "check_purposes"]

THIS_STUDY = "study"
"""Recording, learning and evaluating in this study; without it nothing is recorded."""

SHARING = "sharing"
"""Data may leave the study, under a pseudonym, for other researchers."""

LATER_USE = "later-use"
"""Data may serve other studies: what was shared may be learned from there."""

PURPOSES = (THIS_STUDY, SHARING, LATER_USE)
"""All of them, in the order in which they are asked for."""

OPTIONAL = (SHARING, LATER_USE)
"""Those that somebody may decline and still take part."""

AGREES: Mapping[str, str] = {
    "en": "My data may be recorded and evaluated in this study.",
    "de": "Meine Daten dürfen in dieser Studie aufgezeichnet und ausgewertet werden.",
}
"""What somebody says who agrees to this study, by language."""

ASKED: Mapping[str, Mapping[str, str]] = {
    SHARING: {
        "en": "My data may be given to other researchers, under a pseudonym.",
        "de": "Meine Daten dürfen unter einem Pseudonym an andere Forschende weitergegeben werden.",
    },
    LATER_USE: {
        "en": "My data may be used in later studies, also to teach programs to recognise expressions.",
        "de": "Meine Daten dürfen in späteren Studien genutzt werden, auch damit Programme daran lernen, "
        "Gesichtsausdrücke zu erkennen.",
    },
}
"""What somebody says who allows an optional purpose, by language."""


def check_purposes(purposes: Iterable[str]) -> tuple[str, ...]:
    """Return the purposes in their order; raises StudyError for unknown ones, or without this study."""
    given = tuple(purposes)
    unknown = sorted(set(given) - set(PURPOSES))
    if unknown or THIS_STUDY not in given:
        found = ", ".join(given) or "none"
        raise StudyError(
            f"consent: expected purposes among {', '.join(PURPOSES)}, {THIS_STUDY!r} always; found {found}.",
            hint="Who does not agree to this study can't take part. Who no longer does withdraws: "
            "`mimik withdraw`.",
        )
    return tuple(purpose for purpose in PURPOSES if purpose in given)
