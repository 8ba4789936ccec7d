"""Which files of a study last, and how the audit trail names them."""

from __future__ import annotations

from mimik.study.layout import (
    AUDIT,
    AUDIT_HEAD,
    CONSENT,
    DERIVATIVES,
    ENCRYPTION,
    JOURNAL,
    LEDGER,
    consent_file,
    is_participant,
)

__all__ = ["is_lasting", "owner_of", "path_of", "told_file"]

_OWN = frozenset({AUDIT, AUDIT_HEAD, LEDGER, ENCRYPTION})
_CONSENT = "consent.toml"


def is_lasting(path: str) -> bool:
    """Whether a path is a file's that is kept as written: no work in progress, nothing computed."""
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return not (hidden or path in _OWN or parts[0] == DERIVATIVES or parts[-1] == JOURNAL)


def owner_of(path: str) -> str:
    """Return whose a file is: a pseudonym, or "" for the study's."""
    first, _, rest = path.partition("/")
    person = first if rest else ""
    if first == CONSENT and rest.endswith(".toml"):
        person = rest.removesuffix(".toml")
    return person if is_participant(person) else ""


def told_file(path: str) -> str:
    """Return how the trail names a file: without the pseudonym, as whose it is stands beside it."""
    if not owner_of(path):
        return path
    return _CONSENT if path.startswith(f"{CONSENT}/") else path.partition("/")[2]


def path_of(participant: str, file: str) -> str:
    """Return where a file lies that the trail names; ``participant`` is "" for the study's."""
    if not participant:
        return file
    return consent_file(participant) if file == _CONSENT else f"{participant}/{file}"
