"""What a trail says of the files that should be there, read on as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mimik.errors import StudyDamaged
from mimik.study.audit.chain import NOWHERE, Head, Line, digest_of, parse_line, split_lines

__all__ = ["FOUND_ALTERED", "Seen", "line_or_none", "told_files"]

FOUND_ALTERED = "found-altered"
"""What a line says of a file that was found changed by hand before it was replaced."""


@dataclass(frozen=True)
class Seen:
    """What a trail said when it was read last.

    Attributes:
        size: of all whole lines, in bytes.
        torn: whether something follows them.
        head: how far it goes.
        files: as ``told_files`` returns them.
    """

    size: int = 0
    torn: bool = False
    head: Head = NOWHERE
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def go_on(self, data: bytes) -> Seen:
        """Return what it says now; only what was added is read, unless it was changed before that."""
        if not self._is_beginning_of(data):
            return Seen().go_on(data)
        lines, rest = split_lines(data[self.size :])
        if not lines:
            return replace(self, torn=bool(rest))
        first = self.head.length + 1
        told = (line for n, raw in enumerate(lines, first) if (line := line_or_none(raw, n)))
        head = Head(self.head.length + len(lines), digest_of(lines[-1]))
        return Seen(len(data) - len(rest), bool(rest), head, told_files(told, self.files))

    def _is_beginning_of(self, data: bytes) -> bool:
        if not self.size:
            return True
        if len(data) < self.size or data[self.size - 1 : self.size] != b"\n":
            return False
        last = data[: self.size - 1].rpartition(b"\n")[2]
        return digest_of(last) == self.head.digest


def told_files(
    lines: Iterable[Line], before: Mapping[tuple[str, str], str] | None = None
) -> dict[tuple[str, str], str]:
    """Return (reference, file) -> digest of what should be there, by lines that follow ``before``."""
    files = dict(before or {})
    for line in lines:
        if line.file and line.what != FOUND_ALTERED:
            if line.digest:
                files[line.of, line.file] = line.digest
            else:
                files.pop((line.of, line.file), None)
    return files


def line_or_none(raw: bytes, n: int) -> Line | None:
    """Return a line, the n-th, or None where it is none."""
    try:
        return parse_line(raw, n)
    except StudyDamaged:  # told by `mimik check`; a broken trail is no reason not to record
        return None
