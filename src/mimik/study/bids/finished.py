"""Who is in a BIDS data set: who agreed to sharing, all of whose sessions are finished and hold frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import ConsentMissing, StudyError
from mimik.study.coarsening import UNTIMED
from mimik.study.consent import why_not
from mimik.study.outgoing import effective_rate, without_frames
from mimik.study.purposes import SHARING
from mimik.study.session import INTERRUPTED

if TYPE_CHECKING:
    from mimik.study.coarsening import Coarsening
    from mimik.study.participants import Participant
    from mimik.study.session import SessionInfo
    from mimik.study.study import Study

__all__ = ["finished"]


def finished(
    study: Study, coarsening: Coarsening
) -> tuple[list[Participant], list[SessionInfo], dict[str, str]]:
    """Return who and which sessions to write, and why others are left out.

    A session none of whose frames would stay at the rate of ``coarsening`` is left out. The last maps a
    participant, or participant/session, to the reason.

    Raises:
        ConsentMissing: nobody agreed to sharing.
        StudyError: there is nobody whose sessions are finished.
    """
    left_out: dict[str, str] = {}
    people: list[Participant] = []
    sessions: list[SessionInfo] = []
    agreed = 0
    for person in study.participants:
        if why := why_not(person.consent, SHARING, synthetic=study.synthetic):
            left_out[person.id] = why
            continue
        agreed += 1
        theirs = study.sessions(person.id)
        if open_ := [info.session for info in theirs if info.status == INTERRUPTED]:
            left_out[person.id] = f"{', '.join(open_)} is not finished: go on with it, or `mimik finish`"
            continue
        good = []
        for info in theirs:
            if why := _unfit(study, info, coarsening):
                left_out[f"{person.id}/{info.session}"] = why
            else:
                good.append(info)
        if good:
            people.append(person)
            sessions += good
        elif not theirs:
            left_out[person.id] = "no session"
    if left_out and not agreed:
        raise ConsentMissing(
            f"{study.folder}: expected a participant who agreed to {SHARING!r}, "
            f"found none of {len(left_out)}.",
            hint="`mimik consent` shows who agreed to what, and records what they agreed to on paper.",
        )
    if not people:
        reasons = "; ".join(f"{who}: {why}" for who, why in left_out.items()) or "nobody in the study"
        raise StudyError(
            f"{study.folder}: expected a participant whose sessions are finished, found none ({reasons}).",
            hint="Record or import first; `mimik info` shows what there is.",
        )
    return people, sessions, left_out


def _unfit(study: Study, info: SessionInfo, coarsening: Coarsening) -> str:
    """Return why a session cannot be written; "" if it can."""
    if without_frames(info):
        return "no frames"
    if info.facts.rate and coarsening.rate is None:
        return ""
    frames = study.read_session(info, ())
    if not info.facts.rate and effective_rate(frames) is None:
        return "its frame rate is not known"
    if coarsening.rate is not None and not np.isfinite(frames.block.device_time).any():
        return UNTIMED
    return ""
