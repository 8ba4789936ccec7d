"""Reliability as one self-contained HTML file, and as one tidy table."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.reliability.designs import Design
from mimik.learn.reliability.figures import channels_figure
from mimik.learn.reliability.levels import STATISTICS
from mimik.learn.reliability.reliability import USE
from mimik.learn.report.page import write_page

if TYPE_CHECKING:
    from markupsafe import Markup

    from mimik.learn.reliability.reliability import Reliability

__all__ = ["write_reliability", "write_rows"]

_COLUMNS = (
    *("repeated", "region", "channel", "statistic"),
    *("icc", "icc_low", "icc_high", "icc_people", "icc_people_low", "icc_people_high"),
    *("sem", "smallest_change", "level", "units"),
)


def write_reliability(path: Path | str, found: Reliability, *, now: datetime | None = None) -> Path:
    """Write a page that opens in any browser, on or off the network. It names nobody.

    Args:
        path: of the HTML file; replaced if it exists.
        found: what to report.
        now: the time of writing.

    Raises:
        DataError: the file cannot be written.
    """
    designs = [
        (one, [(name, found.of(one.design, name), _figure(found, one.design, name)) for name in STATISTICS])
        for one in found.found
    ]
    return write_page(path, "reliability.html.jinja", now=now, r=found, designs=designs, use=USE)


def write_rows(path: Path | str, found: Reliability) -> Path:
    """Write a CSV file with a row per design, statistic and channel (see ``Row``).

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    head = {"study": found.title, "synthetic": str(found.synthetic).lower()}
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, [*head, *_COLUMNS])
            table.writeheader()
            table.writerows(head | row.to_dict() for row in found.rows)
        part.replace(path)
    except OSError as error:
        raise DataError(f"the table could not be written to {path}: {error.strerror}") from error
    return path


def _figure(found: Reliability, design: Design, statistic: str) -> Markup | None:
    return channels_figure(f"{design.name.lower()}-{statistic}", found.of(design, statistic))
