"""Write an evaluation as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.curves import curves
from mimik.learn.report import numbers
from mimik.learn.report.figures import MAX_NAMED, course_figure, curve_figure, people_figure

if TYPE_CHECKING:
    from mimik.learn.course import Course
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation

__all__ = ["write_report"]


def write_report(
    path: Path | str,
    evaluation: Evaluation,
    *,
    dataset: Dataset | None = None,
    history: Any = None,
    course: Course | None = None,
    title: str | None = None,
    now: datetime | None = None,
) -> Path:
    """Write a report that opens in any browser, on or off the network.

    It names participants by pseudonym: keep it with the study.

    Args:
        path: of the HTML file; replaced if it exists.
        evaluation: what to report.
        dataset: the data evaluated on, to name channels that never came or never moved.
        history: ``history_`` of a recognizer trained on everything, drawn over those of the folds.
        course: one session, to draw its coefficients over time.
        title: of the report; the study's by default.
        now: the time of writing.

    Returns:
        The path written.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    page = (
        _environment()
        .get_template("report.html.jinja")
        .render(
            title=title or evaluation.data.title,
            written=(now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
            style=Markup(files(__package__).joinpath("templates/style.css").read_text("utf-8")),
            e=evaluation,
            figures=_figures(evaluation, curves(history), course),
            course=course,
            channels=_channels(dataset),
            max_named=MAX_NAMED,
        )
    )
    _replace(path, page)
    return path


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "mimik.learn.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: getattr(numbers, name) for name in numbers.__all__})
    return environment


def _figures(
    evaluation: Evaluation, history: Mapping[str, Sequence[float]] | None, course: Course | None
) -> dict[str, Markup | None]:
    result = evaluation.result
    folds = [fold.history for fold in result.folds if fold.history]
    return {
        "accuracy": curve_figure("curve-accuracy", "accuracy", folds, history),
        "loss": curve_figure("curve-loss", "loss", folds, history),
        "people": people_figure("people", result.people, result.scores.chance) if result.people else None,
        "course": course_figure("course", course) if course is not None else None,
    }


def _channels(dataset: Dataset | None) -> dict[str, Any] | None:
    """Which of the 52 never came, and which never moved."""
    if dataset is None:
        return None
    absent, still = [], []
    for name, column in zip(BLEND_SHAPES, dataset.X.T, strict=True):
        delivered = column[np.isfinite(column)]
        if not len(delivered):
            absent.append(name)
        elif delivered.min() == delivered.max():
            still.append(name)
    return {"absent": absent, "still": still, "total": len(BLEND_SHAPES)}


def _replace(path: Path, page: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise DataError(f"the report could not be written to {path}: {error.strerror}") from error
