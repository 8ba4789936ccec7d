"""Names of everything in a study's folder, in one place, and what a name may be.

Paths inside a study are written with ``/`` and are relative to its folder. Names that begin with a dot are
work in progress and never part of the data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "ANSWERS",
    "AUDIT",
    "AUDIT_HEAD",
    "CONSENT",
    "DERIVATIVES",
    "DEVICES",
    "ENCRYPTION",
    "EVENTS",
    "EXCLUSIONS",
    "FRAMES",
    "JOURNAL",
    "LEDGER",
    "MODELS",
    "OWN_NAMES",
    "PARTICIPANTS",
    "PROTOCOL",
    "RELEASES",
    "SESSION",
    "STUDY",
    "WITHDRAWN",
    "check_participant",
    "check_session",
    "consent_file",
    "consent_text_file",
    "is_own_name",
    "is_participant",
    "is_session",
    "next_session",
    "session_folder",
]

STUDY = "study.toml"
PROTOCOL = "protocol.toml"
PARTICIPANTS = "participants.tsv"
DEVICES = "devices.toml"
CONSENT = "consent"
ENCRYPTION = "encryption.toml"
AUDIT = "audit.jsonl"
AUDIT_HEAD = "audit-head.json"
LEDGER = "ledger.tsv"
WITHDRAWN = "withdrawn.tsv"
MODELS = "models.tsv"
RELEASES = "releases.tsv"

DERIVATIVES = "derivatives"
"""Folder for what was computed from a study and can be computed again."""

OWN_NAMES = frozenset(
    {
        STUDY,
        PROTOCOL,
        PARTICIPANTS,
        DEVICES,
        CONSENT,
        ENCRYPTION,
        AUDIT,
        AUDIT_HEAD,
        LEDGER,
        WITHDRAWN,
        MODELS,
        RELEASES,
        DERIVATIVES,
        "models",
    }
)
"""What Mimik itself puts into a study's folder, beside participants."""

SESSION = "session.json"
EVENTS = "events.tsv"
ANSWERS = "answers.tsv"
EXCLUSIONS = "exclusions.tsv"
FRAMES = "frames.parquet"
JOURNAL = "recording.journal"

_PARTICIPANT = re.compile(r"sub-[A-Za-z0-9]{1,64}", re.ASCII)
_SESSION = re.compile(r"ses-[A-Za-z0-9]{1,64}", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9]{1,32}", re.ASCII)


def is_participant(name: str) -> bool:
    """Whether a name is a pseudonym: ``sub-`` and letters or digits."""
    return _PARTICIPANT.fullmatch(name) is not None


def is_session(name: str) -> bool:
    """Whether a name is a session's: ``ses-`` and letters or digits."""
    return _SESSION.fullmatch(name) is not None


def is_own_name(name: str) -> bool:
    """Whether a name right in a study's folder is Mimik's own, also where capital letters don't count."""
    name = name.casefold()
    return name in OWN_NAMES or name.startswith(("sub-", "."))


def check_participant(name: str) -> str:
    """Return the pseudonym, or raise StudyError if it is none."""
    if not is_participant(name):
        raise StudyError(
            f"participant {name!r}: expected 'sub-' and 1 to 64 letters or digits.",
            hint="Let Mimik make the pseudonym, or use a label such as sub-K7M2QX.",
        )
    return name


def check_session(name: str) -> str:
    """Return the session's name, or raise StudyError if it is none."""
    if not is_session(name):
        raise StudyError(
            f"session {name!r}: expected 'ses-' and 1 to 64 letters or digits.",
            hint="Use a label such as ses-01.",
        )
    return name


def session_folder(participant: str, session: str) -> str:
    """Return the path of a session's folder; raises StudyError for names that are none."""
    return f"{check_participant(participant)}/{check_session(session)}"


def consent_file(participant: str) -> str:
    """Return the path of a participant's consent records."""
    return f"{CONSENT}/{check_participant(participant)}.toml"


def consent_text_file(version: str) -> str:
    """Return the path of a version of the consent text; raises StudyError for a version that is no label."""
    if _VERSION.fullmatch(version) is None:
        raise StudyError(f"consent version {version!r}: expected 1 to 32 letters or digits, such as 1.")
    return f"{CONSENT}/text-{version}.md"


def next_session(taken: Iterable[str]) -> str:
    """Return the first free of ses-01, ses-02, ...; names that differ only in case count as taken."""
    names = {name.lower() for name in taken}
    number = 1
    while f"ses-{number:02d}" in names:
        number += 1
    return f"ses-{number:02d}"
