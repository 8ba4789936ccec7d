"""Adding to a study's audit trail, by several programs one after the other."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mimik.environment import operator
from mimik.errors import StudyDamaged
from mimik.study.audit.chain import START, Head, line_digest
from mimik.study.audit.files import present_digest, reference_in
from mimik.study.audit.hold import held_trail
from mimik.study.audit.references import read_ledger
from mimik.study.audit.trail import BROKEN, UNDONE, Trail, read_anchor, write_anchor
from mimik.study.layout import AUDIT
from mimik.study.oneline import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mimik.study.store import Appender, Store

__all__ = ["Audit", "Held"]


def _now() -> datetime:
    return datetime.now(UTC)


class Audit:
    """The audit trail of one study.

    Attributes:
        store: below the one that notes; the trail's own files are read and written through it.
        trail: what was read of it so far.
    """

    def __init__(self, store: Store, now: Callable[[], datetime] = _now) -> None:
        self.store = store
        self.trail = Trail()
        self._now = now
        self._thread = threading.RLock()
        self._held: Held | None = None

    def note(
        self,
        what: str,
        *,
        of: str = "",
        why: str = "",
        by: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line about something that happened and is no change of a file.

        Args:
            what: a word, such as "withdrew".
            of: reference of the participant it is about; never a pseudonym.
            why: the reason, in a line of words without identities.
            by: who operates Mimik; by default as MIMIK_OPERATOR says.
            facts: plain counts and strings, without identities.

        Raises:
            StudyError: the trail can't be written, or the reason is no line of text.
        """
        with self.held() as held:
            held.add(what, of=of, why=why, by=by, facts=facts)
            held.sync()

    @contextlib.contextmanager
    def held(self) -> Iterator[Held]:
        """Hold the trail, read up to its end, for one change; the anchor is written at the end of it.

        Changes within the block belong to it: the trail is held and its anchor written once for all of them.
        On an error the lines added stay beyond the anchor, to be settled when the study is opened next.
        """
        with self._thread:
            change = self._within(self._held) if self._held else self._alone()
            with change as held:
                yield held

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Held]:
        with held_trail(self.store) as file:
            self._catch_up(file)
            held = Held(self.trail, file, self._now)
            self._tell_a_break(held)
            self._settle(held)
            self._held = held
            try:
                yield held
            finally:
                self._held = None
            if held.added and not held.failed:
                held.sync()
                write_anchor(self.store, self.trail.head)
                self.trail.settle()

    @contextlib.contextmanager
    def _within(self, held: Held) -> Iterator[Held]:
        try:
            yield held
        except BaseException:
            held.failed = True  # whoever goes on all the same leaves it to be settled
            raise

    def is_settled(self) -> bool:
        """Whether nothing lies beyond the anchor, which an earlier program may have left."""
        if not self.store.exists(AUDIT):
            return True
        data = self.store.read(AUDIT)
        lines = data.split(b"\n")
        last = line_digest(lines[-2]) if len(lines) > 1 else START
        return not lines[-1] and Head(len(lines) - 1, last) == self._anchor()

    def _catch_up(self, file: Appender) -> None:
        """Read what others have added; a torn last line that nobody counts on is cut off."""
        with self.store.open_reader(AUDIT) as reader:
            size = reader.seek(0, 2)
            if size == self.trail.size:
                return
            anchor = self._anchor()
            if size < self.trail.size or not self.trail.size:
                self.trail = Trail()
            self.trail.anchor = max(self.trail.anchor, anchor, key=lambda head: head.length)
            reader.seek(self.trail.size)
            *lines, torn = reader.read().split(b"\n")
        for line in lines:
            self.trail.add(line)
        if torn and self.trail.head.length >= anchor.length:
            file.cut(self.trail.size)
        elif torn:
            file.write(b"\n")
            self.trail.add(torn)

    def _tell_a_break(self, held: Held) -> None:
        """Note that the trail is not as it was left, so that going on does not hide it."""
        anchor = self._anchor()
        if self.trail.broken or anchor.length > self.trail.head.length:
            held.add(BROKEN, facts={"expected": str(anchor), "found": str(self.trail.head)})
            self.trail.broken = False

    def _settle(self, held: Held) -> None:
        """Note which of the lines beyond the anchor a broken-off program did not make true.

        A file that is neither as such a line says nor as it was before is left to be found.
        """
        if not self.trail.before:
            return
        ledger = read_ledger(self.store)
        for file, before in list(self.trail.before.items()):
            present = present_digest(self.store, ledger, file)
            if present == before != self.trail.noted[file]:
                held.add(UNDONE, of=reference_in(file), file=file, digest=before)
        held.sync()
        self.trail.settle()
        write_anchor(self.store, self.trail.head)

    def _anchor(self) -> Head:
        try:
            return read_anchor(self.store) or Head()
        except StudyDamaged:
            return Head()


class Held:
    """A trail that nobody else adds to meanwhile.

    Attributes:
        trail: the lines so far.
        added: how many of them were added here.
        failed: whether a change within the one that holds the trail broke off.
    """

    def __init__(self, trail: Trail, file: Appender, now: Callable[[], datetime]) -> None:
        self.trail = trail
        self.added = 0
        self.failed = False
        self._file = file
        self._now = now
        self._synced = True

    def add(
        self,
        what: str,
        *,
        of: str = "",
        file: str = "",
        digest: str = "",
        why: str = "",
        by: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line; ``file`` and ``digest`` are a lasting file's, see ``Audit.note`` for the rest."""
        line = self.trail.line(
            {
                "at": self._now().astimezone(UTC).isoformat(timespec="milliseconds"),
                "by": operator() if by is None else one_line(by, where="by") if by.strip() else "",
                "what": what,
                "of": of,
                "file": file,
                "digest": digest,
                "why": one_line(why, where="why") if why.strip() else "",
                "facts": dict(facts or {}),
            }
        )
        self._file.write(line + b"\n")
        self._synced = False
        self.trail.add(line)
        self.added += 1

    def sync(self) -> None:
        """Wait until all lines lie on the disk."""
        if not self._synced:
            self._file.sync()
            self._synced = True
