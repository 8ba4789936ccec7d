"""The store that notes every change of a lasting file in the audit trail.

A line says what a file is to be before it becomes that, so that a file can differ from the trail only by a
change that did not come through here; or by a program that broke off between the two, which is settled by the
next change, or when the study is opened next.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from typing import TYPE_CHECKING, BinaryIO, cast

from mimik.errors import StudyError
from mimik.study.audit.audit import Audit
from mimik.study.audit.files import (
    content_digest,
    files_below,
    is_lasting,
    lasting_files,
    noted_name,
    owner_of,
    present_digest,
    reference_in,
    salted,
)
from mimik.study.audit.references import STUDY_LINE, read_ledger, write_new
from mimik.study.audit.trail import FOUND_ALTERED, NOTED, REMOVED, WROTE
from mimik.study.layout import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from mimik.study.audit.audit import Held
    from mimik.study.audit.references import Ledger
    from mimik.study.store import Appender, Store

__all__ = ["AuditedStore", "audit_of", "audited", "noted_as_one", "noted_together"]


class AuditedStore:
    """A store over another one, whose changes of lasting files stand in the study's audit trail.

    Attributes:
        inner: the store below.
        audit: the trail.
    """

    def __init__(self, inner: Store) -> None:
        self.inner = inner
        self.audit = Audit(inner)
        self._written: dict[str, bytes] = {}  # work in progress -> SHA-256 of its bytes
        self._together: dict[str, str] | None = None  # moves that stand in the trail already

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
        with contextlib.ExitStack() as until_it_appears, self.inner.open_writer(path) as file:
            digesting = _Digesting(file)
            yield cast("BinaryIO", digesting)
            if is_lasting(path):
                held = until_it_appears.enter_context(self.audit.held())
                self._note(held, wrote={path: digesting.digest})
        if not is_lasting(path):
            self._written[path] = digesting.digest

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder."""
        return self.inner.exists(path)

    def list(self, path: str = "") -> tuple[str, ...]:
        """Return the sorted names in a folder; none for a folder that is not there."""
        return self.inner.list(path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all in it, if it is there."""
        removed = self._lasting_below(path)
        with self._held_for(removed) as held:
            self._note(held, removed=removed)
            self.inner.remove(path)
        self._forget_work(path)

    def remove_unheld(self, path: str) -> bool:
        """Remove a file that no program holds open to write; gives whether it is gone."""
        return self.inner.remove_unheld(path)  # only ever of work in progress

    def rename(self, old: str, new: str) -> None:
        """Move a file or folder in one step, making the folders above; a file at ``new`` is replaced."""
        if self._together is not None and self._together.get(old) == new:
            self.inner.rename(old, new)
            return
        removed, wrote = self._lasting_below(old), self._moved(old, new)
        with self._held_for([*removed, *wrote]) as held:
            self._note(held, removed=removed, wrote=wrote)
            self.inner.rename(old, new)
        self._forget_work(old)

    def lock(self) -> AbstractContextManager[bool]:
        """Hold the study for a change of many files; gives False where another program holds it."""
        return self.inner.lock()

    @contextlib.contextmanager
    def together(self, moves: Iterable[tuple[str, str]]) -> Iterator[None]:
        """Note all these moves at once; they are made in the block, by ``rename``."""
        there = {old: new for old, new in moves if self.inner.exists(old)}
        removed = [path for old in there for path in self._lasting_below(old)]
        wrote = {path: d for old, new in there.items() for path, d in self._moved(old, new).items()}
        with self._held_for([*removed, *wrote]) as held:
            self._note(held, removed=removed, wrote=wrote)
            self._together = there
            try:
                yield
            finally:
                self._together = None

    def settle(self) -> None:
        """Settle what an earlier program left half done; a study that can only be read stays as it is."""
        if self.audit.is_settled():
            return
        with contextlib.suppress(StudyError), self.audit.held():
            pass

    def forget(self, participant: str) -> None:
        """Drop a participant's line of the ledger, and note the study's own files under a new salt."""
        with self.audit.held() as held:
            ledger = read_ledger(self.inner).without(participant)
            for path in lasting_files(self.inner):
                if owner_of(path) == STUDY_LINE:
                    salt = ledger.entries[STUDY_LINE].salt
                    held.add(NOTED, file=path, digest=salted(content_digest(self.inner, path), salt))
            held.sync()
            self.inner.write(LEDGER, ledger.encode())

    def adopt(self) -> int:
        """Note all lasting files as they are that are not so in the trail; return how many."""
        with self.audit.held() as held:
            paths = tuple(lasting_files(self.inner))
            ledger = write_new(self.inner, [STUDY_LINE, *map(owner_of, paths)])
            for path in paths:
                file = noted_name(path, ledger)
                if present_digest(self.inner, ledger, file) != held.trail.noted.get(file):
                    self._add(held, ledger, NOTED, path, content_digest(self.inner, path))
        return held.added

    def _note(
        self, held: Held | None, *, removed: Iterable[str] = (), wrote: Mapping[str, bytes] | None = None
    ) -> None:
        """Write lines of changes ahead of them; where a file is not as noted before, that first."""
        if held is None:
            return
        removed, wrote = tuple(removed), wrote or {}
        ledger = write_new(self.inner, [STUDY_LINE, *map(owner_of, (*removed, *wrote))])
        for path in (*removed, *wrote):
            file = noted_name(path, ledger)
            there = present_digest(self.inner, ledger, file)
            if there and there != held.trail.noted.get(file):
                held.add(FOUND_ALTERED, of=reference_in(file), file=file, digest=there)
        for path in removed:
            self._add(held, ledger, REMOVED, path, None)
        for path, content in wrote.items():
            self._add(held, ledger, WROTE, path, content)
        held.sync()

    def _add(self, held: Held, ledger: Ledger, what: str, path: str, content: bytes | None) -> None:
        file = noted_name(path, ledger)
        salt = ledger.entries[owner_of(path)].salt
        digest = "" if content is None else salted(content, salt)
        held.add(what, of=reference_in(file), file=file, digest=digest)

    def _held_for(self, paths: Iterable[str]) -> AbstractContextManager[Held | None]:
        return self.audit.held() if any(True for _ in paths) else contextlib.nullcontext()

    def _lasting_below(self, path: str) -> tuple[str, ...]:
        if not is_lasting(path):  # looking into it may mean to decrypt a journal
            return ()
        return tuple(file for file in files_below(self.inner, path) if is_lasting(file))

    def _moved(self, old: str, new: str) -> dict[str, bytes]:
        """Return path -> SHA-256 of the files that become lasting ones, or stay such under another name."""
        found = {}
        for file in files_below(self.inner, old):
            target = new + file.removeprefix(old)
            if is_lasting(target):
                found[target] = self._written.get(file) or content_digest(self.inner, file)
        return found

    def _forget_work(self, path: str) -> None:
        for file in [name for name in self._written if name == path or name.startswith(path + "/")]:
            del self._written[file]


class _Digesting(io.RawIOBase):
    """Hands on what is written, and digests it; nothing can be sought in it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        return self._sha256.digest()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # as those who write files here do
        self._sha256.update(data)
        self._file.write(data)
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()


def audited(store: Store) -> AuditedStore:
    """Return a store that notes what it does: this one, or one over it."""
    return store if isinstance(store, AuditedStore) else AuditedStore(store)


def audit_of(store: Store) -> Audit:
    """Return the audit trail of a store's study."""
    return audited(store).audit


def noted_together(store: Store, moves: Iterable[tuple[str, str]]) -> AbstractContextManager[None]:
    """Note moves of many files at once where a store notes; they are made in the block."""
    return store.together(moves) if isinstance(store, AuditedStore) else contextlib.nullcontext()


@contextlib.contextmanager
def noted_as_one(store: Store) -> Iterator[None]:
    """Take the changes made in the block as one where a store notes: quicker, and others wait for its end."""
    with store.audit.held() if isinstance(store, AuditedStore) else contextlib.nullcontext():
        yield
