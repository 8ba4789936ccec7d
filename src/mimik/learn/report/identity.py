"""Re-identification as a picture: how often people are named, against how well expressions are recognised."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from mimik.errors import DataError
from mimik.learn.identity.result import USE
from mimik.learn.report.page import write_page
from mimik.learn.report.svg import ACCENT, INK, LINE, MUTED, ON_PAPER, PAPER, drawing, inline

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup
    from matplotlib.axes import Axes

    from mimik.learn.estimate import Estimate
    from mimik.learn.identity.result import Reidentification, Row

__all__ = ["write_identity_picture"]

_SYNTHETIC = "SYNTHETIC: simulated people. Nothing here is about real faces."
_DOTS = 200  # per inch
_SIZE = (7.2, 4.6)  # inches


def write_identity_picture(path: Path | str, found: Reidentification, *, now: datetime | None = None) -> Path:
    """Write a page with the curve and its table (.html), or the curve alone (.svg, .png). It names nobody.

    Args:
        path: of the file; replaced if it exists.
        found: what to draw.
        now: the time of writing, for pages.

    Raises:
        DataError: the name ends otherwise, or the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".html":
        return write_page(
            path,
            "identity.html.jinja",
            now=now,
            title=found.title,
            synthetic=found.synthetic,
            notices=found.notices,
            found=found,
            use=USE,
            curve=_inline(found),
        )
    if ending not in (".svg", ".png"):
        raise DataError(f"expected a name that ends in .html, .svg or .png, found {path.name}")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_picture(found, ending))
        part.replace(path)
    except OSError as error:
        raise DataError(f"the picture could not be written to {path}: {error.strerror}") from error
    return path


def _inline(found: Reidentification) -> Markup:
    with drawing():
        drawn = Figure(figsize=_SIZE, layout="constrained")
        _draw(drawn.add_subplot(), found, lambda colour: colour)
        told = "; ".join(f"{row.name}: named {_said(_named(row))}, {_recognised(row)}" for row in found.rows)
        return inline(drawn, "identity", title="Named against recognised", description=told)


def _picture(found: Reidentification, ending: str) -> bytes:
    buffer = io.BytesIO()
    # The same picture gives the same bytes.
    metadata = {"Date": None} if ending == ".svg" else {"Software": None}
    notes = [*([_SYNTHETIC] if found.synthetic else []), USE]
    with drawing(on_paper=True), mpl.rc_context({"svg.hashsalt": "identity", "svg.fonttype": "none"}):
        drawn = Figure(figsize=_SIZE, layout="constrained", facecolor="white")
        drawn.suptitle(found.title, x=0.01, ha="left", fontsize=11, fontweight="bold", color=ON_PAPER[INK])
        _draw(drawn.add_subplot(), found, lambda colour: ON_PAPER[colour])
        drawn.supxlabel("\n".join(notes), x=0.01, ha="left", fontsize=7.5, color=ON_PAPER[MUTED])
        drawn.savefig(buffer, format=ending[1:], dpi=_DOTS, metadata=metadata)
    return buffer.getvalue()


def _draw(axes: Axes, found: Reidentification, shade: Callable[[str], str]) -> None:
    """Draw a point per coarsening, numbered as in the table, with intervals; filled if nothing beats it."""
    axes.axhline(found.as_recorded.chance, color=shade(MUTED), linewidth=0.8, linestyle=(0, (4, 3)))
    axes.axvline(found.recognition_chance, color=shade(MUTED), linewidth=0.8, linestyle=(0, (4, 3)))
    for number, row in enumerate(found.rows, 1):
        _point(axes, row, number, shade)
    axes.set_xlabel("shown expressions recognised, people held out (balanced accuracy)")
    axes.set_ylabel("recordings whose person was named")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.set_ylim(-0.02, 1.02)
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_color(shade(LINE))
    names = [f"{number} {row.name}" for number, row in enumerate(found.rows, 1)]
    axes.text(
        1.02,
        1.0,
        "\n".join([*names, "", "filled: nothing tried is better", "dashed: guessing"]),
        transform=axes.transAxes,
        fontsize=7.5,
        va="top",
        color=shade(INK),
    )


def _point(axes: Axes, row: Row, number: int, shade: Callable[[str], str]) -> None:
    named, recognised = _named(row), row.recognition
    if named.value is None or recognised is None or recognised.value is None:
        return
    at = recognised.value, named.value
    colour = shade(MUTED if row.beaten_by else ACCENT)
    if named.low is not None and named.high is not None:
        axes.plot([at[0]] * 2, [named.low, named.high], color=colour, linewidth=0.7, alpha=0.6)
    if recognised.low is not None and recognised.high is not None:
        axes.plot([recognised.low, recognised.high], [at[1]] * 2, color=colour, linewidth=0.7, alpha=0.6)
    face = shade(PAPER) if row.beaten_by else colour
    axes.scatter(*at, s=34, facecolor=face, edgecolor=colour, zorder=3)
    axes.annotate(str(number), at, (5, 4), textcoords="offset points", fontsize=8, color=shade(INK))


def _named(row: Row) -> Estimate:
    return row.identification.strongest.rank1


def _recognised(row: Row) -> str:
    return "recognition not known" if row.recognition is None else f"recognised {_said(row.recognition)}"


def _said(estimate: Estimate) -> str:
    return "not known" if estimate.value is None else f"{100 * estimate.value:.0f} %"
