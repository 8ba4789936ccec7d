"""``mimik bids``: a study as a Motion-BIDS data set, to share or to archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import notes, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.outgoing import plain_outgoing, show_amount, show_left_out, show_pseudonyms
from mimik.cli.outgoing_options import (
    AtMost,
    Channels,
    FreeText,
    FreshPseudonyms,
    WithoutRest,
    coarsening_of,
)

if TYPE_CHECKING:
    from mimik.study.bids import BidsExport

__all__ = ["bids"]


def bids(
    study: StudyFolder,
    folder: Annotated[
        Path, typer.Argument(metavar="OUT", help="Folder for the data set, empty or not there yet.")
    ],
    rate: AtMost = None,
    channels: Channels = None,
    without_rest: WithoutRest = False,
    fresh_pseudonyms: FreshPseudonyms = False,
    free_text: FreeText = False,
    author: Annotated[
        list[str] | None, typer.Option("--author", help="An author of the data set; again for each.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help='Licence of the data set, such as "CC0".')] = "",
    json: Json = False,
) -> None:
    """Write a study as a Motion-BIDS data set, to share or to archive.

    Dates, times of day and free text are left out. So is who did not agree to sharing (see `mimik consent`),
    and who has an unfinished session. Simulated people need no consent. The study's register of releases
    keeps what was made.

    Examples:

        mimik bids my-study my-study-bids

        mimik bids my-study shared --fresh-pseudonyms --licence CC0

        mimik bids my-study coarse --rate 10 --channels mouth-and-brows --without-rest
    """
    from mimik.study.bids import export_bids
    from mimik.study.study import Study

    coarsening = coarsening_of(rate, channels, without_rest=without_rest)
    opened = Study.open(study)
    with progress("Writing sessions") as update:
        done = export_bids(
            opened,
            folder,
            coarsening=coarsening,
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
        "id": done.id,
        "folder": str(folder),
        "sha256": done.digest,
        "coarsened": done.coarsened,
        **plain_outgoing(done, fresh=fresh),
    }


def _show(done: BidsExport, folder: Path, *, fresh: bool) -> None:
    show_amount(done, f"in {folder}, {done.coarsened}")
    if done.id:
        notes.print(f"Noted in the study as release {done.id}.")
    show_left_out(done.left_out)
    if done.columns:
        notes.print(f"participants.tsv also tells: {', '.join(done.columns)}. Could that name somebody?")
    show_pseudonyms(done.pseudonyms if fresh else {})
