"""Telling how many trials somebody marked as bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.learn.targets import left_out
from mimik.study.session import EXCLUDED, INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mimik.learn.notices import Notice
    from mimik.study.session import SessionInfo

__all__ = ["excluded_by_hand"]


def excluded_by_hand(
    sessions: Iterable[SessionInfo], expressions: Collection[str] | None = None
) -> tuple[Notice, ...]:
    """Return the notice that trials of finished sessions are excluded, if any of these expressions are."""
    outcomes = [
        trial.outcome
        for info in sessions
        if info.status != INTERRUPTED
        for trial in info.trials
        if trial.outcome != "redone" and (expressions is None or trial.expression in expressions)
    ]
    excluded = outcomes.count(EXCLUDED)
    return left_out("trials-excluded", excluded, len(outcomes), "trials are excluded by hand")
