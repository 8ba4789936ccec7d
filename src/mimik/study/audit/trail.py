"""The trail on the disk: lines are added under a lock, and an anchor says how far it goes.

A change of files is told before it happens, so that none goes untold: line, change, anchor. Whoever adds
next finds lines beyond the anchor only if a program was killed in between, and settles them first: for what
did not happen after all, a line "undone" is added.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.environment import OPERATOR, told_by_environment
from mimik.errors import StudyBusy, StudyDamaged
from mimik.study import toml
from mimik.study.audit.chain import Head, Line, digest_of, encode_line, split_lines
from mimik.study.audit.paths import owner_of, path_of, told_file
from mimik.study.audit.seen import FOUND_ALTERED, Seen, line_or_none, told_files
from mimik.study.layout import AUDIT, AUDIT_HEAD
from mimik.study.ledger import STUDY_REFERENCE, Entry, read_ledger, write_ledger

if TYPE_CHECKING:
    from mimik.study.store import Appender, Store

__all__ = ["REMOVED", "UNDONE", "WROTE", "Change", "Trail", "read_anchor"]


WROTE, REMOVED, UNDONE = "wrote", "removed", "undone"
SALTED, CUT = "salted-anew", "found-cut"

_PATIENCE = 30.0  # s; a lock is held while one file gets its name
_AGAIN = 0.005


@dataclass(frozen=True)
class Change:
    """What becomes of a file.

    Attributes:
        path: below the study's folder.
        digest: salted, as ``Trail.digest`` makes it; "" for a file that goes.
    """

    path: str
    digest: str


class Trail:
    """The audit trail of one study; may be used by many threads and programs at once.

    Args:
        store: below the one that audits.
        clock: seconds since 1970 (UTC).
        sleep: waits, in seconds.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store = store
        self._clock, self._sleep = clock, sleep
        self._known = Seen()
        self._reading = threading.Lock()

    def entry(self, participant: str) -> Entry:
        """Return the ledger's line of a participant ("" for the study), made where there is none."""
        if entry := read_ledger(self.store).entry(participant):
            return entry
        with self._held():
            ledger = read_ledger(self.store)  # another may have made it meanwhile
            entry = ledger.entry(participant) or ledger.add(participant)
            write_ledger(self.store, ledger)
        return entry

    def hasher(self, path: str) -> Any:
        """Return a SHA-256 that has taken in the salt of whose file this is."""
        return hashlib.sha256(bytes.fromhex(self.entry(owner_of(path)).salt))

    def digest(self, path: str, data: bytes) -> str:
        """Return the salted digest of a file."""
        hasher = self.hasher(path)
        hasher.update(data)
        return str(hasher.hexdigest())

    def note(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines of what is no change of a file."""
        with self._held() as file:
            self._add(file, lines)
            self._anchor()

    @contextlib.contextmanager
    def change(self, changes: Iterable[Change], *, why: str = "") -> Iterator[None]:
        """Tell what becomes of files; the block does it. Where the block fails, that is told, too."""
        changes = tuple(changes)
        if not changes:
            yield
            return
        entries = {change.path: self.entry(owner_of(change.path)) for change in changes}
        with self._held() as file:
            told = [(c, entries[c.path]) for c in changes if c.digest or self._told(c.path, entries[c.path])]
            altered = [line for change, entry in told if (line := self._altered(change.path, entry))]
            self._add(file, [*altered, *(_line(change, entry, why) for change, entry in told)])
            try:
                yield
            except BaseException:
                with contextlib.suppress(Exception):  # the first error is the one to tell
                    self._settle(file)
                raise
            self._anchor()

    def forget(self, participant: str) -> None:
        """Drop a participant's line of the ledger, and tell the study's own files anew under a new salt.

        Digests of tables that named them can then be compared with nothing.
        """
        with self._held() as file:
            ledger = read_ledger(self.store)
            files = [name for of, name in self._seen().files if of == STUDY_REFERENCE]
            ledger.drop(participant)
            ledger.drop("")
            ledger.add("")
            write_ledger(self.store, ledger)
            lines = []
            for path in files:
                digest = self.digest(path, self.store.read(path)) if self.store.exists(path) else ""
                lines.append({"what": SALTED, "of": STUDY_REFERENCE, "file": path, "digest": digest})
            self._add(file, lines)
            self._anchor()

    def settle(self) -> None:
        """Settle what a killed program left; writes nothing where there is nothing to settle."""
        if self.store.exists(AUDIT) and self._seen().head != read_anchor(self.store):
            with self._held():
                pass

    @contextlib.contextmanager
    def _held(self) -> Iterator[Appender]:
        """Hold the trail, settled."""
        file = self._opened()
        try:
            self._settle(file)
            yield file
        finally:
            file.close()

    def _opened(self) -> Appender:
        waited = 0.0
        while True:
            try:
                return self.store.append(AUDIT)
            except StudyBusy:
                if waited >= _PATIENCE:
                    raise
            self._sleep(_AGAIN)
            waited += _AGAIN

    def _settle(self, file: Appender) -> None:
        """Bring lines and anchor together, whatever a killed program left or somebody cut off."""
        seen, anchor = self._seen(), read_anchor(self.store)
        if seen.torn:
            file.cut(seen.size)
        if seen.head == anchor:
            return
        lines, _ = split_lines(self.store.read(AUDIT))
        if len(lines) < anchor.length or (
            anchor.length and digest_of(lines[anchor.length - 1]) != anchor.digest
        ):
            self._add(file, [{"what": CUT, "facts": {"anchored": anchor.length, "found": len(lines)}}])
        else:
            self._add(file, self._undone(lines, anchor.length))
        self._anchor()

    def _undone(self, lines: list[bytes], settled: int) -> list[dict[str, Any]]:
        """Return lines for the changes that were told beyond the settled lines and did not happen."""
        before = told_files(
            line for n, raw in enumerate(lines[:settled], 1) if (line := line_or_none(raw, n))
        )
        undone = []
        for n, raw in enumerate(lines[settled:], settled + 1):
            line = line_or_none(raw, n)
            if line is None or line.what not in (WROTE, REMOVED):
                continue
            there = before.get((line.of, line.file), "")
            if self._present(line) == there != line.digest:
                undone.append({"what": UNDONE, "of": line.of, "file": line.file, "digest": there})
        return undone

    def _present(self, line: Line) -> str | None:
        """Return the digest of the file that a line is about, as it is now: "" for none, None if unclear."""
        participant = read_ledger(self.store).participant(line.of)
        if participant is None:
            return None
        path = path_of(participant, line.file)
        return self.digest(path, self.store.read(path)) if self.store.exists(path) else ""

    def _altered(self, path: str, entry: Entry) -> dict[str, Any] | None:
        """Return a line for a file that somebody changed by hand, before that goes with what comes."""
        told = self._told(path, entry)
        if not told or not self.store.exists(path):
            return None
        try:
            digest = self.digest(path, self.store.read(path))
        except StudyDamaged:
            digest = ""
        if digest == told:
            return None
        return {"what": FOUND_ALTERED, "of": entry.reference, "file": told_file(path)}

    def _told(self, path: str, entry: Entry) -> str:
        return self._seen().files.get((entry.reference, told_file(path)), "")

    def _seen(self) -> Seen:
        """Read what was added since the last time."""
        data = self.store.read(AUDIT) if self.store.exists(AUDIT) else b""
        with self._reading:
            self._known = self._known.go_on(data)
            return self._known

    def _add(self, file: Appender, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines, down to the disk."""
        head = self._seen().head
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        by = told_by_environment(OPERATOR)
        written = bytearray()
        for values in lines:
            raw = encode_line(Line(n=head.length + 1, at=at, prev=head.digest, **{"by": by, **values}))
            written += raw + b"\n"
            head = Head(head.length + 1, digest_of(raw))
        if written:
            file.write(bytes(written))
            file.sync()

    def _anchor(self) -> None:
        head = self._seen().head
        text = json.dumps({"length": head.length, "head": head.digest}) + "\n"
        self.store.write(AUDIT_HEAD, text.encode())


def read_anchor(store: Store) -> Head:
    """Return how far the trail goes at least; raises StudyDamaged for a file that does not say so."""
    if not store.exists(AUDIT_HEAD):
        return Head()
    try:
        values = json.loads(store.read(AUDIT_HEAD))
    except ValueError as error:
        raise StudyDamaged(f"{AUDIT_HEAD}: expected JSON, found a fault: {error}.") from error
    return Head(
        toml.field(values, "length", int, where=AUDIT_HEAD), toml.field(values, "head", str, where=AUDIT_HEAD)
    )


def _line(change: Change, entry: Entry, why: str) -> dict[str, Any]:
    told = {"what": WROTE if change.digest else REMOVED, "of": entry.reference, "why": why}
    return {**told, "file": told_file(change.path), "digest": change.digest}
