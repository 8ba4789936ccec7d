"""Unpacking: everything is verified before anything appears."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged, StudyError, StudyLocked, StudyVersionError
from mimik.study.audit.store import audited
from mimik.study.consent import consent_rows
from mimik.study.disk.folderstore import FolderStore
from mimik.study.disk.outside import folder_beside, free_space, open_outside, place_outside
from mimik.study.exchange.archive import ArchiveReader, archive_size
from mimik.study.exchange.manifest import LARGEST_MANIFEST, MANIFEST, Manifest, is_media, parse_manifest
from mimik.study.integrity import check_files
from mimik.study.layout import CONSENT, ENCRYPTION, consent_file
from mimik.study.media import media_files
from mimik.study.opening import encrypted_store, study_store
from mimik.study.purposes import SHARING
from mimik.study.sealing.single import is_sealed_single, sealed_reader
from mimik.study.settings import FORMAT
from mimik.study.study import Study
from mimik.study.toml import write_toml

if TYPE_CHECKING:
    from typing import BinaryIO

    from mimik.study.store import Store

__all__ = ["UnpackResult", "is_encrypted_pack", "opened_pack", "unpack_study"]

_ASK = "Ask whoever packed it, over another way than the file took."
_KEPT_FREE = 100_000_000  # bytes that unpacking leaves to everything else on the disk


@dataclass(frozen=True, kw_only=True)
class UnpackResult:
    """What was unpacked.

    Attributes:
        folder: the new study.
        manifest: what the pack says of itself.
        participants: how many.
        sessions: how many.
        frames: how many.
    """

    folder: Path
    manifest: Manifest
    participants: int
    sessions: int
    frames: int


def unpack_study(
    pack: Path | str,
    folder: Path | str,
    *,
    passphrase: str | None = None,
    on_progress: Callable[[float, float | None], None] | None = None,
) -> UnpackResult:
    """Unpack a study into a folder.

    Records of consent tell from then on from which study they came, unless the pack is for the same study.

    Args:
        pack: the file; it is only read.
        folder: empty or not there yet; the study appears whole at the end, or nothing does.
        passphrase: of an encrypted pack.
        on_progress: told how much of how much is done.

    Raises:
        StudyLocked: the pack is encrypted, and the passphrase does not fit.
        StudyDamaged: the file is no pack, or not what was packed; the message names what is wrong.
        StudyVersionError: it is of a format unknown here.
        StudyError: the folder holds something, or the disk has too little space.
    """
    target = Path(folder).resolve()
    if target.exists() and (not target.is_dir() or FolderStore(target).list()):
        raise StudyError(
            f"{folder}: expected an empty or new folder, found something in it.", hint="Name another folder."
        )
    with opened_pack(Path(pack), target, passphrase, on_progress) as (study, manifest):
        sessions = study.sessions()
        result = UnpackResult(
            folder=target,
            manifest=manifest,
            participants=len(study.participants),
            sessions=len(sessions),
            frames=sum(info.frames for info in sessions),
        )
        facts = {"purpose": manifest.purpose, "packed": manifest.packed, "participants": result.participants}
        study.audit.note("unpacked", facts=facts)
        place_outside(study.folder, target)
    return result


@contextlib.contextmanager
def opened_pack(
    pack: Path,
    target: Path,
    passphrase: str | None = None,
    on_progress: Callable[[float, float | None], None] | None = None,
    *,
    like: Study | None = None,
) -> Iterator[tuple[Study, Manifest]]:
    """Unpack into a hidden folder beside ``target``, gone after the block, and give the verified study there.

    Where the study ``like`` is encrypted, so is what lies in that folder, under a key that nobody keeps.
    Raises as ``unpack_study``.
    """
    with folder_beside(target) as part:
        sealed = like is not None and like.store.exists(ENCRYPTION)
        store = audited(encrypted_store(part, secrets.token_hex(32)) if sealed else study_store(part))
        with _plain(pack, passphrase) as file:
            manifest = _unpacked(pack, file, store.inner, target, on_progress)
        store.adopt()  # its audit trail begins here
        _check(pack, part, store, manifest, on_progress)
        if manifest.purpose == SHARING:
            _mark_origin(store, manifest.title)
        yield Study.open(part, store=store), manifest


def is_encrypted_pack(pack: Path) -> bool:
    """Whether a pack needs a passphrase; raises StudyError for one that can't be read."""
    with open_outside(pack) as file:
        return is_sealed_single(file.read(16))


