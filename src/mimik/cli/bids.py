"""``mimik bids``: a study as a Motion-BIDS data set, to share or to archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import notes, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.outgoing import plain_outgoing, show_amount, show_left_out, show_pseudonyms

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
        **plain_outgoing(done, fresh=fresh),
    }


def _show(done: BidsExport, folder: Path, *, fresh: bool) -> None:
    show_amount(done, f"in {folder}")
    show_left_out(done.left_out)
    if done.columns:
        notes.print(f"participants.tsv also tells: {', '.join(done.columns)}. Could that name somebody?")
    show_pseudonyms(done.pseudonyms if fresh else {})
