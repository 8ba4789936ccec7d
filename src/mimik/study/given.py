"""When consent was given: as it is recorded, or before, at a time or on a day.

Beside ``at``, the time at which it was recorded, a record may hold ``given``: a time with its zone, or a
date, a day of which nobody knows the time. That day begins and ends in the zone of ``at``. Without ``given``
it was given as it was recorded.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from mimik.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimik.study.consent import Consent

__all__ = ["Given", "given_at", "given_before", "in_order", "parse_given", "times_of"]

_EARLIEST = date(1970, 1, 1)
_FORMS = "Write it as 2026-03-01, or with the time of day as 2026-03-01T09:30."
_DAY = timedelta(days=1) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Given:
    """When consent was given, where that is not when it was recorded.

    Attributes:
        value: a time with its zone, or a day.
        start: its first moment, seconds since 1970 (UTC).
        end: its last moment, the same for a time.
    """

    value: date | datetime
    start: float
    end: float

    def __str__(self) -> str:
        """Return it as "2026-03-01", or as "2026-03-01T09:30:00Z"."""
        if isinstance(self.value, datetime):
            return self.value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.value.isoformat()


def parse_given(text: str) -> date | datetime:
    """Return the day, or the time with its zone, that somebody wrote; without a zone it is this computer's.

    Raises:
        StudyError: it is neither.
    """
    for kind in (date, datetime):
        try:
            found = kind.fromisoformat(text.strip())
            return found.astimezone() if isinstance(found, datetime) and found.tzinfo is None else found
        except (ValueError, OverflowError, OSError):  # of years that a computer can't tell the zone of
            continue
    raise StudyError(f"consent: expected the date on which it was given, found {text[:40]!r}.", hint=_FORMS)


def given_before(value: date | datetime, at: datetime) -> Given:
    """Return when a consent was given that is recorded at a time, with its zone.

    Raises:
        StudyError: it was given after that, before 1970, or at a time without a zone.
    """
    if isinstance(value, datetime):
        start, last = value, value
    else:
        start = datetime.combine(value, time(), at.tzinfo)
        last = start + _DAY if value < date.max else start
    if start.tzinfo is None:
        raise StudyError(
            f"consent: expected a time with its zone, found {value.isoformat()}.",
            hint="Write it as 2026-03-01T09:30+01:00.",
        )
    if start.date() < _EARLIEST:
        raise StudyError(
            f"consent: expected a date since 1970 on which it was given, found {value.isoformat()}.",
            hint=_FORMS,
        )
    if start > at:
        raise StudyError(
            f"consent: expected a date on which it was given, not after it was recorded "
            f"({at.isoformat(' ', 'minutes')}); found {value.isoformat()}.",
            hint="Look at the year. Consent is recorded once it is given.",
        )
    return Given(value, start.timestamp(), last.timestamp())


def given_at(value: date | datetime | None, at: float) -> Given | None:
    """Return when a consent was given that is recorded now, at seconds since 1970; None for now itself.

    Raises:
        StudyError: as ``given_before``.
    """
    return None if value is None else given_before(value, _moment(value, at))


def times_of(at: float, given: date | datetime | None) -> dict[str, Any]:
    """Return the part of a record that tells when it is recorded, seconds since 1970, and when it was given.

    Raises:
        StudyError: as ``given_before``.
    """
    moment = _moment(given, at)
    if given is None:
        return {"at": moment}
    given_before(given, moment)
    return {"at": moment, "given": _writable(given)}


def _writable(given: date | datetime) -> date | datetime:
    """Return it in a zone that TOML can write: old zones, and typed ones, need not have whole minutes."""
    if isinstance(given, datetime) and (given.utcoffset() or timedelta()) % timedelta(minutes=1):
        return given.astimezone(UTC)
    return given


def _moment(given: date | datetime | None, at: float) -> datetime:
    """Return a time, for a day in the zone in which people here call it that day."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment if given is None or isinstance(given, datetime) else moment.astimezone()


def in_order(records: Sequence[Consent]) -> tuple[Consent, ...]:
    """Return records in the order in which they were given, what was said last at the end.

    Of those of the same time, and of a day and the times in it, it is the order in which they were recorded.
    One without ``given`` came after all that were recorded before it, even if the computer's clock was wrong.

    Args:
        records: in the order in which they were recorded.
    """
    spans = list(_spans(records))
    by_start = sorted(range(len(spans)), key=lambda i: spans[i][0])
    by_end = sorted(range(len(spans)), key=lambda i: spans[i][1])
    candidates: list[int] = []  # negative, so that the one recorded last comes first
    last_first: list[int] = []
    placed: set[int] = set()
    while by_start:
        latest = spans[by_start[-1]][0]
        while by_end and spans[by_end[-1]][1] >= latest:  # nothing is known to be said after these
            heapq.heappush(candidates, -by_end.pop())
        last_first.append(-heapq.heappop(candidates))
        placed.add(last_first[-1])
        while by_start and by_start[-1] in placed:
            by_start.pop()
    return tuple(records[i] for i in reversed(last_first))


def _spans(records: Iterable[Consent]) -> Iterable[tuple[float, float]]:
    """Give the first and the last moment at which each may have been given."""
    now = -math.inf
    for record in records:
        now = max(now, record.at)
        yield (now, now) if record.given is None else (record.given.start, record.given.end)
