"""``mimik takeout``: a participant's own copy of their data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import counted, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, StudyFolder

__all__ = ["takeout"]


def takeout(
    study: StudyFolder,
    participant: Annotated[
        str, typer.Argument(metavar="PARTICIPANT", help="Whose data, such as sub-K7F3QX.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Must not exist yet.")],
    json: Json = False,
) -> None:
    """Write all that a study holds of one participant, for them to keep: one zip, readable without Mimik.

    Tables open in any spreadsheet; README.txt explains them in English and German. It tells in which releases
    their data are and which models learned from them.

    Examples:

        mimik takeout my-study sub-K7F3QX own-data.zip
    """
    from mimik.cli.sitting import find_participant
    from mimik.study.study import Study
    from mimik.study.takeout import write_takeout

    opened = Study.open(study)
    person = find_participant(opened, participant)
    assert person is not None  # one is named
    with progress("Writing sessions") as update:
        done = write_takeout(opened, person.id, file, on_progress=update)
    if json:
        print_json(
            {
                "file": str(file),
                "participant": done.participant,
                "synthetic": done.synthetic,
                "sessions": done.sessions,
                "frames": done.frames,
                "releases": done.releases,
                "models": done.models,
            }
        )
        return
    amount = (
        f"{done.participant}: {counted(done.sessions, 'session')}, {counted(done.frames, 'frame')} in {file}."
    )
    out.print(synthetic(amount) if done.synthetic else amount)
    if done.releases or done.models:
        made = f"{counted(done.releases, 'release')} and {counted(done.models, 'model')}"
        notes.print(f"It lists {made} with their data. Tell them who got what: the registers don't know.")
    notes.print("Give it to the participant alone: how a face moves can tell who somebody is.")
