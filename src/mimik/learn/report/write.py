"""Write an evaluation as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.curves import curves
from mimik.learn.estimate import Estimate
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.report.calibration import reliability_figure
from mimik.learn.report.dots import Dots, dots_figure
from mimik.learn.report.figures import MAX_NAMED, course_figure, curve_figure, people_figure
from mimik.learn.report.page import page_text, write_text
from mimik.learn.wording import FIGURES, subject_of, telling

if TYPE_CHECKING:
    from markupsafe import Markup

    from mimik.learn.course import Course
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation, SplitResult, Subgroup

__all__ = ["report_text", "write_report"]

_UNITS = {"frame": "single frames", "trial": "whole trials", "participant": "people"}
_MANY_LABELS = 6
"""With more the cells of a confusion matrix are narrow."""


def write_report(path: Path | str, evaluation: Evaluation, **settings: Any) -> Path:
    """Write a report that opens in any browser, on or off the network.

    Args:
        path: of the HTML file; replaced if it exists.
        evaluation: what to report.
        settings: see ``report_text``.

    Returns:
        The path written.

    Raises:
        DataError: the file cannot be written.
    """
    return write_text(path, report_text(evaluation, **settings))


def report_text(
    evaluation: Evaluation,
    *,
    dataset: Dataset | None = None,
    history: Any = None,
    course: Course | None = None,
    title: str | None = None,
    now: datetime | None = None,
) -> str:
    """Return a report, an HTML page of its own.

    It names participants by pseudonym: keep it with the study.

    Args:
        evaluation: what to report.
        dataset: the data evaluated on, to say what its labels are and name channels that never came or moved.
        history: ``history_`` of a recognizer trained on everything, drawn over those of the folds.
        course: one session, to draw its coefficients over time.
        title: of the report; the study's by default.
        now: the time of writing.
    """
    result = evaluation.result
    return page_text(
        "report.html.jinja",
        now=now,
        title=title or evaluation.data.title,
        e=evaluation,
        subject=subject_of(dataset.target if dataset is not None else "prompted"),
        units=result.units,
        names=_UNITS,
        wording=FIGURES,
        chance=1 / len(evaluation.data.expressions),
        noise={(spread.unit, spread.figure): spread.sd for spread in evaluation.spread},
        repeats=max((len(spread.values) for spread in evaluation.spread), default=1),
        figures=_figures(evaluation, curves(history), course),
        subgroups=telling(result.subgroups),
        course=course,
        channels=_channels(dataset),
        max_named=MAX_NAMED,
        few_people=FEW_PEOPLE,
        many_labels=_MANY_LABELS,
    )


def _figures(
    evaluation: Evaluation, history: Mapping[str, Sequence[float]] | None, course: Course | None
) -> dict[str, Markup | None]:
    result = evaluation.result
    folds = [fold.history for fold in result.folds if fold.history]
    return {
        "scale": _scale(evaluation),
        "accuracy": curve_figure("curve-accuracy", "accuracy", folds, history),
        "loss": curve_figure("curve-loss", "loss", folds, history),
        "people": people_figure(
            "people", result.people, result.scores.chance, trials=result.trials is not None
        )
        if result.people
        else None,
        "subgroups": _subgroups(result),
        "course": course_figure("course", course) if course is not None else None,
        **{
            f"reliability-{unit.unit}": reliability_figure(
                f"reliability-{unit.unit}", unit.reliability, title=_UNITS[unit.unit]
            )
            for unit in result.units
            if unit.reliability
        },
    }


def _scale(evaluation: Evaluation) -> Markup:
    """Draw the balanced accuracy of everything decided, on people not seen and on shuffled frames."""
    result, leaking = evaluation.result, evaluation.leaking
    honest = result.kind != "frame"
    rows = [
        Dots(_UNITS[unit.unit], unit.figures["balanced_accuracy"], leaks=not honest)
        for unit in reversed(result.units)
    ]
    if leaking is not None:
        alone = Estimate(leaking.scores.balanced_accuracy)
        rows.append(Dots("shuffled frames (leaks)", alone, leaks=True))
    chance = 1 / len(evaluation.data.expressions)
    return dots_figure("scale", rows, title="Balanced accuracy", chance=chance)


def _subgroups(result: SplitResult) -> Markup | None:
    """Draw every group under the name of its column."""
    rows = []
    for column, groups in groupby(telling(result.subgroups), key=lambda group: group.column):
        rows += [Dots(column), *(_row(group) for group in groups)]
    chance = 1 / len(result.scores.expressions)
    return dots_figure("subgroups-figure", rows, title="Subgroups", chance=chance) if rows else None


def _row(group: Subgroup) -> Dots:
    people = f"{group.participants:,} " + ("person" if group.participants == 1 else "people")
    return Dots(f"{group.value} ({people})", group.trial_accuracy, group.frame_accuracy)


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
