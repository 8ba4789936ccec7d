"""Timelines as files: a page for any number of recordings, or a picture of one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from mimik.errors import DataError
from mimik.learn.report.page import write_page
from mimik.learn.report.timeline import Timeline, draw_timeline, timeline_figure

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["ENDINGS", "SYNTHETIC", "write_timelines"]

ENDINGS = (".html", ".svg", ".png")
"""What a picture's name can end with."""

SYNTHETIC = "SYNTHETIC: the model learned from simulated people. No use on real faces."

_SHOWN = "An expression that is shown is not an emotion felt."
_DOTS = 200  # per inch


def write_timelines(
    path: Path | str, timelines: Sequence[Timeline], *, use: str, synthetic: bool, now: datetime | None = None
) -> Path:
    """Write what was recognised as a self-contained page (.html), or one recording as a picture (.svg, .png).

    Args:
        path: of the file; replaced if it exists.
        timelines: one per recording, each with at least one frame.
        use: what the model may be used for.
        synthetic: whether the model learned from simulated people.
        now: the time of writing, for pages.

    Raises:
        DataError: the name ends otherwise, there is another number of recordings than the file can hold, or
            it cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise DataError(f"expected a picture's name that ends in {', '.join(ENDINGS)}, found {path.name}")
    if ending == ".html":
        figures = [(t, timeline_figure(f"timeline-{i}", t)) for i, t in enumerate(timelines)]
        return write_page(
            path,
            "timeline.html.jinja",
            now=now,
            title="Timeline",
            figures=figures,
            use=use,
            synthetic=synthetic,
        )
    if len(timelines) != 1:
        raise DataError(
            f"expected one recording for the picture {path.name}, found {len(timelines)}",
            hint="a name that ends in .html gives a page with all of them",
        )
    _write(path, _picture(timelines[0], ending, [*([SYNTHETIC] if synthetic else []), f"{use} {_SHOWN}"]))
    return path


def _picture(timeline: Timeline, ending: str, notes: Sequence[str]) -> bytes:
    buffer = io.BytesIO()
    # The same picture gives the same bytes.
    metadata = {"Date": None} if ending == ".svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "timeline", "svg.fonttype": "none"}):
        draw_timeline(timeline, notes=notes).savefig(buffer, format=ending[1:], dpi=_DOTS, metadata=metadata)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise DataError(f"the picture could not be written to {path}: {error.strerror}") from error
