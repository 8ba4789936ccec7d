"""The page of an analysis of clusters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.plateaus import BASELINES
from mimik.learn.report.bars import change_figure
from mimik.learn.report.face import draw_face, exaggerated
from mimik.learn.report.page import write_page
from mimik.learn.report.svg import ACCENT, COLOURS, INK, LINE, MUTED, PAPER, drawing, inline, quiet

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.clusters.number import Choice
    from mimik.learn.clusters.result import Cluster, Clusters
    from mimik.learn.estimate import Estimate

__all__ = ["strongest", "write_clusters_report"]

_CHANNELS = 10
# Expressions differ in colour and in shape.
_MARKERS = "os^Dv*PX"
_INSIDE = 2.1460  # standard deviations around the mean of a flat normal cloud that hold 90 % of it


def write_clusters_report(path: Path | str, found: Clusters, *, now: datetime | None = None) -> Path:
    """Write an analysis of clusters as one HTML file; it names no participant.

    Raises:
        DataError: the file cannot be written.
    """
    cards = [
        (
            cluster,
            _counted(cluster, found.expressions),
            draw_face(
                exaggerated(cluster.face, [e.value if e else None for e in cluster.changes]),
                f"face-{cluster.name}",
                title=f"Cluster {cluster.name}",
            ),
            change_figure(
                f"changes-{cluster.name}",
                [(BLEND_SHAPES[i], e) for i, e in strongest(cluster, _CHANNELS)],
                title=f"What makes cluster {cluster.name}",
            ),
        )
        for cluster in _shown(found)
    ]
    return write_page(
        path,
        "clusters.html.jinja",
        now=now,
        title=found.title,
        synthetic=found.synthetic,
        notices=found.notices,
        found=found,
        baseline=BASELINES[found.baseline],
        cards=cards,
        plane=_plane_figure("plane", found),
        gaps=None if found.choice.given else _gap_figure("gaps", found.choice),
    )


def strongest(cluster: Cluster, most: int) -> list[tuple[int, Estimate]]:
    """Return the channels that change most, by position, with their changes."""
    there = [(i, e) for i, e in enumerate(cluster.changes) if e is not None and e.value is not None]
    return sorted(there, key=lambda row: -abs(row[1].value or 0.0))[:most]


def _counted(cluster: Cluster, expressions: Sequence[str]) -> str:
    shown = sorted(zip(cluster.counts, expressions, strict=True), key=lambda row: -row[0])
    return ", ".join(f"{name} {count:,}" for count, name in shown if count)


def _plane_figure(name: str, found: Clusters) -> Markup:
    """Draw every trial where it lies in the plane in which trials differ most, with outlines of clusters."""
    with drawing():
        drawn = Figure(figsize=(6.4, 5.2), layout="constrained")
        axes = drawn.add_subplot()
        for i, expression in enumerate(found.expressions):
            own = [(t.x, t.y) for t in found.trials if t.expression == expression]
            x, y = np.array(own).T
            axes.scatter(
                x,
                y,
                s=20,
                marker=_MARKERS[i % len(_MARKERS)],
                color=COLOURS[i % len(COLOURS)],
                edgecolor=PAPER,
                linewidth=0.4,
                label=expression,
                zorder=3,
            )
        for cluster in _shown(found):
            inside = [(t.x, t.y) for t in found.trials if t.cluster == cluster.name]
            _outline(axes, cluster.name, np.array(inside))
        axes.set_aspect("equal", adjustable="datalim")
        first, second = found.explained
        axes.set_xlabel(f"first principal component ({first:.0%} of the variance)")
        axes.set_ylabel(f"second ({second:.0%})")
        axes.grid(True)
        axes.set_axisbelow(True)
        axes.spines[["left", "bottom"]].set_color(LINE)
        drawn.legend(loc="outside lower center", ncols=min(5, len(found.expressions)), frameon=False)
        told = (
            f"{len(found.trials)} points, a marker for each expression asked for: "
            f"{', '.join(found.expressions)}; outlines of {len(_shown(found))} clusters."
        )
        return inline(drawn, name, title="Trials by likeness", description=told)


def _shown(found: Clusters) -> tuple[Cluster, ...]:
    return found.clusters if found.structured else ()


def _outline(axes: Axes, name: str, places: np.ndarray) -> None:
    middle = places.mean(axis=0)
    if len(places) > 2:
        sizes, directions = np.linalg.eigh(np.cov(places.T))
        wide, high = 2 * _INSIDE * np.sqrt(np.maximum(sizes[::-1], 1e-6))
        angle = float(np.degrees(np.arctan2(directions[1, 1], directions[0, 1])))
        ellipse = Ellipse(tuple(middle), wide, high, angle=angle, fill=False, edgecolor=INK, linewidth=1.1)
        axes.add_patch(ellipse)
    axes.annotate(
        name,
        tuple(middle),
        ha="center",
        va="center",
        fontsize=13,
        fontweight="bold",
        color=INK,
        zorder=5,
        bbox={"boxstyle": "circle,pad=0.25", "facecolor": PAPER, "edgecolor": INK, "linewidth": 0.9},
    )


def _gap_figure(name: str, choice: Choice) -> Markup:
    """Draw the gap statistic of each number of clusters, with the one chosen."""
    with drawing():
        drawn = Figure(figsize=(4.4, 2.5), layout="constrained")
        axes = drawn.add_subplot()
        numbers, gaps, errors = (np.array(x) for x in (choice.numbers, choice.gaps, choice.errors))
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.vlines(numbers, gaps - errors, gaps + errors, color=MUTED, linewidth=1.0)
        axes.plot(numbers, gaps, color=ACCENT, linewidth=1.0, marker="o", markersize=4)
        at = choice.numbers.index(choice.chosen)
        axes.plot(choice.chosen, gaps[at], "o", markersize=9, markerfacecolor="none", color=INK)
        axes.set_xticks(numbers)
        axes.set_xlabel("clusters")
        axes.set_ylabel("gap")
        quiet(axes)
        told = ", ".join(f"{k}: {g:.2f}" for k, g in zip(numbers, gaps, strict=True))
        return inline(drawn, name, title="Gap statistic by number of clusters", description=told)
