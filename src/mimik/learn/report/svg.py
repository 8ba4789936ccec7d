"""Matplotlib figures as SVG inside a page: the page's fonts and colours, no global state, no clashing ids."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "ACCENT",
    "COLOURS",
    "INK",
    "LEAK",
    "LINE",
    "MUTED",
    "ON_PAPER",
    "PAPER",
    "WASH",
    "drawing",
    "inline",
    "quiet",
]

COLOURS = ("#3b7dd8", "#d9762b", "#2f9e6e", "#c5498f", "#8a63d2", "#b39a1e", "#2aa3b5", "#c94b4b")
"""Colours of expressions, seen on white and on black."""

# Stand-ins that become the page's CSS variables, so that figures follow its light and dark colours.
INK, MUTED, LINE, ACCENT, LEAK, WASH, PAPER = (f"#0{i}0{i}0{i}" for i in range(1, 8))
_VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    LINE: "var(--line)",
    ACCENT: "var(--accent)",
    LEAK: "var(--leak)",
    WASH: "var(--wash)",
    PAPER: "var(--paper)",
}

ON_PAPER = {
    INK: "#1a1f26",
    MUTED: "#5b6572",
    LINE: "#d8dde3",
    ACCENT: "#2356b8",
    LEAK: "#b4490f",
    WASH: "#f0f2f5",
    PAPER: "#ffffff",
}
"""Stand-in -> colour on white, for pictures that are files of their own; the page's light colours."""

_STYLE: Any = {  # its keys are typed differently from one Matplotlib to the next
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "svg.fonttype": "none",  # text stays text: readable by machines, set in the page's font
    "path.simplify_threshold": 0.3,
}


@contextmanager
def drawing(*, on_paper: bool = False) -> Iterator[None]:
    """Within this, new figures have the report's look; the user's Matplotlib settings are back afterwards.

    Args:
        on_paper: use the colours of ``ON_PAPER`` instead of the page's variables.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {key: ON_PAPER.get(value, value) if on_paper else value for key, value in _STYLE.items()}
        )
        yield


def quiet(axes: Axes, *, grid: str = "y") -> None:
    """Leave only the axis that carries numbers: faint lines across, no frame."""
    axes.spines[["left", "bottom"]].set_visible(grid == "")
    axes.spines["bottom"].set_visible(True)
    if grid:
        axes.grid(axis=grid)  # type: ignore[arg-type]  # "x" or "y"
        axes.set_axisbelow(True)


def inline(figure: Figure, name: str, *, title: str, description: str) -> Markup:
    """Return a figure as an ``<svg>`` element.

    Args:
        figure: drawn within ``drawing()``.
        name: distinct in the page; prefixes all ids.
        title: what it shows, in a few words.
        description: what can be seen, for those who cannot see it.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    body, box = _stripped(buffer.getvalue())
    for stand_in, variable in _VARIABLES.items():
        body = body.replace(stand_in, variable)
    head = (
        f'<svg viewBox="{box}" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return Markup(head + _own_ids(body, name) + "</svg>")  # our own drawing, its texts escaped


def _stripped(svg: str) -> tuple[str, str]:
    """Return what is inside the ``<svg>`` element, and its view box; no style meant for a whole page."""
    box = re.search(r'viewBox="([^"]+)"', svg)
    start, end = svg.index("<svg"), svg.rindex("</svg>")
    body = svg[svg.index(">", start) + 1 : end]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    return body.replace("xlink:href", "href"), box.group(1) if box else "0 0 1 1"


def _own_ids(body: str, name: str) -> str:
    """Drop ids nobody points to, and make the others the figure's own."""
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))

    def keep(match: re.Match[str]) -> str:
        return f' id="{name}-{match.group(1)}"' if match.group(1) in used else ""

    body = re.sub(r' id="([^"]*)"', keep, body)
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", body)
