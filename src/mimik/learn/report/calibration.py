"""The reliability diagram: what was claimed against what was right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mimik.learn.report.svg import ACCENT, LINE, MUTED, PAPER, drawing, inline, quiet
from mimik.learn.tally import CALIBRATION_BINS

if TYPE_CHECKING:
    from markupsafe import Markup

    from mimik.learn.estimate import Bin

__all__ = ["reliability_figure"]

_WIDE, _HIGH = 3.4, 3.3  # inches


def reliability_figure(name: str, bins: Sequence[Bin], *, title: str) -> Markup:
    """Draw the share that was right over the probability claimed, and below it how many claimed so much.

    Args:
        name: of the drawing in the page.
        bins: of rising confidence.
        title: what was decided.
    """
    claimed, right = np.array([b.confidence for b in bins]), np.array([b.right for b in bins])
    count = np.array([b.count for b in bins])
    with drawing():
        drawn = Figure(figsize=(_WIDE, _HIGH), layout="constrained")
        above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(5, 1))
        above.plot([0, 1], [0, 1], color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        above.vlines(claimed, claimed, right, color=LINE, linewidth=1.2, zorder=2)
        above.plot(claimed, right, color=ACCENT, linewidth=0.9, zorder=3)
        above.scatter(claimed, right, s=26, color=ACCENT, edgecolor=PAPER, linewidth=0.6, zorder=4)
        for axis in (above.xaxis, above.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        above.set_xlim(-0.02, 1.02)
        above.set_ylim(-0.04, 1.04)
        above.set_ylabel("right")
        quiet(above)
        above.spines["bottom"].set_visible(False)
        above.tick_params(bottom=False)
        below.bar(claimed, count, width=0.7 / CALIBRATION_BINS, color=MUTED, alpha=0.5)
        below.set_yticks([0, int(count.max())], ["0", f"{count.max():,}"])
        below.set_xlabel("probability claimed")
        quiet(below)
        return inline(drawn, name, title=f"Claimed and right: {title}", description=_told(bins))


def _told(bins: Sequence[Bin]) -> str:
    return (
        "; ".join(f"claimed {b.confidence:.0%}, right {b.right:.0%}, {b.count:,} times" for b in bins) + "."
    )
