"""The figures of a reproduction: the network, its training, and every expression beside the published one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, PercentFormatter

from mimik.learn.report.svg import ACCENT, INK, LEAK, LINE, MUTED, PAPER, drawing, inline, quiet
from mimik.learn.reproduction.compare import UNSEEN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from mimik.learn.reproduction.layers import Layer
    from mimik.learn.reproduction.reproduction import Reproduction

__all__ = ["architecture_figure", "expressions_figure", "training_figure"]

_MEASURES = ("recall", "precision", "F1", "specificity")

_WIDTH, _HIGHEST = 760.0, 120.0  # of the drawing of the network and of its largest layer


def architecture_figure(name: str, layers: Sequence[Layer]) -> Markup:
    """Draw each layer as a bar as high as it has units, from input to output."""
    pitch, middle = _WIDTH / len(layers), 30 + _HIGHEST / 2
    most = max(layer.units for layer in layers)
    dense = 0
    body = [f'<path d="M {pitch / 2:.1f} {middle} H {_WIDTH - pitch / 2:.1f}" stroke="var(--line)"/>']
    for i, layer in enumerate(layers):
        dense += layer.kind == "dense"
        label = {"input": "in", "dropout": ""}.get(layer.kind, "out" if i == len(layers) - 1 else str(dense))
        height = max(5.0, _HIGHEST * layer.units / most)
        body.append(_bar(layer, (i + 0.5) * pitch, middle, pitch, height, label))
    kinds = [layer.kind for layer in layers]
    total = sum(layer.parameters for layer in layers)
    described = (
        f"{len(layers)} layers, {total:,} parameters: input of {layers[0].units}, {kinds.count('dense') - 1} "
        f"hidden dense layers and {kinds.count('dropout')} of alpha dropout in turn, "
        f"output of {layers[-1].units}."
    )
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH:g} {_HIGHEST + 78:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" font-size="12" text-anchor="middle">'
        f'<title id="{name}-title">The network</title><desc id="{name}-desc">{escape(described)}</desc>'
        + "".join(body)
        + "</svg>"
    )


def _bar(layer: Layer, x: float, middle: float, pitch: float, height: float, label: str) -> str:
    width = pitch * (0.28 if layer.kind == "dropout" else 0.62)
    look = {
        "input": 'fill="var(--muted)"',
        "dense": 'fill="var(--accent)"',
        "dropout": 'fill="var(--paper)" stroke="var(--muted)" stroke-dasharray="2 2"',
    }[layer.kind]
    parts = [
        f'<rect x="{x - width / 2:.1f}" y="{middle - height / 2:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" {look}/>'
    ]
    bottom = middle + _HIGHEST / 2
    if label:
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18:.1f}" fill="var(--ink)">{escape(label)}</text>')
        above = middle - height / 2 - 7
        parts.append(f'<text x="{x:.1f}" y="{above:.1f}" fill="var(--muted)">{layer.units}</text>')
    if layer.l2:
        parts.append(f'<text x="{x:.1f}" y="{bottom + 36:.1f}" fill="var(--leak)">L2</text>')
    return "".join(parts)


def training_figure(
    name: str, figure: str, values: Sequence[float], published: tuple[float, float] | None = None
) -> Markup | None:
    """Draw how a figure went over the epochs of the published split; None without values.

    Args:
        name: of the drawing in the page.
        figure: "accuracy" or "loss".
        values: one per epoch.
        published: the paper's first and last value, drawn as lines across; None where it has none.
    """
    if not values:
        return None
    with drawing():
        drawn = Figure(figsize=(4.0, 2.5), layout="constrained")
        axes = drawn.add_subplot()
        quiet(axes)
        marker = "o" if len(values) == 1 else ""
        axes.plot(np.arange(1, len(values) + 1), values, color=LEAK, linewidth=1.4, marker=marker)
        for which, value in zip(("first", "last"), published or (), strict=False):
            _published_line(axes, value, which, len(values))
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        if figure == "accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        elif min(values) > 0:  # the penalty falls by orders of magnitude in the first epochs
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_locator(NullLocator())
        axes.margins(x=0.02)
        beside = f" Published: {published[0]:.3g} to {published[1]:.3g}." if published else ""
        described = f"From {values[0]:.3g} to {values[-1]:.3g} over {len(values)} epochs.{beside}"
        return inline(drawn, name, title=f"{figure.capitalize()} while training", description=described)


def _published_line(axes: Axes, value: float, which: str, epochs: int) -> None:
    axes.axhline(value, color=INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.annotate(
        f"published, {which} epoch: {value:.1%}".replace("%", "\N{NO-BREAK SPACE}%"),
        (epochs, value),
        xytext=(0, 2.5 if which == "first" else -2.5),  # where the curve does not end
        textcoords="offset points",
        ha="right",
        va="bottom" if which == "first" else "top",
        color=MUTED,
        fontsize=8,
    )


def expressions_figure(name: str, reproduction: Reproduction) -> Markup:
    """Draw the figures of each expression: published, here on shuffled frames, here on people never seen."""
    expressions = reproduction.expressions
    with drawing():
        drawn = Figure(figsize=(7.2, 0.8 + 0.3 * len(expressions)), layout="constrained")
        panels = drawn.subplots(1, len(_MEASURES), sharey=True)
        for axes, measure in zip(panels, _MEASURES, strict=True):
            _panel(axes, reproduction, measure)
        panels[0].set_yticks(range(len(expressions)), expressions)
        panels[0].set_ylim(len(expressions) - 0.4, -0.6)
        return inline(
            drawn,
            name,
            title="Each expression, published and here",
            description="Recall, precision, F1 and specificity; the numbers are in the tables.",
        )


def _panel(axes: Axes, reproduction: Reproduction, measure: str) -> None:
    quiet(axes, grid="x")
    for row, expression in enumerate(reproduction.expressions):
        values = _three(reproduction, measure, expression)
        there = [value for value in values if value is not None]
        if there:
            axes.hlines(row, min(there), max(there), color=LINE, linewidth=0.9, zorder=2)
        published, *here = values
        for value, colour in zip(here, (LEAK, ACCENT), strict=True):
            if value is not None:
                axes.scatter(value, row, s=30, color=colour, edgecolor=PAPER, linewidth=0.6, zorder=3)
        if published is not None:  # a ring, so that it hides nothing
            axes.scatter(published, row, s=58, facecolor="none", edgecolor=INK, linewidth=0.9, zorder=4)
    low, _ = axes.get_xlim()
    axes.set_xlim(max(-0.02, low - 0.02), 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    if measure != "F1":
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title(measure, fontsize=9, color=INK, loc="left")


def _three(reproduction: Reproduction, measure: str, expression: str) -> list[float | None]:
    """Return a figure as published, here on shuffled frames, and here on people never seen."""
    test = reproduction.find("table-4", "test", measure, expression)
    unseen = reproduction.find("", UNSEEN, measure, expression)
    return [test.published if test else None, test.here if test else None, unseen.here if unseen else None]
