"""A recording as a picture: which expression was recognised when, and how sure that was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from mimik.learn.report.svg import COLOURS, INK, LINE, MUTED, ON_PAPER, PAPER, drawing, inline

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["NO_FACE", "Cells", "Timeline", "cells_of", "draw_timeline", "timeline_figure"]

NO_FACE = "no face"
"""What hatched stretches mean."""

_MOST = 800  # cells from left to right; a picture has not many more points
_GAP = 0.5  # seconds without a frame that are drawn as such
_GAP_STEPS = 5
_NAMED = 0.009  # of the width, per letter: stretches that hold their name
_WIDE = 8.4  # inches
_HATCH = "/////"


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What was recognised in one recording.

    Attributes:
        name: of the recording.
        labels: the expressions.
        seconds: float64 (n,), device time of each frame.
        proba: float32 (n, labels), probabilities; NaN in frames without a face.
        what: what the probabilities are of, in a few words.
    """

    name: str
    labels: tuple[str, ...]
    seconds: NDArray[np.float64]
    proba: NDArray[np.float32]
    what: str = "shown expression"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A recording cut into stretches that are drawn as one each.

    Attributes:
        edges: float64 (m + 1,), seconds since the first frame.
        proba: float64 (m, labels), mean over the frames of each with a face; NaN where there is none.
    """

    edges: NDArray[np.float64]
    proba: NDArray[np.float64]


def cells_of(timeline: Timeline, most: int = _MOST) -> Cells:
    """Cut a recording into at most about ``most`` cells: single frames, or in long ones equal times.

    Where no frame came for half a second and five usual steps, there is a cell without a face.
    """
    order = np.argsort(timeline.seconds, kind="stable")
    times = timeline.seconds[order] - timeline.seconds[order[0]]
    proba = timeline.proba[order].astype(np.float64)
    steps = np.diff(times)
    usual = float(np.median(steps[steps > 0])) if (steps > 0).any() else 1.0
    if len(times) <= most:
        return _single(times, proba, usual)
    width = (times[-1] + usual) / most
    place = np.minimum((times / width).astype(np.int64), most - 1)
    seen = ~np.isnan(proba[:, 0])
    frames, faces = np.bincount(place, minlength=most), np.bincount(place[seen], minlength=most)
    sums = np.stack([np.bincount(place[seen], column[seen], minlength=most) for column in proba.T], axis=1)
    mean = np.full(sums.shape, np.nan)
    enough = (faces > 0) & (2 * faces >= frames)
    np.divide(sums, faces[:, None], out=mean, where=enough[:, None])
    for first, last in _runs(np.where(frames == 0, 0, -1)):
        if (last - first) * width <= _longest(usual):  # between two frames, and so no gap
            mean[first:last] = mean[first - 1]
    return Cells(np.arange(most + 1) * width, mean)


def _longest(usual: float) -> float:
    """Return after how many seconds without a frame something is missing."""
    return max(_GAP, _GAP_STEPS * usual)


def _single(times: NDArray[np.float64], proba: NDArray[np.float64], usual: float) -> Cells:
    edges, rows = [0.0], []
    for (here, after), row in zip(pairwise([*times.tolist(), times[-1] + usual]), proba, strict=True):
        rows.append(row)
        if after - here > _longest(usual):
            edges.append(here + usual)
            rows.append(np.full(proba.shape[1], np.nan))
        edges.append(after)
    return Cells(np.array(edges), np.array(rows))


def timeline_figure(name: str, timeline: Timeline) -> Markup:
    """Draw a timeline for a page.

    Args:
        name: of the drawing in the page.
        timeline: what was recognised; at least one frame.
    """
    with drawing():
        drawn = Figure(figsize=(_WIDE, 2.9), layout="constrained")
        cells = cells_of(timeline)
        _draw(drawn, timeline, cells, lambda colour: colour)
        return inline(drawn, name, title=f"Recognised in {timeline.name}", description=_told(timeline, cells))


def draw_timeline(timeline: Timeline, *, notes: Sequence[str]) -> Figure:
    """Draw a timeline as a picture of its own, on white.

    Args:
        timeline: what was recognised; at least one frame.
        notes: lines below it.
    """
    with drawing(on_paper=True):
        drawn = Figure(figsize=(_WIDE, 3.3 + 0.17 * len(notes)), layout="constrained", facecolor="white")
        drawn.suptitle(
            timeline.name, x=0.01, ha="left", fontsize=11, fontweight="bold", color=ON_PAPER[INK], wrap=True
        )
        _draw(drawn, timeline, cells_of(timeline), lambda colour: ON_PAPER[colour])
        drawn.supxlabel("\n".join(notes), x=0.01, ha="left", fontsize=7.5, color=ON_PAPER[MUTED])
        return drawn


def _draw(drawn: Figure, timeline: Timeline, cells: Cells, shade: Callable[[str], str]) -> None:
    above, ribbon = drawn.subplots(2, 1, sharex=True, height_ratios=(8, 1), gridspec_kw={"hspace": 0.04})
    _areas(above, cells, shade)
    _ribbon(ribbon, cells, timeline.labels)
    there = ~np.isnan(cells.proba[:, 0])
    for first, last in _runs(np.where(there, -1, 0)):
        for axes in (above, ribbon):
            axes.axvspan(
                *(cells.edges[first], cells.edges[last]),
                facecolor="none",
                edgecolor=shade(LINE),
                hatch=_HATCH,
                linewidth=0,
            )
    ribbon.set_xlim(0, cells.edges[-1])
    ribbon.set_xlabel("seconds")
    handles = [
        Patch(facecolor=COLOURS[i % len(COLOURS)], label=label) for i, label in enumerate(timeline.labels)
    ]
    if not there.all():
        handles.append(
            Patch(facecolor="none", edgecolor=shade(LINE), hatch=_HATCH, linewidth=0, label=NO_FACE)
        )
    above.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=min(len(handles), 7),
        frameon=False,
        labelcolor=shade(INK),
        handlelength=1.2,
        columnspacing=1.4,
    )


def _areas(axes: Axes, cells: Cells, shade: Callable[[str], str]) -> None:
    """Stack the probabilities of each cell, which add up to 1."""
    there = ~np.isnan(cells.proba[:, 0])
    for first, last in _runs(np.where(there, 0, -1)):
        edges = cells.edges[first : last + 1]
        tops = np.cumsum(cells.proba[first:last], axis=1)
        tops = np.concatenate([tops, tops[-1:]])  # a step holds until the right edge
        low = np.zeros(len(edges))
        for i, high in enumerate(tops.T):
            axes.fill_between(
                edges, low, high, step="post", color=COLOURS[i % len(COLOURS)], linewidth=0, alpha=0.85
            )
            low = high
        for high in tops.T[:-1]:
            axes.step(edges, high, where="post", color=shade(PAPER), linewidth=0.4)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel("probability")
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(bottom=False)


def _ribbon(axes: Axes, cells: Cells, labels: Sequence[str]) -> None:
    """Draw the most probable expression of each cell, with its name where there is room."""
    there = ~np.isnan(cells.proba[:, 0])
    best = np.where(there, np.nan_to_num(cells.proba).argmax(axis=1), -1)
    for first, last in _runs(best):
        start, stop, label = cells.edges[first], cells.edges[last], labels[best[first]]
        axes.axvspan(start, stop, color=COLOURS[best[first] % len(COLOURS)], linewidth=0)
        if stop - start > _NAMED * (len(label) + 1) * cells.edges[-1]:
            axes.text(
                (start + stop) / 2,
                0.48,
                label,
                ha="center",
                va="center",
                fontsize=8,
                color="white",
                clip_on=True,
            )
    axes.set_ylim(0, 1)
    axes.set_yticks([0.5], ["recognised"])
    axes.spines["left"].set_visible(False)


def _runs(codes: NDArray[np.integer]) -> list[tuple[int, int]]:
    """Return (first, past the last) of each stretch of one code; those below 0 are left out."""
    changes = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)]
    return [(a, b) for a, b in pairwise(changes) if b > a and codes[a] >= 0]


def _told(timeline: Timeline, cells: Cells) -> str:
    there = ~np.isnan(timeline.proba[:, 0])
    best = np.bincount(timeline.proba[there].argmax(axis=1), minlength=len(timeline.labels))
    shares = ", ".join(
        f"{n} {c / max(1, there.sum()):.0%}" for n, c in zip(timeline.labels, best, strict=True)
    )
    return (
        f"{cells.edges[-1]:.1f} seconds, {len(timeline.seconds):,} frames, {there.mean():.0%} with a face. "
        f"Most probable, of the frames with a face: {shares}."
    )
