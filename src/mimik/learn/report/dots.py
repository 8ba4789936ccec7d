"""Dots with lines: a share and its 95 % interval, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mimik.learn.report.svg import ACCENT, INK, LEAK, MUTED, PAPER, drawing, inline, quiet

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.estimate import Estimate

__all__ = ["Dots", "dots_figure"]

_WIDE = 5.0  # inches
_APART = 0.16  # rows
_DASHED = (0, (1.5, 1.5))


@dataclass(frozen=True, slots=True)
class Dots:
    """A row.

    Attributes:
        label: what it is of; alone, it is a heading.
        full: a full dot; None for none.
        hollow: a hollow dot, a little below.
        leaks: whether it is in the colour of what is too good to be true.
    """

    label: str
    full: Estimate | None = None
    hollow: Estimate | None = None
    leaks: bool = False


def dots_figure(name: str, rows: Sequence[Dots], *, title: str, chance: float | None) -> Markup:
    """Draw shares on a scale from 0 to 100 %; intervals not to be trusted are dashed.

    Args:
        name: of the drawing in the page.
        rows: the topmost first.
        title: what they are of.
        chance: what guessing reaches, a dotted line.
    """
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.55 + 0.27 * len(rows)), layout="constrained")
        axes = drawn.add_subplot()
        if chance is not None:
            axes.axvline(chance, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        for place, row in enumerate(rows):
            both = row.full is not None and row.hollow is not None
            colour = LEAK if row.leaks else ACCENT
            _dot(axes, place - _APART * both, row.full, colour, colour)
            _dot(axes, place + _APART * both, row.hollow, colour, PAPER)
        axes.set_yticks(range(len(rows)), [row.label for row in rows])
        for text, row in zip(axes.get_yticklabels(), rows, strict=True):
            heads = row.full is None and row.hollow is None
            text.set(color=INK, fontweight="bold" if heads else "normal")
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        quiet(axes, grid="x")
        return inline(drawn, name, title=title, description=_told(rows))


def _dot(axes: Axes, place: float, estimate: Estimate | None, colour: str, face: str) -> None:
    if estimate is None or estimate.value is None:
        return
    if estimate.low is not None and estimate.high is not None:
        style = "-" if estimate.trusted else _DASHED
        axes.hlines(
            place, estimate.low, estimate.high, color=colour, linewidth=1.3, linestyle=style, zorder=2
        )
    axes.scatter([estimate.value], [place], s=26, facecolor=face, edgecolor=colour, linewidth=1.1, zorder=3)


def _told(rows: Sequence[Dots]) -> str:
    said = []
    for row in rows:
        if row.full is None and row.hollow is None:
            continue
        shares = [f"{e.value:.0%}" for e in (row.full, row.hollow) if e is not None and e.value is not None]
        said.append(f"{row.label}: {' and '.join(shares) or 'none'}")
    return "; ".join(said) + "."
