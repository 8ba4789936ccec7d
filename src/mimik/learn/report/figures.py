"""The figures of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from mimik.learn.report.svg import ACCENT, INK, LEAK, LINE, MUTED, PAPER, WASH, drawing, inline, quiet

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.course import Course
    from mimik.learn.evaluation import PersonResult

__all__ = ["MAX_NAMED", "course_figure", "curve_figure", "people_figure"]

MAX_NAMED = 40
"""Up to so many people get a row with their pseudonym; more become a heap of dots."""

_MANY = 20  # lines in a figure, before they become thinner
_CHANNELS = 5
_POINTS = 1500
_WIDE = 7.2  # inches; phones scroll such figures sideways
_NARROW = 4.0

History = Mapping[str, Sequence[float]]


def curve_figure(
    name: str, figure: str, folds: Sequence[History], final: History | None = None
) -> Markup | None:
    """Draw how ``figure`` ("accuracy" or "loss") went over the epochs.

    Args:
        name: of the drawing in the page.
        figure: key of the histories; with "val_" before it, the same on frames held out from training.
        folds: history of each fold, thin lines.
        final: history of the recognizer trained on everything, a thick line.

    Returns:
        The drawing, or None if no history has that figure.
    """
    lines = [h[figure] for h in folds if figure in h]
    held_out = [h[f"val_{figure}"] for h in folds if f"val_{figure}" in h]
    thick = final.get(figure) if final else None
    if not lines and not thick:
        return None
    with drawing():
        drawn = Figure(figsize=(_NARROW, 2.5), layout="constrained")
        axes = drawn.add_subplot()
        quiet(axes)
        width = 0.9 if len(lines) <= _MANY else 0.35
        for values, colour, style in [(v, ACCENT, "-") for v in lines] + [(v, LEAK, "--") for v in held_out]:
            _curve(axes, values, colour, width, style)
        if thick:
            _curve(axes, thick, INK, 1.6, "-")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        if figure.endswith("accuracy"):
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.margins(x=0.02)
        return inline(
            drawn, name, title=f"{figure.capitalize()} per epoch", description=_course_of(lines, thick)
        )


def _curve(axes: Axes, values: Sequence[float], colour: str, width: float, style: str) -> None:
    epochs = np.arange(1, len(values) + 1)
    marker = "o" if len(values) == 1 else ""
    axes.plot(epochs, values, color=colour, linewidth=width, linestyle=style, marker=marker, markersize=3)


def _course_of(lines: Sequence[Sequence[float]], thick: Sequence[float] | None) -> str:
    every = [*lines, *([thick] if thick else [])]
    first, last = np.mean([v[0] for v in every]), np.mean([v[-1] for v in every])
    return (
        f"{len(every)} lines over {max(map(len, every))} epochs; on average from {first:.3g} to {last:.3g}."
    )


def people_figure(
    name: str, people: Sequence[PersonResult], chance: float | None, *, trials: bool = False
) -> Markup:
    """Draw the accuracy of each participant: named rows for few, heaps of dots for many.

    Args:
        name: of the drawing in the page.
        people: all of them.
        chance: what guessing reaches.
        trials: whether to draw whole trials, too: hollow dots, or a heap of their own.
    """
    frames = np.array([person.accuracy for person in people])
    whole = np.array([person.trials_recognised for person in people]) if trials else None
    with drawing():
        drawn = _named(people, trials) if len(people) <= MAX_NAMED else _heaps(frames, whole)
        for axes, shares in zip(drawn.axes, (frames, whole), strict=False):  # whole trials may have no panel
            quiet(axes, grid="x")
            axes.set_xlim(-0.02, 1.02)
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            if shares is not None:
                axes.axvline(float(shares.mean()), color=ACCENT, linewidth=0.9, zorder=1)
            if chance is not None:
                axes.axvline(chance, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
        told = f"{len(people)} people, frames {_range(frames)}"
        told += f"; whole trials {_range(whole)}." if whole is not None else "."
        return inline(drawn, name, title="Accuracy of each participant", description=told)


def _range(shares: np.ndarray) -> str:
    return (
        f"from {shares.min():.0%} to {shares.max():.0%}, mean {shares.mean():.0%}, "
        f"median {np.median(shares):.0%}"
    )


def _named(people: Sequence[PersonResult], trials: bool) -> Figure:
    rows = sorted(people, key=lambda person: (person.accuracy, person.participant))
    drawn = Figure(figsize=(_NARROW * 1.25, 0.6 + 0.19 * len(rows)), layout="constrained")
    axes = drawn.add_subplot()
    values, places = [person.accuracy for person in rows], range(len(rows))
    axes.hlines(places, 0, values, color=LINE, linewidth=0.8, zorder=2)
    axes.scatter(values, places, s=24, color=ACCENT, edgecolor=PAPER, linewidth=0.6, zorder=3)
    if trials:
        whole = [person.trials_recognised for person in rows]
        axes.scatter(whole, places, s=42, facecolor="none", edgecolor=INK, linewidth=0.9, zorder=4)
    axes.set_yticks(places, [person.participant for person in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    return drawn


def _heaps(frames: np.ndarray, whole: np.ndarray | None) -> Figure:
    heaps = [_heap(shares) for shares in (frames, whole) if shares is not None]
    heights = [max(12, int(level.max()) + 1) for _, level in heaps]
    inches = sum(min(2.7, 0.085 * height) for height in heights)  # dots of a higher heap overlap
    drawn = Figure(figsize=(_NARROW * 1.25, 0.4 + 0.35 * len(heaps) + inches), layout="constrained")
    panels = drawn.subplots(len(heaps), sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for axes, (places, level), height in zip(panels, heaps, heights, strict=True):
        axes.scatter(places, level, s=16, color=ACCENT, edgecolor=PAPER, linewidth=0.5, zorder=3)
        axes.set_yticks([])
        axes.set_ylim(-0.8, height)
    if len(heaps) > 1:
        for axes, title in zip(panels, ("single frames", "whole trials"), strict=True):
            axes.set_title(title, loc="left", fontsize=9, color=MUTED)
    return drawn


def _heap(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each dot lies, and how high."""
    bins = np.clip(np.round(shares * 50), 0, 50).astype(int)
    height = np.zeros(51, dtype=int)
    level = np.empty(len(bins))
    for i in np.argsort(shares, kind="stable"):
        level[i] = height[bins[i]]
        height[bins[i]] += 1
    return bins / 50, level


