"""Draws ``road.svg``, the picture in the README, from a demo: ``python docs/pictures/road.py mimik-demo``.

The demo folder must also hold ``demo.json``, the output of ``mimik demo --json``. All of it is synthetic.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from mimik.learn.course import Course, course_of
from mimik.study.study import Study

INK, BLUE, GREY, LEAK = "#1f2933", "#2456b8", "#8a94a3", "#c05621"
CHANNELS = ("browInnerUp", "mouthSmileLeft", "mouthFrownLeft", "browDownLeft")


def main(demo: Path) -> None:
    """Draw the picture of a demo beside this file."""
    figure = Figure(figsize=(11, 3.5), facecolor="white")
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.1, 2.7, 1.5])
    draw_phone(left)
    draw_course(middle, course_of(Study.open(demo / "study")))
    draw_result(right, json.loads((demo / "demo.json").read_text(encoding="utf-8")))
    titles = ("1  prompt and record", "2  one session: raw coefficients", "3  an honest answer")
    for axes, title in zip((left, middle, right), titles, strict=True):
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)
    figure.text(0.995, 0.01, "simulated people", ha="right", fontsize=7, color=GREY)
    figure.tight_layout()
    FigureCanvasSVG(figure).print_svg(Path(__file__).with_name("road.svg"), metadata={"Date": None})


def draw_phone(axes) -> None:
    """Draw what a participant sees."""
    axes.set(xlim=(0, 1), ylim=(0, 1.6))
    axes.axis("off")
    box = FancyBboxPatch(
        (0.1, 0.05), 0.8, 1.4, boxstyle="round,pad=0.02,rounding_size=0.1", fc="white", ec=INK, lw=2
    )
    axes.add_patch(box)
    axes.text(0.5, 1.15, "Please look\nsad now", ha="center", va="center", fontsize=11, color=INK)
    axes.text(0.5, 0.72, "X", ha="center", va="center", fontsize=20, fontweight="bold", color=INK)
    axes.text(0.5, 0.5, "Please look at the X", ha="center", va="center", fontsize=7, color=GREY)
    axes.plot([0.22, 0.78], [0.28, 0.28], lw=5, color="#d9dee6", solid_capstyle="round")
    axes.plot([0.22, 0.58], [0.28, 0.28], lw=5, color=BLUE, solid_capstyle="round")


def draw_course(axes, course: Course) -> None:
    """Draw some coefficients over time, the trials shaded."""
    for i, (start, end, expression) in enumerate(course.spans):
        axes.axvspan(start, end, color="#eef2f8" if i % 2 else "#dfe7f3", lw=0)
        axes.text((start + end) / 2, len(CHANNELS) + 0.1, expression, ha="center", fontsize=8, color=INK)
    for row, name in enumerate(CHANNELS):
        values = course.values[::10, course.channels.index(name)]
        axes.plot(course.time[::10], values * 0.9 + row, lw=0.9, color=BLUE)
    axes.set(yticks=[r + 0.2 for r in range(len(CHANNELS))], yticklabels=CHANNELS, xlabel="seconds")
    axes.set(xlim=(0, course.spans[-1][1]), ylim=(-0.1, len(CHANNELS) + 0.4))
    axes.tick_params(length=0, labelsize=8, colors=INK)
    for side in axes.spines.values():
        side.set_visible(False)


def draw_result(axes, told: dict) -> None:
    """Draw the accuracy on people never seen beside the leaking one."""
    honest, leaking = (100 * told[key]["frames"]["scores"]["accuracy"] for key in ("result", "leaking"))
    chance = 100 * told["result"]["frames"]["scores"]["chance"]
    axes.bar(
        [0, 1],
        [honest, leaking],
        color=[BLUE, "white"],
        edgecolor=[BLUE, LEAK],
        hatch=["", "////"],
        width=0.62,
    )
    axes.axhline(chance, color=INK, ls=":", lw=1)
    axes.text(1.45, chance + 1.5, "guessing", fontsize=7, color=INK, ha="right")
    for x, value in enumerate((honest, leaking)):
        axes.text(x, value + 2, f"{value:.0f} %", ha="center", fontsize=12, fontweight="bold", color=INK)
    axes.set(
        ylim=(0, 108),
        xticks=[0, 1],
        xticklabels=["people never\nseen", "shuffled frames\n(leaks)"],
        yticks=[],
    )
    axes.tick_params(length=0, labelsize=8, colors=INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
