"""Marking trials of finished sessions as bad, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.errors import StudyError
from mimik.study.alone import alone
from mimik.study.exclusions import (
    Exclusion,
    encode_exclusions,
    finished_trials,
    parse_exclusions,
)
from mimik.study.layout import EXCLUSIONS, session_folder
from mimik.study.oneline import one_line
from mimik.study.session import INTERRUPTED
from mimik.study.sessions import load_session

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.store import Store

__all__ = ["exclude_trial", "include_trial"]


def exclude_trial(
    store: Store, root: Path, info: SessionInfo, trial: int, reason: str, at: float
) -> SessionInfo:
    """Leave a finished trial out of all that learns and evaluates; see ``Study.exclude_trial``."""
    where = f"{session_folder(info.participant, info.session)}, trial {trial}"
    why = one_line(reason, where=f"{where}, reason")
    with alone(store):
        found = _finished(store, root, info)
        before = _trial(found, trial, where)
        if before.excluded == why:
            return found
        return _decide(store, root, found, Exclusion(at, trial, True, why))


def include_trial(store: Store, root: Path, info: SessionInfo, trial: int, at: float) -> SessionInfo:
    """Use an excluded trial again; see ``Study.include_trial``."""
    where = f"{session_folder(info.participant, info.session)}, trial {trial}"
    with alone(store):
        found = _finished(store, root, info)
        if not _trial(found, trial, where).excluded:
            raise StudyError(f"{where}: expected an excluded trial, found one that is not.")
        return _decide(store, root, found, Exclusion(at, trial, False))


def _finished(store: Store, root: Path, info: SessionInfo) -> SessionInfo:
    """Return what the session's files say now, whatever ``info`` knew."""
    found = load_session(store, root, info.participant, info.session)
    if found.status == INTERRUPTED:
        raise StudyError(
            f"{info.participant}/{info.session}: expected a finished session, found an interrupted one.",
            hint="Go on with it (mimik record --resume) or keep it as it is (mimik finish); then exclude.",
        )
    return found


def _trial(info: SessionInfo, number: int, where: str) -> TrialInfo:
    """Return the attempt at a trial that counts."""
    attempts = [t for t in info.trials if t.trial == number]
    if not attempts:
        there = ", ".join(str(n) for n in dict.fromkeys(t.trial for t in info.trials)) or "none"
        raise StudyError(f"{where}: expected one of the session's trials ({there}), found no such.")
    place = finished_trials(info.trials).get(number)
    if place is None:
        raise StudyError(
            f"{where}: expected a finished trial, found one that is {attempts[-1].outcome}.",
            hint="Nothing learns from it as it is.",
        )
    return info.trials[place]


def _decide(store: Store, root: Path, info: SessionInfo, new: Exclusion) -> SessionInfo:
    path = f"{session_folder(info.participant, info.session)}/{EXCLUSIONS}"
    there = store.exists(path)
    past = parse_exclusions(store.read(path), where=path, trials=info.trials) if there else ()
    store.write(path, encode_exclusions([*past, new]))
    return load_session(store, root, info.participant, info.session)
