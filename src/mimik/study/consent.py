"""Consent: what people agreed to, and when; for imported data, on what basis it stands here.

The texts lie in ``consent/text-<version>.md``, the records in ``consent/<pseudonym>.toml``. A record keeps
the digest of the text, so a text changed afterwards shows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.study.layout import CONSENT, consent_file, consent_text_file
from mimik.study.purposes import THIS_STUDY, check_purposes
from mimik.study.toml import field, read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mimik.study.store import Store

__all__ = [
    "DEFAULT_TEXT",
    "Consent",
    "check_basis",
    "consent_rows",
    "consent_text",
    "consent_versions",
    "read_consent",
    "record_consent",
    "require_consent",
    "write_consent_text",
]

DEFAULT_TEXT = """\
# Taking part in this study

You will be asked to show facial expressions while a device measures how your face moves.

- Stored are numbers: how far parts of the face moved, the pose of head and eyes, and the time. No picture,
  video or sound is kept.
- The numbers are stored under a pseudonym. Facial motion can still be personal, so it is kept confidential.
- Taking part is voluntary. You may stop at any time and ask for your data to be removed.
"""
"""The text people agree to unless a study brings its own."""


@dataclass(frozen=True)
class Consent:
    """A participant's latest consent.

    Attributes:
        at: when it was recorded, seconds since 1970 (UTC).
        version: of the text agreed to; "" for imported data.
        basis: on what basis imported data stands here; "" for a text agreed to.
        purposes: what for, among ``mimik.study.purposes.PURPOSES``.
    """

    at: float
    version: str = ""
    basis: str = ""
    purposes: tuple[str, ...] = (THIS_STUDY,)

    def allows(self, purpose: str) -> bool:
        """Whether data may be used for a purpose."""
        return purpose in self.purposes

    def facts(self) -> dict[str, str]:
        """The part a session keeps: the version or the basis."""
        return {"version": self.version} if self.version else {"basis": self.basis}


def consent_versions(store: Store) -> tuple[str, ...]:
    """Return the versions of the consent text, sorted."""
    names = [n for n in store.list(CONSENT) if n.startswith("text-") and n.endswith(".md")]
    return tuple(sorted((n[len("text-") : -len(".md")] for n in names), key=lambda v: (len(v), v)))


def consent_text(store: Store, version: str) -> str:
    """Return a version of the text; raises StudyError if there is none such."""
    path = consent_text_file(version)
    if not store.exists(path):
        known = ", ".join(consent_versions(store)) or "none"
        raise StudyError(
            f"consent text {version!r}: no such version; there are: {known}.", hint=f"See {CONSENT}/."
        )
    return store.read(path).decode("utf-8", errors="replace")


def write_consent_text(store: Store, version: str, text: str) -> None:
    """Add a version of the text; raises StudyError if it exists or is empty."""
    path = consent_text_file(version)
    if not text.strip():
        raise StudyError("consent text: expected a text, found nothing.")
    if store.exists(path):
        raise StudyError(
            f"consent text {version!r} exists already; people may have agreed to it.",
            hint="Add the new wording as a new version.",
        )
    store.write(path, text.encode())


def record_consent(
    store: Store,
    participant: str,
    *,
    at: float,
    version: str | None = None,
    basis: str | None = None,
    purposes: Iterable[str] = (THIS_STUDY,),
    into: str | None = None,
) -> Consent:
    """Add a consent record: of a version of the text, or the basis of imported data, not both.

    Args:
        store: of the study.
        participant: whose.
        at: when, seconds since 1970 (UTC).
        version: of the text agreed to.
        basis: of imported data.
        purposes: what for.
        into: where to write the records instead of their place.
    """
    if (version is None) is (basis is None):
        raise StudyError("consent: expected either a version of the text or a basis, found both or neither.")
    row: dict[str, Any] = {"at": datetime.fromtimestamp(at, UTC)}
    if version is not None:
        row |= {"version": str(version), "text_sha256": _digest(consent_text(store, str(version)))}
    else:
        row |= {"basis": check_basis(basis or "")}
    row["purposes"] = list(check_purposes(purposes))
    path = consent_file(participant)
    write_toml(store, into or path, {"consent": [*_rows(store, path), row]})
    return _parsed(row, path)


def check_basis(basis: str) -> str:
    """Return the basis of imported data, or raise StudyError if it says nothing."""
    if not basis.strip():
        raise StudyError(
            "consent: expected the basis on which this data stands, found nothing.",
            hint='Say who holds the consent, such as "collected at site B, consent held there".',
        )
    return basis.strip()


def read_consent(store: Store, participant: str) -> Consent | None:
    """Return what a participant agreed to last; without that, the latest basis of imported data, or None."""
    path = consent_file(participant)
    consents = [_parsed(row, path) for row in _rows(store, path)]
    agreed = [consent for consent in consents if consent.version]
    return agreed[-1] if agreed else consents[-1] if consents else None


def consent_rows(store: Store, participant: str) -> list[Mapping[str, Any]]:
    """Return a participant's records as they are written, each with its time; raises StudyDamaged."""
    path = consent_file(participant)
    rows = _rows(store, path)
    for row in rows:
        _parsed(row, path)
    return rows


def require_consent(store: Store, participant: str, *, synthetic: bool) -> Consent:
    """Return what a participant agreed to, or raise ConsentMissing; made-up people need only a basis."""
    consent = read_consent(store, participant)
    if consent is None or not (consent.version or synthetic):
        raise ConsentMissing(
            f"{participant}: expected a consent to a version of the study's text, found none recorded; "
            "so no frame may be.",
            hint="Record consent first. The basis of imported data does not cover a recording.",
        )
    return consent


def _rows(store: Store, path: str) -> list[Any]:
    return field(read_toml(store, path), "consent", list, where=path) if store.exists(path) else []


def _parsed(row: Any, path: str) -> Consent:
    at = field(row, "at", datetime, where=path)
    kind = "version" if "version" in row else "basis"
    said = field(row, kind, str, where=path)
    if at.tzinfo is None or not said.strip():
        raise StudyDamaged(f"{path}: expected a time with its zone and a {kind}.", hint="Restore the file.")
    purposes = field(row, "purposes", list, where=path) if "purposes" in row else [THIS_STUDY]  # before 2
    return Consent(at=at.timestamp(), purposes=check_purposes(map(str, purposes)), **{kind: said})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
