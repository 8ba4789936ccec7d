"""``mimik release``: a study's data for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mimik.cli.console import notes, print_json, progress
from mimik.cli.options import Json, StudyFolder
from mimik.cli.outgoing import listed, plain_outgoing, show_amount, show_left_out, show_pseudonyms
from mimik.cli.outgoing_options import (
    AtMost,
    Channels,
    Columns,
    FreeText,
    FreshPseudonyms,
    WithoutRest,
    coarsening_of,
)

if TYPE_CHECKING:
    from mimik.study.release import Release

__all__ = ["release"]


def release(
    study: StudyFolder,
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write, empty or not there yet.")],
    to: Annotated[Literal["csv", "parquet", "xdf"], typer.Option("--to", help="What to write.")],
    rate: AtMost = None,
    channels: Channels = None,
    without_rest: WithoutRest = False,
    columns: Columns = "",
    fresh_pseudonyms: FreshPseudonyms = False,
    free_text: FreeText = False,
    json: Json = False,
) -> None:
    """Write a study's data for other programs: tables (CSV), Parquet, or XDF beside EEG.

    Dates, times of day and free text are left out. So is who did not agree to sharing (see `mimik consent`),
    and sessions that are not finished. Simulated people need no consent. The study's register of releases
    keeps what was made.

    Examples:

        mimik release my-study tables --to csv

        mimik release my-study shared --to parquet --rate 10 --without-rest --fresh-pseudonyms

        mimik release my-study streams --to xdf --columns age,sex
    """
    from mimik.study.release import release_study
    from mimik.study.study import Study

    coarsening = coarsening_of(rate, channels, without_rest=without_rest)
    opened = Study.open(study)
    with progress("Writing sessions") as update:
        done = release_study(
            opened,
            folder,
            to,
            coarsening=coarsening,
            columns=listed(columns),
            fresh_pseudonyms=fresh_pseudonyms,
            free_text=free_text,
            on_progress=update,
        )
    if json:
        print_json(_plain(done, folder, fresh=fresh_pseudonyms))
    else:
        _show(done, folder, fresh=fresh_pseudonyms)


def _plain(done: Release, folder: Path, *, fresh: bool) -> dict[str, object]:
    return {
        "id": done.id,
        "folder": str(folder),
        "kind": done.kind,
        "sha256": done.digest,
        "coarsened": done.coarsened,
        **plain_outgoing(done, fresh=fresh),
    }


def _show(done: Release, folder: Path, *, fresh: bool) -> None:
    show_amount(done, f"in {folder}, {done.coarsened}")
    notes.print(f"Noted in the study as release {done.id}.")
    show_left_out(done.left_out)
    if done.columns:
        notes.print(f"The table of participants tells: {', '.join(done.columns)}. Could that name somebody?")
    if done.columns_left_out:
        notes.print(f"Columns of participants.tsv left out: {', '.join(done.columns_left_out)} (--columns).")
    show_pseudonyms(done.pseudonyms if fresh else {})
