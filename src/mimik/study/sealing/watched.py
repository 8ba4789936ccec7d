"""The store of a plain study, which stops writing when another program has encrypted it meanwhile."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mimik.errors import StudyRekeyed
from mimik.study.disk.folderstore import FolderStore
from mimik.study.layout import ENCRYPTION
from mimik.study.sealing.format import is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from mimik.study.store import Appender

__all__ = ["WatchedStore"]


class WatchedStore(FolderStore):
    """A folder of plain files; what a program without a key wrote later would lie there in plain text."""

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""
        data = super().read(path)
        if is_sealed(data):
            self._check_plain()
        return data

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyRekeyed while another holds it."""
        self._check_plain()
        return super().append(path)

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""
        self._check_plain()
        with super().open_writer(path) as file:
            yield file

    def _check_plain(self) -> None:
        if self.exists(ENCRYPTION):
            raise StudyRekeyed(
                "The study was encrypted by another program since this one opened it.",
                hint="Open the study again.",
            )
