"""Whose frames may be learned from and measured: those whose consent, or its basis, allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.targets import left_out
from mimik.study.consent import why_not
from mimik.study.purposes import THIS_STUDY
from mimik.study.session import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimik.learn.notices import Notice
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["allowed_sessions"]


def allowed_sessions(
    study: Study, sessions: Sequence[SessionInfo]
) -> tuple[list[SessionInfo], tuple[Notice, ...]]:
    """Return the sessions that may be used here, and the notice that people are left out, if any are.

    Reports and models travel, so the notice tells how many, not who.

    Raises:
        DataError: there are finished sessions, and none of them may be.
    """
    reasons = {
        person.id: why_not(person.consent, THIS_STUDY, synthetic=study.synthetic)
        for person in study.participants
    }
    kept = [info for info in sessions if not reasons[info.participant]]
    finished = [info for info in sessions if info.status != INTERRUPTED]
    people = {info.participant for info in finished}
    without = sorted(person for person in people if reasons[person])
    if without and len(without) == len(people):
        raise DataError(
            f"expected participants of the study {study.title!r} whose consent allows using their data here"
            f", found {reasons[without[0]]} for {without[0]}"
            + (f", and none for {len(without) - 1} others" if len(without) > 1 else ""),
            hint="`mimik consent` shows who agreed to what, and records it",
        )
    what = "participants have no consent that allows using their data here"
    return kept, left_out("consent-missing", len(without), len(people), what)
