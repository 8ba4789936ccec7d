"""``mimik exclude``: trials are marked as bad, kept, and used by nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import command, counted, notes, out, print_json
from mimik.cli.options import Json, StudyFolder
from mimik.errors import StudyError

if TYPE_CHECKING:
    from mimik.study.session import SessionInfo, TrialInfo
    from mimik.study.study import Study

__all__ = ["exclude"]


def exclude(
    study: StudyFolder,
    participant: Annotated[
        str | None, typer.Argument(metavar="PARTICIPANT", help="Whose trial, such as sub-K7F3QX.")
    ] = None,
    session: Annotated[
        str | None, typer.Argument(metavar="SESSION", help="Of which session, such as ses-01.")
    ] = None,
    trial: Annotated[
        int | None, typer.Argument(metavar="TRIAL", help="Its number, as in events.tsv.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; kept with the session.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Use an excluded trial again.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Only list what is excluded.")] = False,
    json: Json = False,
) -> None:
    """Leave a bad trial out: it is kept, but nothing learns from it and no evaluation uses it.

    Decide by how it was recorded, and before you see results; every evaluation says how many are left out.

    Examples:

        mimik exclude my-study sub-K7F3QX ses-01 3 --reason "talked to somebody"

        mimik exclude my-study sub-K7F3QX ses-01 3 --undo

        mimik exclude my-study --list
    """
    from mimik.study.study import Study

    opened = Study.open(study)
    if list_:
        _list(opened, participant, session, trial, json=json)
        return
    if participant is None or session is None or trial is None:
        raise typer.BadParameter("expected PARTICIPANT, SESSION and TRIAL, or --list")
    if undo is bool(reason.strip()):
        raise typer.BadParameter("expected either --reason or --undo")
    info = _session(opened, participant, session)
    if undo:
        after = opened.include_trial(info, trial, at=time.time())
    else:
        after = opened.exclude_trial(info, trial, reason, at=time.time())
    changed = [t for t in after.trials if t.trial == trial][-1]
    if json:
        print_json({"study": str(study), **_facts(after, changed)})
    elif undo:
        out.print(f"{_name(after, changed)} is used again.")
    else:
        out.print(f"{_name(after, changed)} is excluded: {changed.excluded}")


def _session(study: Study, participant: str, session: str) -> SessionInfo:
    who = participant if participant.startswith("sub-") else f"sub-{participant}"
    sessions = study.sessions(who)
    number = session.removeprefix("ses-")
    names = [f"ses-{number}", f"ses-{int(number):02d}" if number.isdecimal() else ""]
    found = [info for name in names for info in sessions if info.session == name]
    if not found:
        there = ", ".join(info.session for info in sessions) or "none"
        raise StudyError(
            f"Expected a session of {who} ({there}), found {session!r}.",
            hint=f"See: {command('info', study.folder)}",
        )
    return found[0]


def _list(
    study: Study, participant: str | None, session: str | None, trial: int | None, *, json: bool
) -> None:
    if participant is None:
        sessions = study.sessions()
    elif session is None:
        sessions = study.sessions(participant if participant.startswith("sub-") else f"sub-{participant}")
    else:
        sessions = (_session(study, participant, session),)
    found = [(s, t) for s in sessions for t in s.trials if t.excluded and trial in (None, t.trial)]
    if json:
        print_json({"study": str(study.folder), "excluded": [_facts(s, t) for s, t in found]})
        return
    for info, bad in found:
        out.print(f"{_name(info, bad)}: {bad.excluded}")
    notes.print(f"{counted(len(found), 'trial')} excluded.")


def _facts(info: SessionInfo, trial: TrialInfo) -> dict[str, Any]:
    return {
        "participant": info.participant,
        "session": info.session,
        "trial": trial.trial,
        "expression": trial.expression,
        "frames": trial.frames,
        "excluded": bool(trial.excluded),
        "reason": trial.excluded,
    }


def _name(info: SessionInfo, trial: TrialInfo) -> str:
    frames = counted(trial.frames, "frame")
    return f"{info.participant} {info.session} trial {trial.trial} ({trial.expression}, {frames})"
