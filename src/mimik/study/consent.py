"""Consent: what people agreed to, when, how and what for; for imported data, on what basis it stands here.

The records lie in ``consent/<pseudonym>.toml``, as they were recorded; none is ever changed or removed. What
was said last counts, by when it was given. A record keeps the digest of the text, so a text changed
afterwards shows. A record with ``origin`` came with its data from another study: its version is one of the
text there, and agrees to nothing here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from mimik.errors import ConsentMissing, StudyDamaged, StudyError
from mimik.study.consenttext import DEFAULT_TEXT, consent_text, consent_versions, write_consent_text
from mimik.study.given import Given, given_before, in_order, times_of
from mimik.study.layout import consent_file
from mimik.study.purposes import LATER_USE, THIS_STUDY, check_purposes
from mimik.study.toml import field, read_toml, write_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mimik.study.store import Store

__all__ = [
    "DEFAULT_TEXT",
    "ELSEWHERE",
    "HOW",
    "ON_OWN_SCREEN",
    "ON_PAPER",
    "ON_SCREEN",
    "Consent",
    "check_basis",
    "check_dated",
    "consent_history",
    "consent_rows",
    "consent_text",
    "consent_versions",
    "counting",
    "read_consent",
    "record_consent",
    "require_consent",
    "require_last",
    "usable_for",
    "why_not",
    "write_consent_text",
]

ON_SCREEN = "screen"
"""How: read and agreed to on a screen of this study."""
ON_OWN_SCREEN = "own-screen"
"""How: read and answered by the participant alone, on the screen before them."""
ON_PAPER = "paper"
"""How: agreed to on paper, which the study keeps."""
ELSEWHERE = "elsewhere"
"""How: given to somebody else, who vouches for it, as for imported data."""
HOW = (ON_SCREEN, ON_OWN_SCREEN, ON_PAPER, ELSEWHERE)
"""All the ways in which consent is given."""


@dataclass(frozen=True)
class Consent:
    """One record of consent, or what counts of all those of a participant.

    Attributes:
        at: when it was recorded, seconds since 1970 (UTC).
        version: of the text agreed to; "" for imported data.
        basis: on what basis imported data stands here; "" for a text agreed to.
        purposes: what for, among ``mimik.study.purposes.PURPOSES``.
        how: it was given, among ``HOW``; "" where that is not known.
        origin: the other study that the data came from; "" for a consent given here.
        given: when, if that was before it was recorded; None for when it was recorded.
    """

    at: float
    version: str = ""
    basis: str = ""
    purposes: tuple[str, ...] = (THIS_STUDY,)
    how: str = ""
    origin: str = ""
    given: Given | None = None

    def allows(self, purpose: str) -> bool:
        """Whether data may be used for a purpose."""
        return purpose in self.purposes

    @property
    def when(self) -> str:
        """When it was given, such as "2026-03-01T09:30:00Z", or "2026-03-01" where the time is not known."""
        return self.recorded if self.given is None else str(self.given)

    @property
    def recorded(self) -> str:
        """When it was recorded, such as "2026-03-01T09:30:00Z"."""
        return datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def facts(self) -> dict[str, str]:
        """The part a session keeps: the version or the basis."""
        return {"version": self.version} if self.version else {"basis": self.basis}


def record_consent(
    store: Store,
    participant: str,
    *,
    at: float,
    version: str | None = None,
    basis: str | None = None,
    purposes: Iterable[str] = (THIS_STUDY,),
    how: str = "",
    given: date | datetime | None = None,
    into: str | None = None,
) -> Consent:
    """Add a consent record: of a version of the text, or the basis of imported data, not both.

    Args:
        store: of the study.
        participant: whose.
        at: when it is recorded, seconds since 1970 (UTC).
        version: of the text agreed to.
        basis: of imported data.
        purposes: what for; fewer than before take back the others.
        how: it was given, among ``HOW``; "" where that is not known.
        given: when, if it was before: a day, or a time with its zone; never on a screen of this study.
        into: where to write the records instead of their place.
    """
    if (version is None) is (basis is None):
        raise StudyError("consent: expected either a version of the text or a basis, found both or neither.")
    check_dated(how, given)
    row = times_of(at, given)
    if version is not None:
        row |= {"version": str(version), "text_sha256": _digest(consent_text(store, str(version)))}
    else:
        row |= {"basis": check_basis(basis or "")}
    row["purposes"] = list(check_purposes(purposes))
    if how:
        row["how"] = _check_how(how)
    path = consent_file(participant)
    write_toml(store, into or path, {"consent": [*consent_rows(store, participant), row]})
    return _parsed(row, path)


def check_basis(basis: str) -> str:
    """Return the basis of imported data, or raise StudyError if it says nothing."""
    if not basis.strip():
        raise StudyError(
            "consent: expected the basis on which this data stands, found nothing.",
            hint='Say who holds the consent, such as "collected at site B, consent held there".',
        )
    return basis.strip()


def check_dated(how: str, given: date | datetime | None) -> None:
    """Raise StudyError for a date beside what was agreed to on a screen of this study."""
    if given is not None and how in (ON_SCREEN, ON_OWN_SCREEN):
        raise StudyError(
            "consent: expected a date only for what was given on paper or elsewhere, found one for a screen.",
            hint="What is agreed to on a screen of this study is recorded as it is given.",
        )


def read_consent(store: Store, participant: str) -> Consent | None:
    """Return what counts of a participant's records, or None without any; raises StudyDamaged."""
    return counting(consent_history(store, participant))


