"""How a study's folder is read and written: which stores lie upon each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.audit.store import AuditedStore
from mimik.study.disk.folderstore import FolderStore
from mimik.study.layout import ENCRYPTION
from mimik.study.sealing.encryption import read_encryption, write_encryption
from mimik.study.sealing.keys import new_encryption, new_keys, unlocked
from mimik.study.sealing.store import SealedStore
from mimik.study.sealing.watched import WatchedStore

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.study.sealing.keys import Key
    from mimik.study.store import Store

__all__ = ["encrypted_store", "study_store"]


def study_store(folder: Path, key: Key | None = None) -> Store:
    """Return the store through which all of a study is read and written, whether or not there is one yet.

    Args:
        folder: of the study.
        key: its passphrase, or the path of its key file, where it is encrypted; by default what the
            environment tells, MIMIK_KEY_FILE or MIMIK_PASSPHRASE.

    Raises:
        StudyLocked: it is encrypted, and no key is given, or one that does not fit.
    """
    return AuditedStore(_sealed(FolderStore(folder), folder, key))


def encrypted_store(folder: Path, key: Key) -> Store:
    """Return the store of a study that is to be made, encrypted."""
    files, keys = FolderStore(folder), new_keys()
    write_encryption(files, new_encryption(keys, key))
    return study_store(folder, key)


def _sealed(files: Store, folder: Path, key: Key | None) -> Store:
    if not files.exists(ENCRYPTION):
        return WatchedStore(folder)
    encryption = read_encryption(files)
    keys = unlocked(encryption, key, where=str(folder))
    return SealedStore(files, keys, plain=encryption.state in ("encrypting", "decrypting"))
