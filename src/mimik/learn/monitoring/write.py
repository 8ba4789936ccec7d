"""A monitoring as one self-contained HTML file, and as one tidy table."""

from __future__ import annotations

import csv
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.monitoring.figures import expressions_figure, regions_figure
from mimik.learn.monitoring.measures import FACE, FORMULAS
from mimik.learn.monitoring.monitoring import ALL, USE, Verdict
from mimik.learn.report.page import write_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from mimik.learn.monitoring.monitoring import Monitoring, Row

__all__ = ["change_text", "value_text", "write_monitoring", "write_rows"]

_NONE = "\N{EN DASH}"


def write_monitoring(path: Path | str, found: Monitoring, *, now: datetime | None = None) -> Path:
    """Write a page that opens in any browser, on or off the network.

    It names the participant by pseudonym: keep it with the study.

    Args:
        path: of the HTML file; replaced if it exists.
        found: what to report.
        now: the time of writing.

    Raises:
        DataError: the file cannot be written.
    """
    latest = [row for row in found.rows if row.session == found.latest]
    return write_page(
        path,
        "monitoring.html.jinja",
        now=now,
        m=found,
        use=USE,
        beyond=found.beyond(found.headline),
        judged=found.judged(found.headline),
        latest=[row for row in latest if row.expression == found.headline],
        beyond_latest=_by_size(row for row in latest if row.expression == found.headline),
        singles=_by_size(row for row in latest if row.expression != ALL),
        figures=list(_figures(found)),
        measured=value_text,
        change=change_text,
        day=_day,
    )


def write_rows(path: Path | str, found: Monitoring) -> Path:
    """Write a CSV file with a row per session, expression, measure and region (see ``Row``).

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    head = {
        "study": found.title,
        "synthetic": str(found.synthetic).lower(),
        "participant": found.participant,
        "baseline": found.baseline,
    }
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, [*head, *found.rows[0].to_dict()])
            table.writeheader()
            table.writerows(head | row.to_dict() for row in found.rows)
        part.replace(path)
    except OSError as error:
        raise DataError(f"the table could not be written to {path}: {error.strerror}") from error
    return path


def value_text(value: float, unit: str) -> str:
    """Return a value with as many places as its unit deserves: 0.123, or 1.2 for degrees."""
    if not math.isfinite(value):
        return _NONE
    return f"{value:.1f}" if unit.startswith("degree") else f"{value:.3f}"


def change_text(value: float, unit: str) -> str:
    """Return a change with its sign: "+0.123"."""
    if not math.isfinite(value):
        return _NONE
    text = value_text(abs(value), unit)
    return ("\N{MINUS SIGN}" if value < 0 else "+") + text


def _by_size(rows: Iterator[Row]) -> list[Row]:
    """Return the rows beyond noise, the largest against its noise first."""
    beyond = [row for row in rows if row.verdict is Verdict.BEYOND]
    return sorted(beyond, key=lambda row: -abs(row.change) / max(row.bound, 1e-12))


def _figures(found: Monitoring) -> Iterator[tuple[str, str, Markup | None, Markup | None]]:
    for number, name in enumerate(dict.fromkeys(measure.name for measure in found.measures)):
        regions = regions_figure(f"regions-{number}", found, name)
        single = expressions_figure(f"expressions-{number}", found, name, FACE)
        if regions or single:
            yield name, FORMULAS[name], regions, single


def _day(started: float) -> str:
    return datetime.fromtimestamp(started, UTC).strftime("%Y-%m-%d") if math.isfinite(started) else _NONE
