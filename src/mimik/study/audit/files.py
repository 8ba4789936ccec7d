"""Which files of a study last, under which names the trail knows them, and their digests.

A digest is SHA-256(salt + SHA-256(bytes)): the salt is that of the file's participant, or of the study.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.audit.references import STUDY_LINE, Ledger
from mimik.study.layout import (
    AUDIT,
    AUDIT_HEAD,
    CONSENT,
    DERIVATIVES,
    ENCRYPTION,
    JOURNAL,
    LEDGER,
    is_participant,
)

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = [
    "content_digest",
    "files_below",
    "is_file",
    "is_lasting",
    "lasting_files",
    "named",
    "noted_name",
    "owner_of",
    "present_digest",
    "reference_in",
    "salted",
]

_CHUNK = 1 << 20
_OTHERS = frozenset({DERIVATIVES, "models", AUDIT, AUDIT_HEAD, LEDGER, ENCRYPTION})
"""What the trail does not note: what can be computed again, its own files, and what only holds keys."""


def is_lasting(path: str) -> bool:
    """Whether a file of that path, or those in such a folder, are to be noted."""
    parts = path.split("/")
    return parts[0] not in _OTHERS and parts[-1] != JOURNAL and not any(p.startswith(".") for p in parts)


def owner_of(path: str) -> str:
    """Return whose a file is: a pseudonym, or STUDY_LINE."""
    parts = path.split("/")
    if parts[0] == CONSENT and len(parts) == 2:
        name = parts[1].removesuffix(".toml")
        return name if is_participant(name) and parts[1].endswith(".toml") else STUDY_LINE
    return parts[0] if is_participant(parts[0]) else STUDY_LINE


def noted_name(path: str, ledger: Ledger) -> str:
    """Return a path with the reference in the place of the pseudonym; raises KeyError for one unknown."""
    owner = owner_of(path)
    return path if owner == STUDY_LINE else path.replace(owner, ledger.entries[owner].reference, 1)


def named(file: str, ledger: Ledger) -> str:
    """Return the path of a file that the trail names, as it is if the ledger knows no such reference."""
    reference = reference_in(file)
    for name, entry in ledger.entries.items():
        if reference and entry.reference == reference:
            return file.replace(reference, name, 1)
    return file


def reference_in(file: str) -> str:
    """Return whose a file is that the trail names: a reference, or "" for the study's own."""
    for part in file.split("/")[:2]:
        if part.startswith("p-"):
            return part.removesuffix(".toml")
    return ""


def content_digest(store: Store, path: str) -> bytes:
    """Return the SHA-256 of a file's bytes, in bounded memory."""
    digest = hashlib.sha256()
    with store.open_reader(path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def salted(content: bytes, salt: str) -> str:
    """Return the digest that the trail notes, in hex, from the SHA-256 of the bytes and a salt in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + content).hexdigest()


def present_digest(store: Store, ledger: Ledger, file: str) -> str:
    """Return the digest of a file that the trail names, as it is now: "" where there is none."""
    path = named(file, ledger)
    if not is_file(store, path) or (owner := owner_of(path)) not in ledger.entries:
        return ""
    return salted(content_digest(store, path), ledger.entries[owner].salt)


def files_below(store: Store, path: str) -> Iterator[str]:
    """Yield the files at or below a path, sorted; none where there is nothing."""
    names = store.list(path)
    if not names and path and is_file(store, path):
        yield path
    for name in names:
        yield from files_below(store, f"{path}/{name}" if path else name)


def lasting_files(store: Store) -> Iterator[str]:
    """Yield all files of a study that are to be noted."""
    for name in store.list():
        if is_lasting(name):
            yield from (path for path in files_below(store, name) if is_lasting(path))


def is_file(store: Store, path: str) -> bool:
    """Whether there is a file that can be read, and not a folder."""
    if not store.exists(path):
        return False
    try:
        with store.open_reader(path):
            return True
    except StudyError:
        return False
