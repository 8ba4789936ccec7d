"""Small multiples over the sessions, with the band in which noise alone would keep a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from mimik.learn.monitoring.monitoring import Verdict
from mimik.learn.report.svg import ACCENT, INK, LEAK, LINE, MUTED, PAPER, WASH, drawing, inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.monitoring.monitoring import Monitoring, Row

__all__ = ["expressions_figure", "regions_figure"]

_COLUMNS = 4
_WIDE, _HIGH = 7.2, 1.25  # inches: of a row of panels

_MARKS = {
    Verdict.BASELINE: ("o", 18, INK, INK),
    Verdict.WITHIN: ("o", 18, ACCENT, ACCENT),
    Verdict.BEYOND: ("D", 34, LEAK, LEAK),
    Verdict.UNKNOWN: ("o", 18, PAPER, MUTED),
    Verdict.NOTHING: ("o", 18, PAPER, MUTED),
}


def regions_figure(name: str, found: Monitoring, measure: str) -> Markup | None:
    """Draw one measure over the sessions, a panel for each region; None if nothing can be told.

    Args:
        name: of the drawing in the page.
        found: what to draw.
        measure: a key of ``FORMULAS``.
    """
    wanted = [m for m in found.measures if m.name == measure]
    panels = [(m.region, found.course(m, found.headline)) for m in wanted]
    return _grid(name, f"{measure.capitalize()} over the sessions, by region", panels, found)


def expressions_figure(name: str, found: Monitoring, measure: str, region: str) -> Markup | None:
    """Draw one measure of one region over the sessions, a panel for each expression."""
    [wanted] = [m for m in found.measures if m.name == measure and m.region == region]
    panels = [(expression, found.course(wanted, expression)) for expression in found.expressions]
    return _grid(name, f"{measure.capitalize()} of the {region} over the sessions", panels, found)


def _grid(
    name: str, title: str, panels: Sequence[tuple[str, Sequence[Row]]], found: Monitoring
) -> Markup | None:
    panels = [(label, rows) for label, rows in panels if any(np.isfinite(row.value) for row in rows)]
    if not panels:
        return None
    sessions = [session.session for session in found.sessions]
    columns = min(_COLUMNS, len(panels))
    lines = -(-len(panels) // columns)
    with drawing():
        drawn = Figure(figsize=(_WIDE * columns / _COLUMNS, 0.35 + _HIGH * lines), layout="constrained")
        grid = drawn.subplots(lines, columns, squeeze=False).ravel()
        for axes, (label, rows) in zip(grid, panels, strict=False):
            _panel(axes, label, rows, sessions)
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        told = "; ".join(_told(label, rows) for label, rows in panels)
        return inline(drawn, name, title=title, description=f"{told}.")


def _panel(axes: Axes, label: str, rows: Sequence[Row], sessions: Sequence[str]) -> None:
    rows = [row for row in rows if np.isfinite(row.value)]
    at = np.array([sessions.index(row.session) for row in rows])
    value = np.array([row.value for row in rows])
    middle = value - [row.change for row in rows]
    reach = np.array([row.bound for row in rows])
    if len(at) > 1 and np.isfinite(reach).all():
        axes.fill_between(at, middle - reach, middle + reach, color=WASH, linewidth=0, zorder=0)
        for edge in (middle - reach, middle + reach):
            axes.plot(at, edge, color=LINE, linewidth=0.6, zorder=1)
    axes.plot(at, value, color=MUTED, linewidth=0.9, zorder=2)
    for verdict, (marker, size, face, edge) in _MARKS.items():
        chosen = [i for i, row in enumerate(rows) if row.verdict is verdict]
        axes.scatter(at[chosen], value[chosen], s=size, marker=marker, color=face, edgecolor=edge, zorder=3)
    _frame(axes, label, sessions)


def _frame(axes: Axes, label: str, sessions: Sequence[str]) -> None:
    axes.set_title(label, fontsize=9, color=INK, loc="left", pad=4)
    axes.spines[["left"]].set_visible(False)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.margins(y=0.18)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.set_xlim(-0.4, len(sessions) - 0.6)
    step = -(-len(sessions) // 6)
    axes.set_xticks(range(0, len(sessions), step), [s.removeprefix("ses-") for s in sessions[::step]])
    axes.tick_params(labelsize=8)


def _told(label: str, rows: Sequence[Row]) -> str:
    rows = [row for row in rows if np.isfinite(row.value)]
    beyond = [row.session for row in rows if row.verdict is Verdict.BEYOND]
    return f"{label}: from {rows[0].value:.3g} to {rows[-1].value:.3g}, beyond noise in " + (
        ", ".join(beyond) or "no session"
    )
