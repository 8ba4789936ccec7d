"""A dot and its interval for every channel, region by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from mimik.learn.report.svg import ACCENT, INK, LINE, MUTED, PAPER, drawing, inline, quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.estimate import Estimate
    from mimik.learn.reliability.reliability import Row

__all__ = ["channels_figure"]

_WIDE = 7.2  # inches
_LINE = 0.2  # inches: of a channel
_LOWEST = -0.25  # of the axis: what lies below is as bad


def channels_figure(name: str, rows: Sequence[Row]) -> Markup | None:
    """Draw the coefficients of one design and statistic; None if no channel has one.

    Args:
        name: of the drawing in the page.
        rows: region by region, the region's mean first.
    """
    if not any(row.icc.value is not None for row in rows):
        return None
    gap = 0.8
    places, y = [], 0.0
    for i, row in enumerate(rows):
        y += (1.0 + gap * (row.is_region and i > 0)) if i else 0.0
        places.append(y)
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.7 + _LINE * (y + 1)), layout="constrained")
        axes = drawn.add_subplot()
        quiet(axes, grid="x")
        for place, row in zip(places, rows, strict=True):
            _interval(axes, place - 0.12, row.icc, full=True, region=row.is_region)
            _interval(axes, place + 0.18, row.icc_people, full=False, region=row.is_region)
        axes.set_yticks(places, [row.channel for row in rows])
        for label, row in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_color(INK if row.is_region else MUTED)
            label.set_fontweight("bold" if row.is_region else "normal")
        axes.set_ylim(y + 0.9, -0.9)
        axes.set_xlim(_LOWEST, 1.02)
        axes.axvline(0.0, color=LINE, linewidth=0.9, zorder=1)
        axes.set_xlabel("intraclass correlation: 1 perfect, 0 no better than chance")
        told = sorted((row.icc.value, row.channel) for row in rows if row.icc.value is not None)
        description = (
            f"{len(told)} channels and regions, from {told[0][0]:.2f} ({told[0][1]})"
            f" to {told[-1][0]:.2f} ({told[-1][1]})."
        )
        return inline(drawn, name, title="Reliability of each channel", description=description)


def _interval(axes: Axes, place: float, found: Estimate, *, full: bool, region: bool) -> None:
    if found.value is None:
        return
    colour = ACCENT if full else MUTED
    if found.low is not None and found.high is not None:
        axes.hlines(
            place, max(found.low, _LOWEST), found.high, color=colour, linewidth=1.2 if full else 0.7, zorder=2
        )
    size = (30 if region else 16) if full else (18 if region else 10)
    axes.scatter(
        max(found.value, _LOWEST), place, s=size, color=colour if full else PAPER, edgecolor=colour, zorder=3
    )
