"""The audit trail against the files: what was altered, exchanged, lost or put in without Mimik."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mimik.errors import MimikError, StudyDamaged
from mimik.study.audit.chain import verify
from mimik.study.audit.files import content_digest, lasting_files, named, noted_name, owner_of, salted
from mimik.study.audit.reading import told_break
from mimik.study.audit.references import Ledger, read_ledger
from mimik.study.audit.trail import Trail, read_anchor
from mimik.study.integrity.codes import (
    ALTERED_FRAMES,
    CONTRADICTION,
    EDITED,
    EXCHANGED,
    FROM_OUTSIDE,
    MISSING,
    NO_SESSION,
    TRAIL,
    TWICE,
    UNKNOWN,
    UNREADABLE,
)
from mimik.study.integrity.finding import finding, of_error
from mimik.study.layout import AUDIT, AUDIT_HEAD, LEDGER, is_participant

if TYPE_CHECKING:
    from mimik.study.integrity.finding import FileFinding
    from mimik.study.store import Store

__all__ = ["TrailFiles", "compare_with_trail", "read_trail"]

_AGAIN = 5  # looks at a study that other programs go on writing


@dataclass
class TrailFiles:
    """How the lasting files of a study differ from what its trail says.

    Attributes:
        trail: what was read of it.
        ledger: whose the references are.
        altered: path -> SHA-256 of its bytes as they are, of files that are not as noted last.
        gone: paths noted that are not there.
        strange: paths that are there, of which the trail knows nothing.
        findings: what is wrong with the trail's own files.
        usable: whether what the trail says of files can be relied on, so that they are compared.
    """

    trail: Trail = field(default_factory=Trail)
    ledger: Ledger = field(default_factory=lambda: Ledger({}))
    altered: dict[str, bytes] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    findings: list[FileFinding] = field(default_factory=list)
    usable: bool = False


def read_trail(store: Store) -> TrailFiles:
    """Return how the files differ from the trail, which is checked first; writes nothing."""
    told = _trail(store)
    for _ in range(_AGAIN):
        if not told.usable:
            return told
        _compare(store, told)
        if not (told.altered or told.gone or told.strange) or not _has_grown(store, told):
            return told
        told = _trail(store)  # another program wrote meanwhile
    if told.usable:
        _compare(store, told)
    return told


def compare_with_trail(store: Store, found: list[FileFinding]) -> list[FileFinding]:
    """Return all findings: those so far, and what only the trail can tell; one cause is told once."""
    try:
        told = read_trail(store)
    except MimikError as error:
        return [*found, of_error(UNREADABLE, AUDIT, error)]
    swapped = _swapped(told)
    files = {file for pair in swapped for file in pair}
    folders = {file.rpartition("/")[0] for file in files}
    doubtful = {ALTERED_FRAMES.code, CONTRADICTION.code, TWICE.code}
    kept = [each for each in found if each.code not in doubtful or not _in(each.file, files, folders)]
    kept += told.findings
    kept += [
        finding(EXCHANGED, first, "what the audit trail notes of it", f"what it notes of {second}")
        for first, second in swapped
    ]
    blamed = {each.file for each in kept if each.severity != "info"}
    kept += [_edited(file) for file in told.altered if file not in files | blamed]
    gone = _gone(store, told, blamed)
    lost = {each.file.split("/")[0] for each in gone}
    kept = [each for each in kept if each.code != NO_SESSION.code or each.file not in lost]
    unknown = {each.file for each in kept if each.code == UNKNOWN.code}
    return kept + gone + _strange(told, blamed, unknown)


def _trail(store: Store) -> TrailFiles:
    told = TrailFiles()
    for path, expected in (
        (AUDIT, "what was done to the study"),
        (AUDIT_HEAD, "the length and head of the audit trail"),
        (LEDGER, "whose the references of the audit trail are"),
    ):
        if not store.exists(path):
            told.findings.append(finding(MISSING, path, expected, "no file"))
    if told.findings:
        return told
    try:
        anchor = read_anchor(store)
    except StudyDamaged as error:
        told.findings.append(of_error(UNREADABLE, AUDIT_HEAD, error))
        return told
    assert anchor is not None
    told.trail.anchor = anchor
    *lines, torn = store.read(AUDIT).split(b"\n")  # after the anchor: what is added meanwhile lies beyond it
    if torn and len(lines) < anchor.length:
        lines.append(torn)
    for line in lines:
        told.trail.add(line)
    _check_chain(told, lines)
    try:
        told.ledger = read_ledger(store)
    except StudyDamaged as error:
        told.findings.append(of_error(UNREADABLE, LEDGER, error))
        told.usable = False
    return told


def _check_chain(told: TrailFiles, lines: list[bytes]) -> None:
    broken = verify(lines, [told.trail.anchor])
    told.usable = broken is None
    broken = broken or told_break(lines)
    if broken is not None:
        told.findings.append(finding(TRAIL, f"{AUDIT}, line {broken.line}", broken.expected, broken.found))


def _compare(store: Store, told: TrailFiles) -> None:
    noted = {named(file, told.ledger): digest for file, digest in told.trail.noted.items() if digest}
    for path in lasting_files(store):
        entry = told.ledger.entries.get(owner_of(path))
        digest = noted.pop(path, None)
        if entry is None or digest is None:
            told.strange.append(path)
            continue
        content = content_digest(store, path)
        present = salted(content, entry.salt)
        if present not in (digest, told.trail.before.get(noted_name(path, told.ledger))):
            told.altered[path] = content
    told.gone += [path for path in noted if not _pending(told, path)]
    told.strange = [path for path in told.strange if not _pending(told, path)]


def _pending(told: TrailFiles, path: str) -> bool:
    """Whether a change of a file was noted that may not have happened yet, or was broken off."""
    return path in (named(file, told.ledger) for file in told.trail.before)


def _has_grown(store: Store, told: TrailFiles) -> bool:
    with store.open_reader(AUDIT) as file:
        return file.seek(0, 2) != told.trail.size


def _swapped(told: TrailFiles) -> list[tuple[str, str]]:
    """Return pairs of files of which each holds what the other is noted with."""
    noted = {path: told.trail.noted[noted_name(path, told.ledger)] for path in told.altered}

    def holds(path: str, other: str) -> bool:
        return salted(told.altered[path], told.ledger.entries[owner_of(other)].salt) == noted[other]

    kinds: dict[str, list[str]] = {}
    for path in told.altered:
        kinds.setdefault(path.rpartition(".")[2], []).append(path)
    return [
        (first, second)
        for alike in kinds.values()
        for i, first in enumerate(alike)
        for second in alike[i + 1 :]
        if holds(first, second) and holds(second, first)
    ]


def _in(path: str, files: Iterable[str], folders: Iterable[str]) -> bool:
    return path in files or path.rpartition("/")[0] in folders


def _edited(path: str) -> FileFinding:
    expected = "what Mimik wrote last, as the audit trail notes"
    return finding(EDITED, path, expected, "other bytes, which can still be read")


def _gone(store: Store, told: TrailFiles, blamed: Iterable[str]) -> list[FileFinding]:
    """Return what is missing, a folder that is gone as a whole in one."""
    known = set(blamed)
    paths = [path for path in told.gone if path not in known]
    whole = [folder for folder in _whole_folders(told) if not store.exists(folder)]
    folders = {next((f for f in whole if path.startswith(f + "/")), path): path for path in paths}
    return [
        finding(
            MISSING, place, "what the audit trail notes of it", "no file" if place == path else "no folder"
        )
        for place, path in folders.items()
    ]


def _whole_folders(told: TrailFiles) -> tuple[str, ...]:
    """Return the folders of people and sessions of which nothing is left, those above first."""
    gone = set(told.gone)
    noted: Mapping[str, str] = {named(f, told.ledger): d for f, d in told.trail.noted.items() if d}
    left = {part for path in noted.keys() - gone for part in _above(path)}
    folders = {part for path in gone for part in _above(path) if is_participant(part.split("/")[0])}
    return tuple(sorted(folders - left))


def _above(path: str) -> tuple[str, ...]:
    parts = path.split("/")
    return tuple("/".join(parts[:i]) for i in range(1, len(parts)))


def _strange(told: TrailFiles, blamed: set[str], unknown: set[str]) -> list[FileFinding]:
    """Return what came from outside, each folder once; what is told of already is not told again."""
    places: dict[str, int] = {}
    for path in told.strange:
        if not {path, *_above(path)} & unknown and path not in blamed:
            parts = path.split("/")
            place = "/".join(parts[:2]) if is_participant(parts[0]) and len(parts) > 2 else path
            places[place] = places.get(place, 0) + 1
    return [
        finding(FROM_OUTSIDE, place, "what Mimik wrote", "what came from outside")
        for place in places
        if not any(_below(file, place) for file in blamed)
    ]


def _below(path: str, place: str) -> bool:
    return path == place or path.startswith(place + "/")
