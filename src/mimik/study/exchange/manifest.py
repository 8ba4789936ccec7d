"""``manifest.json``, the first entry of a pack: where it comes from, what it is for, every file in it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimik.errors import MimikError, StudyDamaged, StudyVersionError
from mimik.study.layout import (
    ANSWERS,
    CONSENT,
    DEVICES,
    EVENTS,
    EXCLUSIONS,
    FRAMES,
    PARTICIPANTS,
    PROTOCOL,
    SESSION,
    STUDY,
    is_participant,
    is_session,
)
from mimik.study.media import LARGEST, check_media_path
from mimik.study.purposes import SHARING, THIS_STUDY
from mimik.study.toml import field

__all__ = [
    "LARGEST_MANIFEST",
    "MANIFEST",
    "MOST_FILES",
    "PACK_PURPOSES",
    "Manifest",
    "PackedFile",
    "encode_manifest",
    "is_media",
    "parse_manifest",
]

MANIFEST = "manifest.json"
PACK_PURPOSES = (SHARING, THIS_STUDY)
"""What a pack can be for: others, or the same study on another computer of the same group."""

LARGEST_MANIFEST = 64_000_000
MOST_FILES = 200_000
"""Far more than the largest studies there are: 30,000 sessions."""
_LARGEST_FRAMES = 1 << 40
_LARGEST_OTHER = 64_000_000  # tables and texts, which are read whole

_FORMAT = 1
_ROOT = frozenset({STUDY, PROTOCOL, PARTICIPANTS, DEVICES})
_IN_SESSION = frozenset({SESSION, EVENTS, ANSWERS, EXCLUSIONS, FRAMES})
_TEXT = re.compile(r"text-[A-Za-z0-9]{1,32}\.md", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_HINT = "Ask for the file again, made by `mimik pack`."


@dataclass(frozen=True)
class PackedFile:
    """A file in a pack: its path below the study's folder, its size in bytes, its SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a pack says of itself.

    Attributes:
        software: what wrote it, such as "mimik 0.1.0".
        packed: the day, such as "2026-03-01".
        title: of the study.
        synthetic: whether its people are simulated.
        purpose: among ``PACK_PURPOSES``.
        study_format: version of the study's folder.
        protocol: name of the study's protocol.
        protocol_version: its version.
        files: all in it, in their order.
    """

    software: str
    packed: str
    title: str
    synthetic: bool
    purpose: str
    study_format: int
    protocol: str
    protocol_version: int
    files: tuple[PackedFile, ...]


def encode_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of a ``manifest.json``."""
    plain = {
        "mimik_pack": _FORMAT,
        "software": manifest.software,
        "packed": manifest.packed,
        "title": manifest.title,
        "synthetic": manifest.synthetic,
        "purpose": manifest.purpose,
        "study_format": manifest.study_format,
        "protocol": {"name": manifest.protocol, "version": manifest.protocol_version},
        "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in manifest.files],
    }
    return (json.dumps(plain, indent=1) + "\n").encode()


def parse_manifest(data: bytes, *, where: str) -> Manifest:
    """Read a manifest and refuse whatever no pack of ours can say.

    Raises:
        StudyVersionError: it is of a format unknown here.
        StudyDamaged: it is no manifest, or names a file that a study may not hold; the message names it.
    """
    where = f"{where}, {MANIFEST}"
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StudyDamaged(f"{where}: expected JSON, found a fault: {error}.", hint=_HINT) from error
    found = field(values, "mimik_pack", int, where=where)
    if found != _FORMAT:
        raise StudyVersionError(
            f"{where}: expected pack format {_FORMAT}, found {found}.", hint="Was it made by a newer Mimik?"
        )
    manifest = _manifest(values, where)
    if manifest.purpose not in PACK_PURPOSES or not _DATE.fullmatch(manifest.packed):
        said = f"{manifest.purpose!r}, {manifest.packed!r}"
        raise StudyDamaged(
            f"{where}: expected a purpose among {', '.join(PACK_PURPOSES)} and a date, found {said}.",
            hint=_HINT,
        )
    _check_files(manifest.files, where)
    if encode_manifest(manifest) != data:
        raise StudyDamaged(f"{where}: expected it as mimik pack writes it, found another form.", hint=_HINT)
    return manifest


def is_media(path: str) -> bool:
    """Whether a path in a pack can only be that of a picture or clip."""
    return path not in _ROOT and path.split("/")[0] != CONSENT and not is_participant(path.split("/")[0])


def _manifest(values: Mapping[str, Any], where: str) -> Manifest:
    protocol = field(values, "protocol", dict, where=where)
    files = field(values, "files", list, where=where)
    if len(files) > MOST_FILES:
        raise StudyDamaged(
            f"{where}: expected at most {MOST_FILES:,} files, found {len(files):,}.", hint=_HINT
        )
    return Manifest(
        software=field(values, "software", str, where=where),
        packed=field(values, "packed", str, where=where),
        title=field(values, "title", str, where=where),
        synthetic=field(values, "synthetic", bool, where=where),
        purpose=field(values, "purpose", str, where=where),
        study_format=field(values, "study_format", int, where=where),
        protocol=field(protocol, "name", str, where=where),
        protocol_version=field(protocol, "version", int, where=where),
        files=tuple(
            PackedFile(
                field(each, "path", str, where=where),
                field(each, "size", int, where=where),
                field(each, "sha256", str, where=where),
            )
            for each in files
        ),
    )


def _check_files(files: tuple[PackedFile, ...], where: str) -> None:
    seen: set[str] = set()
    folders: set[str] = set()
    for each in files:
        largest = _largest(each.path)
        if not largest:
            raise StudyDamaged(
                f"{where}: expected only files that a study may hold, found {each.path!r}.",
                hint="Don't unpack it with other programs either. " + _HINT,
            )
        if not 0 <= each.size <= largest or not _DIGEST.fullmatch(each.sha256):
            raise StudyDamaged(
                f"{where}: expected {each.path} to have 0 to {largest:,} bytes and a SHA-256, "
                f"found {each.size:,} bytes and {each.sha256[:64]!r}.",
                hint=_HINT,
            )
        name = each.path.casefold()
        if name in seen:
            raise StudyDamaged(f"{where}: expected each file once, found {each.path} twice.", hint=_HINT)
        seen.add(name)
        parts = name.split("/")
        folders.update("/".join(parts[:n]) for n in range(1, len(parts)))
    if both := seen & folders:
        raise StudyDamaged(f"{where}: expected a file or a folder {min(both)!r}, found both.", hint=_HINT)


def _largest(path: str) -> int:
    """Return how large a file of that path may be; 0 where there can be none."""
    parts = path.split("/")
    if path in _ROOT:
        return _LARGEST_OTHER
    if len(parts) == 2 and parts[0] == CONSENT:
        person = parts[1].removesuffix(".toml")
        record = person != parts[1] and is_participant(person)
        return _LARGEST_OTHER if record or _TEXT.fullmatch(parts[1]) else 0
    if len(parts) == 3 and is_participant(parts[0]):
        known = is_session(parts[1]) and parts[2] in _IN_SESSION
        return 0 if not known else _LARGEST_FRAMES if parts[2] == FRAMES else _LARGEST_OTHER
    try:
        check_media_path(path)
    except MimikError:
        return 0
    return LARGEST
