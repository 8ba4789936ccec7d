"""Trials that somebody marked as bad: ``exclusions.tsv``.

One line per decision, in the order in which they came. Nothing is taken out: the last line of a trial counts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mimik.bounded import within
from mimik.errors import StudyDamaged
from mimik.study.session import COMPLETE, EXCLUDED, IMPORTED

if TYPE_CHECKING:
    from mimik.study.session import TrialInfo

__all__ = ["Exclusion", "encode_exclusions", "finished_trials", "parse_exclusions", "with_exclusions"]

_COLUMNS = ("at", "trial", "excluded", "reason")
_MISSING = "n/a"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EDITED = "If the file was edited by hand, correct this line; in a spreadsheet, save as text with tabs."


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One decision about a trial.

    Attributes:
        at: when it was made, seconds since 1970 (UTC), to the second; None if that is not known.
        trial: its number.
        excluded: whether it is left out from now on, or used again.
        reason: why, in one line; "" is possible only for one that is used again.
    """

    at: float | None
    trial: int
    excluded: bool
    reason: str = ""


def finished_trials(trials: Sequence[TrialInfo]) -> dict[int, int]:
    """Return number -> position of the finished trials, excluded or not: of each the attempt that counts."""
    return {t.trial: i for i, t in enumerate(trials) if t.outcome in (COMPLETE, IMPORTED, EXCLUDED)}


def with_exclusions(trials: Sequence[TrialInfo], exclusions: Iterable[Exclusion]) -> tuple[TrialInfo, ...]:
    """Return trials, those excluded with their reason and the outcome "excluded"."""
    finished, told = finished_trials(trials), list(trials)
    for number, last in {e.trial: e for e in exclusions}.items():
        if last.excluded:
            place = finished[number]
            told[place] = replace(told[place], outcome=EXCLUDED, excluded=last.reason)
    return tuple(told)


def encode_exclusions(exclusions: Iterable[Exclusion]) -> bytes:
    """Return the bytes of an ``exclusions.tsv``."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for e in exclusions:
        at = _MISSING if e.at is None else (_EPOCH + timedelta(seconds=e.at)).isoformat(timespec="seconds")
        writer.writerow([at, e.trial, "yes" if e.excluded else "no", e.reason or _MISSING])
    return file.getvalue().encode()


def parse_exclusions(data: bytes, *, where: str, trials: Sequence[TrialInfo]) -> tuple[Exclusion, ...]:
    """Return what an ``exclusions.tsv`` says.

    Args:
        data: the file.
        where: its name, for messages.
        trials: of the session, as ``events.tsv`` tells them.

    Raises:
        StudyDamaged: naming the line.
    """
    finished = finished_trials(trials)
    found: list[Exclusion] = []
    rows = csv.reader(())
    try:
        text = io.StringIO(within(data).decode("utf-8-sig"), newline="")
        rows = csv.reader(text, delimiter="\t", strict=True)
        if tuple(cell.strip() for cell in next(rows, ())) != _COLUMNS:
            raise ValueError("not the columns " + ", ".join(_COLUMNS))
        for row in rows:
            if any(cell.strip() for cell in row):
                found.append(_exclusion([cell.strip() for cell in row], finished))
    except (ValueError, csv.Error) as error:
        raise StudyDamaged(
            f"{where}, line {max(rows.line_num, 1)}: expected a table of excluded trials, "
            f"found a fault: {error}.",
            hint=_EDITED,
        ) from error
    return tuple(found)


def _exclusion(cells: list[str], finished: dict[int, int]) -> Exclusion:
    at, trial, excluded, reason = cells
    if int(trial) not in finished:
        raise ValueError(f"no such finished trial: {trial}")
    if excluded not in ("yes", "no"):
        raise ValueError(f"neither yes nor no: {excluded!r}")
    reason = "" if reason == _MISSING else " / ".join(reason.splitlines())
    if excluded == "yes" and not reason:
        raise ValueError("no reason")
    return Exclusion(_seconds(at), int(trial), excluded == "yes", reason)


def _seconds(at: str) -> float | None:
    if at in ("", _MISSING):
        return None
    time = datetime.fromisoformat(at)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
