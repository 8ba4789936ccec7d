"""Write a reproduction as one self-contained HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.learn.report.figures import MAX_NAMED, course_figure, people_figure
from mimik.learn.report.page import write_page as write_report_page
from mimik.learn.reproduction import published
from mimik.learn.reproduction.compare import UNSEEN
from mimik.learn.reproduction.figures import architecture_figure, expressions_figure, training_figure

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from markupsafe import Markup

    from mimik.learn.course import Course
    from mimik.learn.reproduction.reproduction import Reproduction

__all__ = ["write_page"]


def write_page(
    path: Path | str, reproduction: Reproduction, *, course: Course | None = None, now: datetime | None = None
) -> Path:
    """Write a page that opens in any browser, on or off the network.

    It names participants by pseudonym: keep it with the study.

    Args:
        path: of the HTML file; replaced if it exists.
        reproduction: what to show.
        course: one trial, drawn as the paper's Figure 5.
        now: the time of writing.

    Raises:
        DataError: the file cannot be written.
    """
    return write_report_page(
        path,
        "reproduction.html.jinja",
        now=now,
        r=reproduction,
        p=published,
        unseen=UNSEEN,
        accuracy=reproduction.unseen.frames.figures["accuracy"],
        figures=_figures(reproduction, course),
        course=course,
        max_named=MAX_NAMED,
    )


def _figures(reproduction: Reproduction, course: Course | None) -> dict[str, Markup | None]:
    history = reproduction.published_split.folds[0].history or {}
    people, chance = reproduction.unseen.people, reproduction.unseen.scores.chance
    return {
        "architecture": architecture_figure("architecture", reproduction.layers),
        "accuracy": training_figure(
            "curve-accuracy", "accuracy", history.get("accuracy", ()), published.TRAINING_ACCURACY
        ),
        "loss": training_figure("curve-loss", "loss", history.get("loss", ())),
        "course": course_figure("course", course) if course is not None else None,
        "expressions": expressions_figure("expressions-figure", reproduction),
        "people": people_figure("people", people, chance),
    }
