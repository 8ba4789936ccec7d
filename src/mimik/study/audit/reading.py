"""Reading an audit trail: whether it is whole, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyDamaged
from mimik.study.audit.chain import START, Break, Head, line_digest, parse_line, verify
from mimik.study.audit.trail import BROKEN, read_anchor
from mimik.study.layout import AUDIT, AUDIT_HEAD

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["Verdict", "read_lines", "told_break", "verify_trail"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a trail is whole.

    Attributes:
        head: its length and the digest of its last line now: to be written down elsewhere.
        broken: where it is broken first, or None.
    """

    head: Head
    broken: Break | None


def verify_trail(store: Store, written_down: Head | None = None) -> Verdict:
    """Check the chain of a study's trail, against its anchor and a head that was written down elsewhere.

    Raises:
        StudyDamaged: there is no trail, or no anchor that can be read.
    """
    anchor = read_anchor(store)  # first: what is added meanwhile lies beyond it
    lines = _lines(store)
    head = Head(len(lines), line_digest(lines[-1]) if lines else START)
    if anchor is None:
        expected = f"a length and a head in {AUDIT_HEAD}"
        return Verdict(head, Break(head.length, expected, "no such file"))
    anchors = [anchor] if written_down is None else [anchor, written_down]
    return Verdict(head, verify(lines, anchors) or told_break(lines))


def read_lines(store: Store) -> list[dict[str, Any]]:
    """Return what the lines of a study's trail say; raises StudyDamaged, naming one."""
    found = []
    for number, line in enumerate(_lines(store), 1):
        try:
            found.append(parse_line(line))
        except (ValueError, RecursionError) as error:
            raise StudyDamaged(
                f"{AUDIT}, line {number}: expected a line of the audit trail, found a fault: {error}.",
                hint="See: mimik audit verify STUDY",
            ) from error
    return found


def told_break(lines: list[bytes]) -> Break | None:
    """Return where a program found the trail broken, and went on."""
    for number, line in enumerate(lines, 1):
        values = parse_line(line)
        if values["what"] == BROKEN:
            facts = {key: str(values["facts"].get(key)) for key in ("expected", "found")}
            return Break(
                number,
                f"the end {facts['expected'][:20]}..., as it was left",
                f"{facts['found'][:20]}..., so lines were cut off or changed before this one was added",
            )
    return None


def _lines(store: Store) -> list[bytes]:
    *lines, torn = store.read(AUDIT).split(b"\n")
    anchor = read_anchor(store)
    return [*lines, torn] if torn and anchor is not None and len(lines) < anchor.length else lines
