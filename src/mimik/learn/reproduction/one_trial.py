"""One trial's coefficients over time, as in the paper's Figure 5."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.allowed import allowed_sessions
from mimik.learn.course import Course, course_of
from mimik.study.session import COMPLETE, IMPORTED, INTERRUPTED

if TYPE_CHECKING:
    from mimik.study.study import Study

__all__ = ["FIGURE_5", "course_of_trial", "one_trial"]

FIGURE_5 = "happy"
"""What the participant of the paper's Figure 5 was asked to show."""


def course_of_trial(study: Study, expression: str = FIGURE_5) -> Course | None:
    """Return the first finished trial of an expression that the study holds; None if it holds none."""
    for session in allowed_sessions(study, study.sessions())[0]:
        shown = {trial.expression for trial in session.trials if trial.outcome in (COMPLETE, IMPORTED)}
        if session.status != INTERRUPTED and expression in shown:
            return one_trial(course_of(study, session), expression)
    return None


def one_trial(course: Course, expression: str) -> Course | None:
    """Return the part of a session's course that shows an expression first; None if it shows it nowhere."""
    span = next((span for span in course.spans if span[2] == expression), None)
    if span is None:
        return None
    start, end, _ = span
    inside = slice(np.searchsorted(course.time, start), np.searchsorted(course.time, end, side="right"))
    return replace(
        course,
        time=course.time[inside] - start,
        values=course.values[inside],
        spans=((0.0, end - start, expression),),
    )
