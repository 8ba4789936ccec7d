"""Consent: whether every session stands on a record, and every record on the text that was agreed to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mimik.errors import MimikError
from mimik.study.consent import consent_rows
from mimik.study.integrity.codes import ALTERED_TEXT, MISSING, NO_CONSENT, UNREADABLE
from mimik.study.integrity.finding import finding, of_error
from mimik.study.layout import CONSENT, consent_file, consent_text_file, is_participant

if TYPE_CHECKING:
    from mimik.study.integrity.finding import FileFinding
    from mimik.study.session import SessionInfo
    from mimik.study.store import Store

__all__ = ["ConsentFiles", "check_consent_files", "check_consent_of"]


@dataclass
class ConsentFiles:
    """What was found in a study's folder of consent.

    Attributes:
        records: participant -> the records of theirs that could be read; None for a file that could not be.
        findings: what is wrong.
    """

    records: dict[str, list[Mapping[str, Any]] | None] = field(default_factory=dict)
    findings: list[FileFinding] = field(default_factory=list)


def check_consent_files(store: Store) -> ConsentFiles:
    """Read every record, and compare the texts with the digests that the records keep."""
    told = ConsentFiles()
    agreed: dict[str, set[str]] = {}  # version -> digests of the text
    for name in store.list(CONSENT):
        person = name.removesuffix(".toml")
        if name.endswith(".toml") and is_participant(person):
            told.records[person] = _records(store, told, person)
            for record in told.records[person] or ():
                if "version" in record and "origin" not in record:  # that one's text lies elsewhere
                    agreed.setdefault(record["version"], set()).add(str(record.get("text_sha256")))
    for version, digests in sorted(agreed.items()):
        _check_text(store, told, version, digests)
    return told


def check_consent_of(told: ConsentFiles, info: SessionInfo) -> list[FileFinding]:
    """Return what is wrong with the record that a session stands on."""
    path = consent_file(info.participant) if is_participant(info.participant) else CONSENT
    records = told.records.get(info.participant, [])
    if records is None:  # told already
        return []
    wanted = dict(info.consent)
    if wanted and any(wanted.items() <= _facts(record).items() for record in records):
        return []
    session = f"{info.participant}/{info.session}"
    expected = " ".join(f"{key} {value!r}" for key, value in wanted.items()) or "a version or a basis"
    return [finding(NO_CONSENT, path, f"a record of the consent of {session} ({expected})", "none")]


def _records(store: Store, told: ConsentFiles, person: str) -> list[Mapping[str, Any]] | None:
    path = consent_file(person)
    try:
        return consent_rows(store, person)
    except MimikError as error:
        told.findings.append(of_error(UNREADABLE, path, error))
        return None


def _check_text(store: Store, told: ConsentFiles, version: str, digests: set[str]) -> None:
    try:
        path = consent_text_file(version)
        if not store.exists(path):
            told.findings.append(finding(MISSING, path, "the text that people agreed to", "no file"))
            return
        digest = hashlib.sha256(store.read(path)).hexdigest()
    except MimikError as error:
        told.findings.append(of_error(UNREADABLE, f"{CONSENT}/text-{version}.md", error))
        return
    if others := digests - {digest}:
        told.findings.append(
            finding(
                ALTERED_TEXT,
                path,
                f"the text of the digest {min(others)[:12]}..., as its consent records say",
                f"one of the digest {digest[:12]}...",
            )
        )


def _facts(record: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(record[key]) for key in ("version", "basis") if key in record}
