"""A study's folder as it is when nothing has been recorded yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.consenttext import check_consent_text, write_consent_text
from mimik.study.disk.folderstore import FolderStore
from mimik.study.layout import PARTICIPANTS, PROTOCOL
from mimik.study.media import check_media, copy_media, media_files
from mimik.study.opening import encrypted_store, study_store
from mimik.study.participants import Table, write_participants
from mimik.study.settings import Settings, write_settings

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.protocol import Protocol
    from mimik.study.sealing.keys import Key
    from mimik.study.store import Store

__all__ = ["write_new_study"]


def write_new_study(
    root: Path,
    *,
    title: str,
    protocol: Protocol,
    synthetic: bool,
    consent: str,
    media: Path | None,
    key: Key | None,
) -> tuple[Store, Settings]:
    """Write all that a study begins with, or refuse before anything is written; see ``Study.create``."""
    if root.exists() and (not root.is_dir() or FolderStore(root).list()):
        raise StudyError(
            f"{root}: expected an empty or new folder, found something in it.", hint="Name another."
        )
    media_files(protocol)  # refuses names that no study can hold
    if media is not None:
        check_media(protocol, media)
    check_consent_text(consent)
    settings = Settings.new(title, synthetic=synthetic)
    store = study_store(root) if key is None else encrypted_store(root, key)
    write_consent_text(store, "1", consent)
    store.write(PROTOCOL, protocol.text.encode())
    if media is not None:
        copy_media(store, protocol, media)
    store.write(PARTICIPANTS, write_participants(Table()))
    write_settings(store, settings)  # last: before it there is no study
    return store, settings
