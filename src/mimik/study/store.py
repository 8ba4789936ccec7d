"""What reads and writes everything in a study: the contract of every store.

Nothing but ``mimik.study.disk`` opens a file (a test holds that); encryption and the audit trail are stores
laid upon that of the folder. Paths are relative to the study's folder and use ``/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["Appender", "Closable", "Store"]


class Closable(Protocol):
    """Something to let go of."""

    def close(self) -> None:
        """Let go, once or more often."""


class Appender(Closable, Protocol):
    """A file that only grows, held by one writer at a time until closed."""

    def write(self, data: bytes | bytearray) -> None:
        """Hand bytes to the operating system: they survive the end of this program."""

    def sync(self) -> None:
        """Wait until all written bytes lie on the disk: they survive a power cut."""

    def cut(self, size: int) -> None:
        """Drop all but the first ``size`` bytes."""


class Store(Protocol):
    """Reads and writes the files of one study; every method raises StudyError where it cannot."""

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""

    def open_reader(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""

    def open_writer(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""

    def lock(self) -> AbstractContextManager[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
