"""``mimik bids``: a study as a Motion-BIDS data set, to share or to archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import counted, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.study.bids import BidsExport

__all__ = ["bids"]


def bids(
    study: StudyFolder,
    folder: Annotated[
        Path, typer.Argument(metavar="OUT", help="Folder for the data set, empty or not there yet.")
    ],
    fresh_pseudonyms: Annotated[
        bool,
        typer.Option(
            "--fresh-pseudonyms", help="New pseudonyms; who got which is shown once and stored nowhere."
        ),
    ] = False,
    free_text: Annotated[
        bool,
        typer.Option(
            "--free-text",
            help="Also write notes, reasons for exclusion and answers in words. Read them first.",
        ),
    ] = False,
    author: Annotated[
        list[str] | None, typer.Option("--author", help="An author of the data set; again for each.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help='Licence of the data set, such as "CC0".')] = "",
    json: Json = False,
) -> None:
    """Write a study as a Motion-BIDS data set, to share or to archive.

    Dates, times of day and free text are left out. So is who did not agree to sharing (see `mimik consent`),
    and who has an unfinished session. Simulated people need no consent.

    Examples:

        mimik bids my-study my-study-bids

        mimik bids my-study shared --fresh-pseudonyms --licence CC0
    """
    from mimik.study.bids import export_bids
    from mimik.study.study import Study

    opened = Study.open(study)
    with progress("Writing sessions") as update:
        done = export_bids(
            opened,
            folder,
            fresh_pseudonyms=fresh_pseudonyms,
            free_text=free_text,
            authors=tuple(author or ()),
            licence=licence,
            on_progress=update,
        )
    if json:
        print_json(_plain(done, folder, fresh=fresh_pseudonyms))
    else:
        _show(done, folder, fresh=fresh_pseudonyms)


def _plain(done: BidsExport, folder: Path, *, fresh: bool) -> dict[str, object]:
    return {
        "folder": str(folder),
        "synthetic": done.synthetic,
        "participants": done.participants,
        "sessions": done.sessions,
        "frames": done.frames,
        "columns": list(done.columns),
        "left_out": dict(done.left_out),
        "fresh_pseudonyms": dict(done.pseudonyms) if fresh else None,
    }


def _show(done: BidsExport, folder: Path, *, fresh: bool) -> None:
    amount = (
        f"{counted(done.participants, 'participant')}, {counted(done.sessions, 'session')}, "
        f"{counted(done.frames, 'frame')} in {folder}."
    )
    out.print(synthetic(amount) if done.synthetic else amount)
    for who, why in done.left_out.items():
        notes.print(headed("Left out:", f"{who}: {why}."))
    if done.columns:
        notes.print(f"participants.tsv also tells: {', '.join(done.columns)}. Could that name somebody?")
    if fresh:
        notes.print("New pseudonyms, shown only now:")
        for old, new in done.pseudonyms.items():
            notes.print(f"  {old}  {new}")