@contextlib.contextmanager
def _plain(pack: Path, passphrase: str | None) -> Iterator[BinaryIO]:
    with open_outside(pack) as file:
        start = file.read(16)
        file.seek(0)
        if not is_sealed_single(start):
            yield file
        elif passphrase is None:
            raise StudyLocked(f"{pack}: expected its passphrase, found none.", hint=_ASK)
        else:
            with sealed_reader(file, passphrase, where=str(pack)) as inner:
                yield inner


def _unpacked(
    pack: Path,
    file: BinaryIO,
    store: Store,
    target: Path,
    on_progress: Callable[[float, float | None], None] | None,
) -> Manifest:
    archive = ArchiveReader(file, where=str(pack))
    data = archive.first(MANIFEST, LARGEST_MANIFEST)
    manifest = parse_manifest(data, where=str(pack))
    if manifest.study_format > FORMAT:
        raise StudyVersionError(
            f"{pack}: expected a study of format {FORMAT} or older, found format {manifest.study_format}.",
            hint="Unpack it with a newer Mimik.",
        )
    _check_sizes(pack, file, len(data), manifest, target)
    for done, each in enumerate(manifest.files):
        if on_progress:
            on_progress(done / len(manifest.files), 2)
        with store.open_writer(each.path) as out:
            archive.copy(each.path, each.size, each.sha256, out.write)
    archive.end()
    return manifest


def _check_sizes(pack: Path, file: BinaryIO, first: int, manifest: Manifest, target: Path) -> None:
    """Refuse a file that is shorter or longer than its manifest says, before a byte of it is unpacked."""
    expected = archive_size([(MANIFEST, first), *((each.path, each.size) for each in manifest.files)])
    at = file.tell()
    found = file.seek(0, SEEK_END)
    file.seek(at)
    if found != expected:
        raise StudyDamaged(
            f"{pack}: expected {expected:,} bytes, as its manifest says, found {found:,}.",
            hint="Copy the file again, and compare the SHA-256 that `mimik pack` printed.",
        )
    needed, free = sum(each.size for each in manifest.files) + _KEPT_FREE, free_space(target.parent)
    if needed > free:
        raise StudyError(
            f"{target.parent}: expected {needed:,} free bytes on its disk, found {free:,}.",
            hint="Make space, or name a folder on another disk.",
        )


def _check(
    pack: Path,
    part: Path,
    store: Store,
    manifest: Manifest,
    on_progress: Callable[[float, float | None], None] | None,
) -> None:
    def told(done: int, of: int) -> None:
        if on_progress:
            on_progress(1 + done / max(of, 1), 2)

    hint = "Ask for the file again, packed from a study in which `mimik check` finds nothing serious."
    for each in check_files(part, store=store, on_progress=told).findings:
        if each.severity == "serious":
            raise StudyDamaged(f"{pack}: {each.text}", hint=hint)
    study = Study.open(part, store=store, recover=False)
    said = (manifest.title, manifest.synthetic, manifest.protocol, manifest.protocol_version)
    found = (study.title, study.synthetic, study.protocol.name, study.protocol.version)
    if said != found:
        raise StudyDamaged(
            f"{pack}: expected the study {said}, as its manifest says, found {found}.", hint=hint
        )
    shown = {each.path for each in manifest.files if is_media(each.path)}
    if others := shown.symmetric_difference(media_files(study.protocol)):
        raise StudyDamaged(
            f"{pack}: expected the pictures and clips that its protocol names, found {min(others)!r} amiss.",
            hint=hint,
        )
    for info in study.sessions():
        if info.synthetic is not study.synthetic:
            raise StudyDamaged(
                f"{pack}: expected sessions as {'simulated' if study.synthetic else 'real'} as the study, "
                f"found {info.participant}/{info.session} to be otherwise.",
                hint=hint,
            )


def _mark_origin(store: Store, title: str) -> None:
    """Write into records of consent where they came from; one that came from further away keeps that."""
    for name in store.list(CONSENT):
        if name.endswith(".toml"):
            person = name.removesuffix(".toml")
            rows = [{"origin": title, **row} for row in consent_rows(store, person)]
            write_toml(store, consent_file(person), {"consent": rows})
