"""The chain of an audit trail: lines of JSON, each bearing the SHA-256 of the one before.

A line altered, dropped, added or moved breaks the chain from there on. What a chain alone can't show is that
its end was cut off; for that its length and the digest of its last line, the *head*, are kept beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "FIELDS",
    "START",
    "Break",
    "Head",
    "encode_line",
    "line_digest",
    "parse_head",
    "parse_line",
    "verify",
]

START = "0" * 64
"""What stands in the first line for the digest of the line before; also the head of an empty chain."""

FIELDS = ("n", "at", "by", "what", "of", "file", "digest", "why", "facts", "prev")

_HEAD = re.compile(r"(?P<length>[0-9]{1,12}):(?P<head>[0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """How long a chain is, and the digest of its last line; written as "12:9f86d0..."."""

    length: int = 0
    digest: str = START

    def __str__(self) -> str:
        return f"{self.length}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken.

    Attributes:
        line: its number, from 1.
        expected: in words.
        found: in words.
    """

    line: int
    expected: str
    found: str


def parse_head(text: str) -> Head:
    """Return a head written down as "length:digest"; raises StudyError."""
    match = _HEAD.fullmatch(text.strip().lower())
    if match is None:
        raise StudyError(
            f"head: expected a number of lines, a colon and 64 hex digits, found {text[:90]!r}.",
            hint="Copy it from an earlier `mimik audit verify`.",
        )
    return Head(int(match["length"]), match["head"])


def encode_line(values: Mapping[str, Any]) -> bytes:
    """Return the bytes of a line, without its end: keys in the order of FIELDS, no blanks, plain ASCII."""
    return json.dumps({key: values[key] for key in FIELDS}, separators=(",", ":")).encode("ascii")


def line_digest(line: bytes) -> str:
    """Return the SHA-256 of a line without its end, in hex."""
    return hashlib.sha256(line).hexdigest()


def parse_line(line: bytes) -> dict[str, Any]:
    """Return what a line says; raises ValueError for one that no Mimik wrote."""
    values = json.loads(line)
    if not isinstance(values, dict) or tuple(values) != FIELDS or encode_line(values) != line:
        raise ValueError("not the fields of a line, written as Mimik writes them")
    texts = ("at", "by", "what", "of", "file", "digest", "why", "prev")
    if type(values["n"]) is not int or not isinstance(values["facts"], dict):
        raise ValueError("a number or facts of another kind")
    if not all(isinstance(values[name], str) for name in texts):
        raise ValueError("text of another kind")
    return values


def verify(lines: Iterable[bytes], anchors: Iterable[Head] = ()) -> Break | None:
    """Return where a chain is broken, or None for a whole one.

    Args:
        lines: of the file, without their ends.
        anchors: what its length and head once were.
    """
    heads = [START]
    for number, line in enumerate(lines, 1):
        try:
            values = parse_line(line)
        except (ValueError, RecursionError) as error:
            return Break(number, "a line of the audit trail", f"a fault: {error}")
        if values["n"] != number:
            return Break(number, f"line {number}", f"line {values['n']}")
        if values["prev"] != heads[-1]:
            return Break(
                number,
                f"the digest of line {number - 1}, {heads[-1][:12]}...",
                f"{values['prev'][:12]}..., so a line was altered, dropped or added",
            )
        heads.append(line_digest(line))
    for anchor in anchors:
        if (found := _against(heads, anchor)) is not None:
            return found
    return None


def _against(heads: list[str], anchor: Head) -> Break | None:
    length = len(heads) - 1
    if anchor.length > length:
        return Break(length + 1, f"{anchor.length} lines, as was written down", f"{length} lines")
    if heads[anchor.length] != anchor.digest:
        expected = f"the digest {anchor.digest[:12]}... that was written down"
        return Break(anchor.length, expected, f"{heads[anchor.length][:12]}...")
    return None
