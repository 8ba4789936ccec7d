"""A store that tells the audit trail of every change of a lasting file."""

from __future__ import annotations

import contextlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from mimik.errors import StudyError
from mimik.study.audit.paths import is_lasting
from mimik.study.audit.trail import Change, Trail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from mimik.study.store import Appender, Store

__all__ = ["AuditedStore"]


class AuditedStore:
    """The files of a study, kept in another store, none of which changes untold.

    Attributes:
        inner: keeps them.
        trail: is told.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.trail = Trail(inner)

    def read(self, path: str) -> bytes:
        """Return a whole file; raises StudyDamaged if there is none."""
        return self.inner.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Replace or make a file: after a crash it is the old one or the new one, nothing between."""
        with self.open_writer(path) as file:
            file.write(data)

    def append(self, path: str) -> Appender:
        """Open a file to append, made if absent; raises StudyBusy while another holds it."""
        return self.inner.append(path)

    def open_reader(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to read piece by piece, with seeking."""
        return self.inner.open_reader(path)

    @contextlib.contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        """Open a file to write piece by piece; it appears whole at the end of the block, or not at all."""
        if not is_lasting(path):
            with self.inner.open_writer(path) as file:
                yield file
            return
        hasher = self.trail.hasher(path)
        with ExitStack() as telling, self.inner.open_writer(path) as file:
            yield cast(BinaryIO, _Hashing(file, hasher))
            # On the disk before the file gets its name, which happens as this block ends.
            telling.enter_context(self.trail.change([Change(path, hasher.hexdigest())]))

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return self.inner.exists(path)

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""
        return self.inner.list(path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""
        with self.trail.change(self._gone(path)):
            self.inner.remove(path)

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""
        with self.trail.change(self._gone(path)):
            return self.inner.remove_unheld(path)

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""
        come = [
            Change(new + inside, self.trail.digest(new + inside, self.inner.read(old + inside)))
            for inside in self._inside(old)
            if is_lasting(new + inside)
        ]
        with self.trail.change([*self._gone(old), *come]):
            self.inner.rename(old, new)

    def lock(self) -> AbstractContextManager[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
        return self.inner.lock()

    def _gone(self, path: str) -> Iterable[Change]:
        return [Change(path + inside, "") for inside in self._inside(path) if is_lasting(path + inside)]

    def _inside(self, path: str) -> Iterator[str]:
        """Yield what to add to a path for each file in it; "" for a file."""
        names = self.inner.list(path)
        if not names and self.inner.exists(path) and self._is_file(path):
            yield ""
        for name in names:
            yield from (f"/{name}{deeper}" for deeper in self._inside(f"{path}/{name}"))

    def _is_file(self, path: str) -> bool:
        try:
            with self.inner.open_reader(path):
                return True
        except StudyError:
            return False


class _Hashing:
    """A file that is digested while it is written, from its beginning to its end."""

    def __init__(self, file: BinaryIO, hasher: Any) -> None:
        self._file, self._hasher = file, hasher

    def write(self, data: Any) -> int:
        self._hasher.update(data)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
