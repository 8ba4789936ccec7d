"""Recipes compared: the page, its figure, and the table of every figure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mimik.errors import DataError
from mimik.learn.report.page import write_page
from mimik.learn.report.svg import ACCENT, INK, LEAK, MUTED, PAPER, drawing, inline, quiet

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.comparison.result import Comparison, Row
    from mimik.learn.estimate import Estimate

__all__ = ["standings_figure", "write_comparison_report", "write_comparison_table"]

_WIDE = 7.2  # inches
_ROW = 0.36
_APART = 0.15  # rows, between trials and frames
_COLUMNS = (
    *("study", "synthetic", "recipe", "reference", "split", "folds", "unit", "figure"),
    *("value", "low", "high", "trusted", "verdict"),
)


def write_comparison_report(path: Path | str, found: Comparison, *, now: datetime | None = None) -> Path:
    """Write a comparison as one HTML file; it names no participant.

    Raises:
        DataError: the file cannot be written.
    """
    return write_page(
        path,
        "comparison.html.jinja",
        now=now,
        title=found.title,
        synthetic=found.synthetic,
        notices=found.notices,
        found=found,
        ran=[row for row in found.rows if not row.not_run],
        figure=standings_figure("standings", found),
    )


def write_comparison_table(path: Path | str, found: Comparison) -> Path:
    """Write every figure of a comparison as a CSV file with one row per number; it names no participant.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    head = (found.title, str(found.synthetic).lower())
    tail = (found.reference, found.split.value, found.n_folds)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(_COLUMNS)
            for row in found.rows:
                table.writerows([*head, row.name, *tail, *cells] for cells in _cells(row))
        part.replace(path)
    except OSError as error:
        raise DataError(f"the table could not be written to {path}: {error.strerror}") from error
    return path


def standings_figure(name: str, found: Comparison) -> Markup:
    """Draw the recipes as rows, the best first: balanced accuracy of trials and frames, with intervals.

    Lines go down from the reference, so that one sees who stands before it and who behind.
    """
    rows = [row for row in found.rows if not row.not_run]
    reference = found.of(found.reference)
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.6 + _ROW * len(rows)), layout="constrained")
        axes = drawn.add_subplot()
        axes.axvline(found.chance, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        for unit, colour in ((reference.trials, LEAK), (reference.frames, MUTED)):
            value = unit["balanced_accuracy"].value if unit else None
            if value is not None:
                axes.axvline(value, color=colour, linewidth=1.1, zorder=1)
        for place, row in enumerate(rows):
            if row.trials:
                _dot(axes, place - _APART, row.trials["balanced_accuracy"], ACCENT)
            _dot(axes, place + _APART * bool(row.trials), row.frames["balanced_accuracy"], PAPER)
        axes.set_yticks(range(len(rows)), [row.name for row in rows])
        for text, row in zip(axes.get_yticklabels(), rows, strict=True):
            text.set_color(INK)
            text.set_fontweight("bold" if row is reference else "normal")
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel("balanced accuracy")
        quiet(axes, grid="x")
        told = "; ".join(f"{row.name}: {_told(row)}" for row in rows)
        return inline(drawn, name, title=f"Balanced accuracy: {found.meaning}", description=f"{told}.")


def _dot(axes: Axes, place: float, estimate: Estimate, face: str) -> None:
    if estimate.value is None:
        return
    if estimate.low is not None and estimate.high is not None:
        style = "-" if estimate.trusted else (0, (1.5, 1.5))
        axes.hlines(
            place, estimate.low, estimate.high, color=ACCENT, linewidth=1.3, linestyle=style, zorder=2
        )
    axes.scatter([estimate.value], [place], s=26, facecolor=face, edgecolor=ACCENT, linewidth=1.1, zorder=3)


def _told(row: Row) -> str:
    units = (("trials", row.trials), ("frames", row.frames))
    shares = [(unit, figures["balanced_accuracy"].value) for unit, figures in units if figures]
    return ", ".join(f"{share:.0%} of {unit}" for unit, share in shares if share is not None)


def _cells(row: Row) -> Iterator[tuple[object, ...]]:
    """Yield unit, figure, value, low, high, trusted, verdict."""
    if row.not_run:
        yield ("", "", "", "", "", "", f"{row.verdict.value}: {row.not_run}")
        return
    for unit, figures, apart in (
        ("frame", row.frames, row.frame_difference),
        ("trial", row.trials, row.trial_difference),
    ):
        for figure, estimate in figures.items():
            yield (unit, figure, *_numbers(estimate), "")
        if apart is not None:
            said = row.verdict.value if apart is row.difference else ""
            yield (unit, "balanced_accuracy_difference", *_numbers(apart), said)
    for figure, value in (("rank", row.rank), ("first", row.first), ("seconds", row.seconds)):
        yield ("", figure, "" if value is None else value, "", "", "", "")


def _numbers(estimate: Estimate) -> tuple[object, ...]:
    numbers = (estimate.value, estimate.low, estimate.high)
    trusted = "" if estimate.low is None else str(estimate.trusted).lower()
    return (*("" if x is None else x for x in numbers), trusted)
