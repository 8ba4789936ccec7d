"""Packing a study into one file, for others or for another computer of the same group."""

from __future__ import annotations

import contextlib
import hashlib
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mimik.errors import StudyBusy, StudyError
from mimik.study.bids.events import asked
from mimik.study.bids.people import pseudonyms
from mimik.study.disk.folderstore import FolderStore
from mimik.study.disk.outside import clear_beside
from mimik.study.exchange.archive import PIECE, ArchiveWriter, Member
from mimik.study.exchange.choosing import choose, chosen_columns
from mimik.study.exchange.contents import contents
from mimik.study.exchange.manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    MOST_FILES,
    PACK_PURPOSES,
    Manifest,
    PackedFile,
    encode_manifest,
)
from mimik.study.exchange.rewriting import Rewriting
from mimik.study.purposes import SHARING
from mimik.study.sealing.single import sealed_writer
from mimik.study.settings import FORMAT
from mimik.version import __version__

if TYPE_CHECKING:
    from typing import BinaryIO

    from mimik.study.exchange.contents import Content
    from mimik.study.store import Store
    from mimik.study.study import Study

__all__ = ["SUFFIX", "PackResult", "pack_study"]

SUFFIX = ".mimikpack"


@dataclass(frozen=True, kw_only=True)
class PackResult:
    """What was packed.

    Attributes:
        file: the pack.
        size: of it, in bytes.
        sha256: of all its bytes, in hex.
        purpose: among ``PACK_PURPOSES``.
        synthetic: whether its people are simulated.
        participants: how many.
        sessions: how many.
        frames: how many.
        columns: of participants.tsv that travel.
        columns_left_out: those that don't.
        left_out: participant, or participant/session -> why it is not in the pack.
        pseudonyms: the study's pseudonym -> the one in the pack; stored nowhere.
    """

    file: Path
    size: int
    sha256: str
    purpose: str
    synthetic: bool
    participants: int
    sessions: int
    frames: int
    columns: tuple[str, ...]
    columns_left_out: tuple[str, ...]
    left_out: Mapping[str, str]
    pseudonyms: Mapping[str, str]


def pack_study(
    study: Study,
    out: Path | str,
    *,
    purpose: str = SHARING,
    participants: Sequence[str] | None = None,
    fresh_pseudonyms: bool = False,
    free_text: bool = False,
    columns: Sequence[str] = (),
    passphrase: str | None = None,
    on_progress: Callable[[float, float | None], None] | None = None,
) -> PackResult:
    """Pack a study into one file, a ZIP archive that begins with a list of all that is in it.

    Only people who agreed to ``purpose`` are in it, with their finished sessions.

    Args:
        study: its register of releases tells of the pack; all else is only read.
        out: a file that is not there yet; it appears whole at the end, or not at all.
        purpose: SHARING for others; THIS_STUDY for the same study elsewhere.
        participants: pseudonyms of those who go into it; everybody by default.
        fresh_pseudonyms: whether to give everybody a new pseudonym.
        free_text: whether to pack notes, reasons for exclusion and answers in words. For THIS_STUDY they
            always travel.
        columns: of participants.tsv that travel. For THIS_STUDY all of them do.
        passphrase: with which the pack is encrypted; not at all without one.
        on_progress: told how much of how much is done.

    Raises:
        ConsentMissing: nobody agreed to that.
        StudyError: ``out`` is there or lies inside the study, nothing can be written, a name is not known.
        StudyDamaged: a file that would be packed is damaged.
    """
    if purpose not in PACK_PURPOSES:
        raise StudyError(f"pack: expected a purpose among {', '.join(PACK_PURPOSES)}, found {purpose!r}.")
    target = _target(study, Path(out))
    shared = purpose == SHARING
    told = _halves(on_progress)
    chosen = choose(study, purpose, participants, lambda done, of: told(0, done, of))
    names = pseudonyms(chosen.people, fresh=fresh_pseudonyms)
    words = (
        asked(study.protocol, chosen.sessions, free_text=False).keys() if shared and not free_text else None
    )
    change = Rewriting(people=names, questions=words)
    known = tuple(dict.fromkeys(name for person in chosen.people for name in person.columns))
    travelling = chosen_columns(columns, known) if shared else known
    files = contents(study, chosen, change, travelling, shared=shared)
    packed = [_measured(study.store, each) for each in files]
    manifest = _manifest(study, purpose, packed)
    with FolderStore(target.parent).open_writer(target.name) as file:
        counted = _Counted(file)
        with _sealed(counted, passphrase) as inner:
            _write(study.store, inner, manifest, files, packed, lambda done, of: told(1, done, of))
        digest, people = counted.digest.hexdigest(), (person.id for person in chosen.people)
        facts = {"purpose": purpose}
        study.record_release("pack", people, at=time.time(), digest=digest, facts=facts)  # or none appears
    return PackResult(
        file=target,
        size=counted.size,
        sha256=digest,
        purpose=purpose,
        synthetic=study.synthetic,
        participants=len(chosen.people),
        sessions=len(chosen.sessions),
        frames=sum(info.frames for info in chosen.sessions),
        columns=travelling,
        columns_left_out=tuple(name for name in known if name not in travelling),
        left_out=chosen.left_out,
        pseudonyms=names,
    )


