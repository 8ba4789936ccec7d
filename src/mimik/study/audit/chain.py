"""The lines of an audit trail, each of which names the digest of the one before.

A line is a JSON object: ``n`` (from 1), ``at`` (UTC, ISO 8601), ``what``, ``prev`` (SHA-256 of the bytes
of the line before, without its line break; 64 zeros for the first), and where they say something ``by``,
``of``, ``file``, ``digest``, ``why``, ``facts``. Whoever changes, drops, adds or exchanges a line breaks the
chain behind it; whoever cuts lines off the end is told by the anchor, see ``mimik.study.audit.trail``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mimik.errors import StudyDamaged
from mimik.study.layout import AUDIT

__all__ = [
    "BEGINNING",
    "NOWHERE",
    "Head",
    "Line",
    "digest_of",
    "encode_line",
    "parse_chain",
    "parse_line",
    "split_lines",
    "verify_chain",
]

BEGINNING = "0" * 64
"""What the first line names as the digest of the one before."""

Facts = Mapping[str, "str | int | float | bool | None"]


@dataclass(frozen=True)
class Head:
    """How far a trail goes.

    Attributes:
        length: number of lines.
        digest: SHA-256 of the last one, in hex; ``BEGINNING`` where there is none.
    """

    length: int = 0
    digest: str = BEGINNING


NOWHERE = Head()
"""The head of a trail that has no line."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a trail.

    Attributes:
        n: its number, from 1.
        at: when, UTC, ISO 8601.
        what: a word such as "wrote", "removed", "withdrew".
        by: who ran the program, in their own words; "" if not said.
        of: reference of a participant, or "study"; "" where it is about neither.
        file: a file of theirs, such as "ses-01/events.tsv"; "" for what is no change of a file.
        digest: SHA-256 of their salt and the file, in hex; "" for a file that went.
        why: a reason.
        facts: plain counts and words.
        prev: digest of the line before.
    """

    n: int
    at: str
    what: str
    by: str = ""
    of: str = ""
    file: str = ""
    digest: str = ""
    why: str = ""
    facts: Facts = field(default_factory=dict)
    prev: str = BEGINNING


def encode_line(line: Line) -> bytes:
    """Return a line's bytes, without a line break."""
    said = {key: value for key, value in vars(line).items() if value not in ("", {})}
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()


def digest_of(line: bytes) -> str:
    """Return the digest that the next line names."""
    return hashlib.sha256(line).hexdigest()


def split_lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole lines, without line breaks, and what follows the last of them."""
    *lines, rest = data.split(b"\n")
    return lines, rest


def parse_chain(data: bytes) -> tuple[Line, ...]:
    """Return the lines of a trail, a torn last one left out; raises StudyDamaged, naming the line."""
    return tuple(parse_line(raw, n) for n, raw in enumerate(split_lines(data)[0], 1))


def verify_chain(data: bytes, anchor: Head = NOWHERE) -> Head:
    """Check that every line names the one before, and that a trail goes at least as far as an anchor.

    Returns:
        How far it goes.

    Raises:
        StudyDamaged: a line was altered, dropped, added or exchanged, or lines were cut off.
    """
    lines, _ = split_lines(data)
    before = BEGINNING
    for n, raw in enumerate(lines, 1):
        line = parse_line(raw, n)
        if line.n != n or line.prev != before:
            found = f"number {line.n}" if line.n != n else f"{line.prev[:12]}..."
            raise _broken(n, f"number {n}, after the line of the digest {before[:12]}...", found)
        before = digest_of(raw)
        if n == anchor.length and before != anchor.digest:
            raise _broken(
                n, f"the line of the digest {anchor.digest[:12]}..., as anchored", f"{before[:12]}..."
            )
    if len(lines) < anchor.length:
        raise StudyDamaged(
            f"{AUDIT}: expected at least {anchor.length} lines, as anchored, found {len(lines)}.",
            hint="Its end was cut off. Restore the file from a copy of the study.",
        )
    return Head(len(lines), before)


def parse_line(raw: bytes, n: int) -> Line:
    """Return a line, the n-th; raises StudyDamaged where it is none."""
    try:
        values = json.loads(raw)
        line = Line(**values)
    except (ValueError, TypeError, RecursionError) as error:
        raise _broken(n, "a JSON object of an audit trail", str(error)) from error
    texts = (line.at, line.what, line.by, line.of, line.file, line.digest, line.why, line.prev)
    if (
        not all(isinstance(text, str) for text in texts)
        or type(line.n) is not int
        or not _is_plain(line.facts)
    ):
        raise _broken(n, "texts, a number and plain facts", "something else")
    return line


def _is_plain(facts: Any) -> bool:
    return isinstance(facts, dict) and all(
        value is None or isinstance(value, (str, int, float)) for value in facts.values()
    )


def _broken(n: int, expected: str, found: str) -> StudyDamaged:
    return StudyDamaged(
        f"{AUDIT}, line {n}: expected {expected}, found {found}.",
        hint="The trail was changed by hand. Restore the file from a copy of the study.",
    )