def counting(history: Sequence[Consent]) -> Consent | None:
    """Return what counts of records, what was said last at the end: never more than that allows.

    That is the latest agreement to a text of this study; without one, the latest record. What came after the
    agreement, the basis of imported data or a consent from another study, may narrow it and never widens it:
    what the agreement, the latest record and the latest from another study all allow. What came from another
    study stays so until somebody agrees to a text of this one.
    """
    if not history:
        return None
    latest = history[-1]
    place = max((i for i, one in enumerate(history) if one.version and not one.origin), default=-1)
    counts = history[place] if place >= 0 else latest
    came = next((one for one in reversed(history[place + 1 :]) if one.origin), latest)
    allowed = (purpose for purpose in counts.purposes if latest.allows(purpose) and came.allows(purpose))
    return replace(counts, purposes=tuple(allowed), origin=came.origin)


def consent_history(store: Store, participant: str) -> tuple[Consent, ...]:
    """Return all of a participant's records as ``in_order`` has them; raises StudyDamaged."""
    return in_order(_recorded(store, participant))


def require_last(store: Store, participant: str, new: Consent, *, now: float) -> None:
    """Raise StudyError for a consent, to be recorded at ``now``, after which they said something else.

    It would not count, or it would count instead of what was recorded since they said it.
    """
    records = _recorded(store, participant)
    since = [one for one in records if new.at < one.at <= now]
    last = since[-1] if since else in_order([*records, new])[-1]
    if last is not new:
        raise StudyError(
            f"{participant}: expected consent given after what they said last, {last.when}; "
            f"found one of {new.when}.",
            hint="Ask them again. `mimik consent` records the earlier one, which does not count any more.",
        )


def consent_rows(store: Store, participant: str) -> list[Mapping[str, Any]]:
    """Return a participant's records as and in the order they are written; raises StudyDamaged."""
    path = consent_file(participant)
    rows = _rows(store, path)
    for row in rows:
        _parsed(row, path)
    return rows


def require_consent(store: Store, participant: str, *, synthetic: bool) -> Consent:
    """Return what a participant agreed to, or raise ConsentMissing; made-up people need only a basis."""
    consent = read_consent(store, participant)
    agreed = any(one.version and not one.origin for one in consent_history(store, participant))
    if consent is None or not (agreed or synthetic):
        raise ConsentMissing(
            f"{participant}: expected a consent to a version of the study's text, found none recorded; "
            "so no frame may be.",
            hint="Record consent first. The basis of imported data does not cover a recording.",
        )
    return consent


def usable_for(consent: Consent | None, purpose: str, *, synthetic: bool = False) -> bool:
    """Whether a participant's data may be used for a purpose, as ``why_not`` explains."""
    return not why_not(consent, purpose, synthetic=synthetic)


def why_not(consent: Consent | None, purpose: str, *, synthetic: bool = False) -> str:
    """Return why a participant's data may not be used for a purpose, such as "no consent"; "" if they may.

    Args:
        consent: what counts of their records, or None.
        purpose: among ``mimik.study.purposes.PURPOSES``. What came from another study serves this one only
            under LATER_USE.
        synthetic: whether the study is of simulated people, who need no consent.
    """
    if synthetic:
        return ""
    if consent is None:
        return "no consent recorded"
    needed = LATER_USE if consent.origin and purpose == THIS_STUDY else purpose
    return "" if consent.allows(needed) else f"no consent to {needed!r}"


def _recorded(store: Store, participant: str) -> list[Consent]:
    path = consent_file(participant)
    return [_parsed(row, path) for row in _rows(store, path)]


def _rows(store: Store, path: str) -> list[Any]:
    return field(read_toml(store, path), "consent", list, where=path) if store.exists(path) else []


def _parsed(row: Any, path: str) -> Consent:
    at = field(row, "at", datetime, where=path)
    kind = "version" if "version" in row else "basis"
    said = field(row, kind, str, where=path)
    if at.tzinfo is None or not said.strip():
        raise StudyDamaged(f"{path}: expected a time with its zone and a {kind}.", hint="Restore the file.")
    purposes = field(row, "purposes", list, where=path) if "purposes" in row else [THIS_STUDY]
    words = {key: field(row, key, str, where=path) for key in ("how", "origin") if key in row}
    day = field(row, "given", date, where=path) if "given" in row else None
    try:
        checked = check_purposes(str(purpose) for purpose in purposes)
        _check_how(words.get("how", ELSEWHERE))
        given = None if day is None else given_before(day, at)
    except StudyError as error:
        raise StudyDamaged(
            f"{path}: {error}", hint="If the file was edited by hand, correct this; else restore it."
        ) from error
    return Consent(at=at.timestamp(), purposes=checked, given=given, **{kind: said}, **words)


def _check_how(how: str) -> str:
    if how not in HOW:
        raise StudyError(f"consent: expected the way it was given among {', '.join(HOW)}; found {how!r}.")
    return how


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
