"""A folder outside of a study that appears whole, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.disk.folderstore import FolderStore
from mimik.study.disk.outside import folder_beside, place_outside

if TYPE_CHECKING:
    from mimik.study.store import Store
    from mimik.study.study import Study

__all__ = ["folder_digest", "new_folder", "whole_folder"]

_PIECE = 1 << 20  # bytes


def new_folder(study: Study, out: Path) -> Path:
    """Return where to write, once it is sure that nothing there is lost; raises StudyError."""
    target = out.resolve()
    if target.exists() and (not target.is_dir() or FolderStore(target).list()):
        raise StudyError(
            f"{out}: expected an empty or new folder, found something in it.", hint="Name another folder."
        )
    if study.folder.resolve() in (target, *target.parents):
        raise StudyError(
            f"{out}: expected a folder outside of the study, found one in it.", hint="Name another folder."
        )
    return target


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Store]:
    """Write a folder that appears at the end of the block, or not at all."""
    with folder_beside(target) as part:
        yield FolderStore(part)
        place_outside(part, target)


def folder_digest(store: Store) -> str:
    """Return the SHA-256 of a folder, in hex: what `sha256sum` says of each file, in one more digest."""
    total = hashlib.sha256()
    for path in sorted(_files(store, "")):
        with store.open_reader(path) as file:
            digest = hashlib.sha256()
            while piece := file.read(_PIECE):
                digest.update(piece)
        total.update(f"{digest.hexdigest()}  {path}\n".encode())
    return total.hexdigest()


def _files(store: Store, folder: str) -> Iterator[str]:
    """Yield the path of every file in a folder, however deep."""
    for name in store.list(folder):
        path = f"{folder}/{name}" if folder else name
        if store.list(path):
            yield from _files(store, path)
        else:
            yield path