def course_figure(name: str, course: Course) -> Markup | None:
    """Draw the channels that moved most, one row each, with the trials shaded; None if nothing moved."""
    chosen = course.moving(_CHANNELS)
    if not chosen:
        return None
    with drawing():
        drawn = Figure(figsize=(_WIDE, 0.75 + 0.72 * len(chosen)), layout="constrained")
        rows = drawn.subplots(len(chosen), sharex=True, squeeze=False)[:, 0]
        for axes, channel in zip(rows, chosen, strict=True):
            _shade(axes, course)
            _channel(axes, course, channel)
        _name_trials(rows[0], course)
        rows[-1].set_xlabel("seconds")
        rows[-1].set_xlim(0, max(float(course.time[-1]), 1e-9))
        names = ", ".join(course.channels[i] for i in chosen)
        spans = "; ".join(f"{e} from {a:.0f} to {b:.0f} s" for a, b, e in course.spans)
        return inline(
            drawn, name, title=f"Coefficients over time: {names}", description=f"Prompted: {spans}."
        )


def _channel(axes: Axes, course: Course, channel: int) -> None:
    """Draw one channel, trial by trial, so that no line bridges a pause."""
    values = course.values[:, channel]
    step = max(1, len(values) // _POINTS)
    for start, end, _ in course.spans:
        first, last = np.searchsorted(course.time, start), np.searchsorted(course.time, end, side="right")
        inside = slice(first, last, step)
        axes.plot(course.time[inside], values[inside], color=ACCENT, linewidth=0.9)
    axes.set_ylim(min(0.0, float(np.nanmin(values))), max(1.0, float(np.nanmax(values))) * 1.04)
    axes.set_yticks([0, 1])
    axes.set_ylabel(course.channels[channel], rotation=0, ha="right", va="center", color=INK)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(bottom=False)


def _shade(axes: Axes, course: Course) -> None:
    for start, end, _ in course.spans:
        axes.axvspan(start, end, facecolor=WASH, edgecolor="none", zorder=0)


def _name_trials(axes: Axes, course: Course) -> None:
    """Write each trial's expression above its span, where the span is wide enough for it."""
    whole = max(float(course.time[-1]), 1e-9)
    for start, end, expression in course.spans:
        slanted = (end - start) / whole * 80 < len(expression)  # some 80 letters fit across
        axes.annotate(
            expression,
            ((start + end) / 2, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="left" if slanted else "center",
            va="bottom",
            rotation=35 if slanted else 0,
            color=MUTED,
        )
