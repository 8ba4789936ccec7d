"""What the checks of a study's files found, as plain data."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mimik.errors import MimikError
from mimik.study.integrity.codes import FILE_CHECKS, MISSING, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimik.study.integrity.codes import FileCheck, Weight
    from mimik.study.store import Store

__all__ = ["FORMAT", "FileFinding", "FileReport", "finding", "of_error", "read_or_tell"]

FORMAT = 1
"""Version of the plain data that ``FileReport.to_dict`` makes."""

T = TypeVar("T")

_WEIGHTS = ("serious", "warning", "info")
_SAID = re.compile(r"expected (?P<expected>.+?)[,;] found (?P<found>.+?)\.?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One thing that is wrong with a file, or good to know.

    Attributes:
        code: of the check, such as "FILE001"; stable.
        severity: how much it weighs.
        file: path below the study's folder.
        expected: what was expected.
        found: what was found instead.
        remedy: what to try.
    """

    code: str
    severity: Weight
    file: str
    expected: str
    found: str
    remedy: str

    @property
    def text(self) -> str:
        """File, expected and found in a sentence."""
        return f"{self.file}: expected {self.expected}, found {self.found}."


@dataclass(frozen=True, slots=True)
class FileReport:
    """What all checks of a study's files said.

    Attributes:
        findings: what was found, the weightiest first.
        sessions: how many sessions were looked at.
        frames: how many of their frames could be read.
    """

    findings: tuple[FileFinding, ...]
    sessions: int
    frames: int

    @property
    def serious(self) -> bool:
        """Whether anything serious was found."""
        return any(each.severity == "serious" for each in self.findings)

    @property
    def passed(self) -> tuple[str, ...]:
        """Codes of the checks that found nothing."""
        there = {each.code for each in self.findings}
        return tuple(check.code for check in FILE_CHECKS if check.code not in there)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {
            "format": FORMAT,
            "worst": self.findings[0].severity if self.findings else None,
            "sessions": self.sessions,
            "frames": self.frames,
            "passed": list(self.passed),
            "findings": [asdict(each) for each in self.findings],
        }

    @classmethod
    def of(cls, findings: list[FileFinding], *, sessions: int, frames: int) -> FileReport:
        """Return a report of findings in any order."""
        ordered = sorted(findings, key=lambda each: (_WEIGHTS.index(each.severity), each.code, each.file))
        return cls(tuple(ordered), sessions, frames)


def finding(check: FileCheck, file: str, expected: str, found: str, remedy: str = "") -> FileFinding:
    """Return what a check found in a file; what to try is the check's, unless given."""
    return FileFinding(check.code, check.severity, file, expected, found, remedy or check.remedy)


def read_or_tell(
    found: list[FileFinding],
    store: Store,
    path: str,
    expected: str,
    read: Callable[[bytes], T],
    *,
    there: bool,
) -> T | None:
    """Return what a file says; where it is missing or can't be read, add that to ``found``.

    Args:
        found: is told.
        store: of the study.
        path: of the file.
        expected: what it should be, in words.
        read: makes something of its bytes; raises MimikError if it can't.
        there: whether the folder has it.
    """
    if not there:
        found.append(finding(MISSING, path, expected, "no file"))
        return None
    try:
        return read(store.read(path))
    except MimikError as error:
        found.append(of_error(UNREADABLE, path, error))
        return None


def of_error(check: FileCheck, file: str, error: MimikError) -> FileFinding:
    """Return an error of reading a file as a finding."""
    said = _SAID.search(str(error))
    if said is None or (match := _SAID.fullmatch(str(error)[said.start() :])) is None:
        return finding(check, file, "a file that can be read", str(error).rstrip("."), error.hint)
    return finding(check, file, match["expected"], match["found"], error.hint)
