"""Figures of channels: how they change, and how much hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from mimik.learn.report.svg import ACCENT, INK, LEAK, MUTED, PAPER, drawing, inline, quiet

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.estimate import Estimate

__all__ = ["change_figure", "importance_figure"]

_ROW = 0.21  # inches


def change_figure(name: str, rows: Sequence[tuple[str, Estimate]], *, title: str) -> Markup:
    """Draw changes of channels as bars from zero, with their intervals.

    Args:
        name: of the drawing in the page.
        rows: channel and change in coefficient units, the topmost first.
        title: what they are of.
    """
    with drawing():
        drawn = Figure(figsize=(5.2, 0.5 + _ROW * len(rows)), layout="constrained")
        axes = drawn.add_subplot()
        _bars(axes, [estimate for _, estimate in rows])
        _names(axes, [channel for channel, _ in rows])
        axes.set_xlabel("change, in coefficients")
        return inline(drawn, name, title=title, description=_told(rows, "{:+.2f}"))


def importance_figure(
    name: str, rows: Sequence[tuple[str, Estimate, str, Estimate]], *, title: str
) -> Markup:
    """Draw what recall loses without each group of channels, and beside it how they change.

    Args:
        name: of the drawing in the page.
        rows: group, importance (0..1), the channel its effect is of, and the effect; topmost first.
        title: what they are of.
    """
    with drawing():
        drawn = Figure(figsize=(5.6, 0.5 + _ROW * len(rows)), layout="constrained")
        left, right = drawn.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        _dots(left, [importance for _, importance, _, _ in rows])
        _names(left, [group if group == part else f"{group} ({part})" for group, _, part, _ in rows])
        left.set_xlabel("recall lost, in points")
        _bars(right, [effect for _, _, _, effect in rows])
        right.set_xlabel("change, in coefficients")
        told = _told([(group, importance) for group, importance, _, _ in rows], "{:.1%}")
        return inline(drawn, name, title=title, description=told)


def _bars(axes: Axes, estimates: Sequence[Estimate]) -> None:
    places = np.arange(len(estimates))
    values = np.array([e.value or 0.0 for e in estimates])
    axes.barh(places, values, height=0.62, color=[ACCENT if v >= 0 else LEAK for v in values], zorder=2)
    _whiskers(axes, places, estimates, 1.0)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=3)
    reach = max(0.1, np.abs([x for e in estimates for x in (e.value, e.low, e.high) if x is not None]).max())
    low = min([0.0, *(x for e in estimates for x in (e.value, e.low) if x is not None)])
    axes.set_xlim(min(-0.02, 1.1 * low), 1.1 * reach if values.max() > 0 else 0.05)
    quiet(axes, grid="x")


def _dots(axes: Axes, estimates: Sequence[Estimate]) -> None:
    places = np.arange(len(estimates))
    values = [100 * (e.value or 0.0) for e in estimates]
    _whiskers(axes, places, estimates, 100.0)
    axes.scatter(values, places, s=22, color=ACCENT, edgecolor=PAPER, linewidth=0.6, zorder=4)
    axes.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    axes.margins(x=0.06)
    quiet(axes, grid="x")


def _whiskers(axes: Axes, places: np.ndarray, estimates: Sequence[Estimate], scale: float) -> None:
    there = [(y, e.low, e.high) for y, e in zip(places, estimates, strict=True) if e.low is not None]
    if there:
        y, low, high = (np.array(column, dtype=float) for column in zip(*there, strict=True))
        axes.hlines(y, scale * low, scale * high, color=INK, linewidth=1.0, zorder=3)


def _names(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(np.arange(len(names)), list(names))
    axes.set_ylim(len(names) - 0.4, -0.6)


def _told(rows: Sequence[tuple[str, Estimate]], form: str) -> str:
    return ", ".join(f"{name} {form.format(e.value)}" for name, e in rows if e.value is not None) + "."