def _target(study: Study, out: Path) -> Path:
    target = out.resolve()
    if target.suffix != SUFFIX:
        raise StudyError(
            f"{out}: expected a file that ends in {SUFFIX}, found another name.", hint=f"{out}{SUFFIX}"
        )
    if target.exists():
        raise StudyError(
            f"{out}: expected a file that is not there yet, found one.", hint="Name another, or remove it."
        )
    if study.folder.resolve() in target.parents:
        raise StudyError(
            f"{out}: expected a file outside of the study, found one in it.", hint="Name another place."
        )
    clear_beside(target)
    return target


def _measured(store: Store, content: Content) -> tuple[Member, str]:
    """Return a file's place in the archive, and its SHA-256."""
    size, crc, digest = 0, 0, hashlib.sha256()
    for piece in _pieces(store, content):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        digest.update(piece)
    return Member(content.path, size, crc), digest.hexdigest()


def _pieces(store: Store, content: Content) -> Iterator[bytes]:
    if content.data is not None:
        yield content.data
        return
    with store.open_reader(content.source) as file:
        while piece := file.read(PIECE):
            yield piece


def _manifest(study: Study, purpose: str, packed: Sequence[tuple[Member, str]]) -> bytes:
    if len(packed) > MOST_FILES:
        raise StudyError(
            f"pack: expected at most {MOST_FILES:,} files, found {len(packed):,}.",
            hint="Pack some of the participants at a time: --participants",
        )
    data = encode_manifest(
        Manifest(
            software=f"mimik {__version__}",
            packed=datetime.now(UTC).date().isoformat(),
            title=study.title,
            synthetic=study.synthetic,
            purpose=purpose,
            study_format=FORMAT,
            protocol=study.protocol.name,
            protocol_version=study.protocol.version,
            files=tuple(PackedFile(member.path, member.size, digest) for member, digest in packed),
        )
    )
    assert len(data) <= LARGEST_MANIFEST
    return data


class _Counted:
    """Counts and digests what is written to a file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return self._file.write(data)


@contextlib.contextmanager
def _sealed(file: _Counted, passphrase: str | None) -> Iterator[BinaryIO]:
    plain = cast("BinaryIO", file)
    if passphrase is None:
        yield plain
    else:
        with sealed_writer(plain, passphrase) as inner:
            yield inner


def _write(
    store: Store,
    file: BinaryIO,
    manifest: bytes,
    files: Sequence[Content],
    packed: Sequence[tuple[Member, str]],
    told: Callable[[int, int], None],
) -> None:
    archive = ArchiveWriter(file.write)
    archive.begin(Member(MANIFEST, len(manifest), zlib.crc32(manifest)))
    file.write(manifest)
    for done, (content, (member, digest)) in enumerate(zip(files, packed, strict=True)):
        told(done, len(files))
        archive.begin(member)
        again = hashlib.sha256()
        for piece in _pieces(store, content):
            again.update(piece)
            file.write(piece)
        if again.hexdigest() != digest:
            raise StudyBusy(
                f"{content.source} changed meanwhile.", hint="Pack again when nobody changes the study."
            )
    archive.end()


def _halves(on_progress: Callable[[float, float | None], None] | None) -> Callable[[int, int, int], None]:
    """Return what tells of two halves of the work, each of which counts by itself, as one."""

    def told(half: int, done: int, of: int) -> None:
        if on_progress:
            on_progress(half + done / max(of, 1), 2)

    return told
