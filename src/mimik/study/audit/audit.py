"""What is told of acts that change no file, and what the trail says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError
from mimik.study.audit.chain import Head, Line, parse_chain, verify_chain
from mimik.study.audit.paths import is_lasting, owner_of, told_file
from mimik.study.audit.store import AuditedStore
from mimik.study.audit.trail import Trail, read_anchor
from mimik.study.layout import AUDIT
from mimik.study.oneline import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.study.store import Store

__all__ = ["Audit"]

_ACCEPTED = "accepted"


class Audit:
    """The audit trail of a study.

    Args:
        store: of the study.
    """

    def __init__(self, store: Store) -> None:
        self._trail = store.trail if isinstance(store, AuditedStore) else Trail(store)

    def note(
        self,
        what: str,
        *,
        of: str = "",
        why: str = "",
        by: str | None = None,
        facts: Mapping[str, str | int | float | bool | None] | None = None,
    ) -> None:
        """Add a line; it may name nobody but by reference.

        Args:
            what: a word, such as "withdrew" or "released".
            of: reference of a participant.
            why: a reason.
            by: who does it; by default what MIMIK_OPERATOR says.
            facts: plain counts and words.
        """
        line: dict[str, Any] = {"what": what, "of": of, "why": why, "facts": dict(facts or {})}
        self._trail.note([line if by is None else {**line, "by": by}])

    def reference(self, participant: str) -> str:
        """Return the reference of a participant, made where there is none."""
        return self._trail.entry(participant).reference

    def settle(self) -> None:
        """Tell what a killed program left undone; writes nothing where there is nothing to tell."""
        self._trail.settle()

    def forget(self, participant: str) -> None:
        """Let the reference of somebody who withdrew name nobody, and digests of their data say nothing."""
        self._trail.forget(participant)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines; raises StudyDamaged where one is none."""
        store = self._trail.store
        return parse_chain(store.read(AUDIT)) if store.exists(AUDIT) else ()

    def verify(self, head: Head | None = None) -> Head:
        """Check the chain against its anchor, and against a head that was written down elsewhere.

        Returns:
            How far it goes.

        Raises:
            StudyDamaged: it was changed, or its end was cut off.
        """
        store = self._trail.store
        anchor = read_anchor(store)
        data = store.read(AUDIT)  # after the anchor, as others may add to it
        if head is not None:
            verify_chain(data, head)
        return verify_chain(data, anchor)

    def accept(self, path: str, *, by: str, why: str) -> None:
        """Take a file as it is now, edited by hand.

        Args:
            path: below the study's folder.
            by: who accepts it.
            why: a reason.

        Raises:
            StudyError: name or reason is missing, or it is no lasting file of the study.
        """
        by, why = one_line(by, where="by"), one_line(why, where="why")
        store = self._trail.store
        if not is_lasting(path) or not store.exists(path):
            raise StudyError(f"{path}: expected a file of the study, found none that the trail looks after.")
        digest = self._trail.digest(path, store.read(path))
        entry = self._trail.entry(owner_of(path))
        line = {"what": _ACCEPTED, "of": entry.reference, "file": told_file(path), "digest": digest}
        self._trail.note([{**line, "by": by, "why": why}])
