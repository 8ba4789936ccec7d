"""``mimik finish``: an interrupted session is kept as it is, or discarded."""

from typing import Annotated

import typer

from mimik.cli.console import counted, notes, out, print_json
from mimik.cli.options import Json, StudyFolder
from mimik.errors import StudyError

__all__ = ["finish"]


def finish(
    study: StudyFolder,
    participant: Annotated[
        str | None, typer.Option("--participant", "-P", help="Only this participant's; by default all.")
    ] = None,
    discard: Annotated[bool, typer.Option("--discard", help="Remove for good instead of keeping.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before discarding.")] = False,
    json: Json = False,
) -> None:
    """Keep interrupted sessions as they are, with the trials that are complete; or discard them.

    To go on recording instead: mimik record STUDY --resume

    Examples:

        mimik finish my-study

        mimik finish my-study -P sub-K7F3QX --discard
    """
    from mimik.study.study import Study

    opened = Study.open(study)
    broken = [s for s in opened.sessions() if s.status == "interrupted"]
    broken = [s for s in broken if participant in (None, s.participant, s.participant.removeprefix("sub-"))]
    if not broken:
        raise StudyError("Expected an interrupted session, found none.", hint=f"See: mimik info {study}")
    done = []
    for session in broken:
        name = f"{session.participant} {session.session}"
        if not discard:
            kept = opened.finish_session(session)
            done.append({"session": name, "status": kept.status, "frames": kept.frames})
        elif yes or typer.confirm(f"Discard {name} ({counted(session.frames, 'frame')}) for good?", err=True):
            opened.discard_session(session)
            done.append({"session": name, "status": "discarded", "frames": session.frames})
        else:
            notes.print(f"{name} stays interrupted.")
    if json:
        print_json({"study": str(study), "sessions": done})
        return
    for each in done:
        out.print(f"{each['session']}: {each['status']}, {each['frames']:,} frames.")
