"""What a check found, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mimik.errors import DataError
from mimik.learn.notices import Notice, Severity
from mimik.learn.plain import from_plain, to_plain

__all__ = ["FORMAT", "NOT_APPLICABLE", "SEVERITIES", "CheckReport", "Finding", "Status", "notices"]

FORMAT = 1
"""Version of the plain data that ``CheckReport.to_dict`` makes."""

Status = Literal["passed", "found", "not applicable"]

NOT_APPLICABLE: Status = "not applicable"

SEVERITIES: tuple[Severity, ...] = ("serious", "warning", "info")
"""What weighs most comes first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one set of data.

    Attributes:
        code: of the check, such as "EVAL001"; stable.
        title: what the check looks for.
        severity: how much it weighs if it is there.
        status: "passed", "found" or "not applicable".
        text: one or two plain sentences; why the check does not apply, where it does not.
        details: which people, recordings or channels, by name; a line each, the weightiest first.
        value: the number that goes with it, as the check's documentation says; None where there is none.
    """

    code: str
    title: str
    severity: Severity
    status: Status
    text: str
    details: tuple[str, ...] = ()
    value: float | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What all checks said, in the order of their codes."""

    findings: tuple[Finding, ...]

    def __getitem__(self, code: str) -> Finding:
        """Return what the check of that code said; raises KeyError if it was not asked."""
        for finding in self.findings:
            if finding.code == code:
                return finding
        raise KeyError(code)

    @property
    def found(self) -> tuple[Finding, ...]:
        """What is there, the weightiest first."""
        there = [finding for finding in self.findings if finding.status == "found"]
        return tuple(sorted(there, key=lambda finding: SEVERITIES.index(finding.severity)))

    @property
    def worst(self) -> Severity | None:
        """The greatest severity of what was found; None if nothing was."""
        return self.found[0].severity if self.found else None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        return {"format": FORMAT, "worst": self.worst, **to_plain(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> CheckReport:
        """Read what ``to_dict`` made.

        Raises:
            DataError: the format is unknown or a field is missing or wrong.
        """
        if data.get("format") != FORMAT:
            raise DataError(f"expected a report of checks in format {FORMAT}, got {data.get('format')!r}")
        return from_plain(cls, data, where="checks")


def notices(findings: Iterable[Finding]) -> tuple[Notice, ...]:
    """Return what was found as notices, the weightiest first; their codes are those of the checks."""
    return tuple(Notice(f.code, f.severity, f.text) for f in CheckReport(tuple(findings)).found)
