"""``mimik release``: a study's data for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mimik.cli.console import counted, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.study.coarsening import Coarsening
    from mimik.study.release import Release

__all__ = ["release"]


def release(
    study: StudyFolder,
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write, empty or not there yet.")],
    to: Annotated[Literal["csv", "parquet", "xdf"], typer.Option("--to", help="What to write.")],
    rate: Annotated[
        float | None, typer.Option("--rate", help="At most so many frames per second of each trial.")
    ] = None,
    channels: Annotated[
        str,
        typer.Option(
            "--channels",
            help='Only these channels, separated by commas, or "face", "mouth-and-brows", "eight".',
            metavar="LIST",
        ),
    ] = "",
    without_rest: Annotated[
        bool, typer.Option("--without-rest", help="Subtract each person's resting face.")
    ] = False,
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            help="Columns of participants.tsv to tell, separated by commas; none by default.",
            metavar="LIST",
        ),
    ] = "",
    fresh_pseudonyms: Annotated[
        bool,
        typer.Option(
            "--fresh-pseudonyms", help="New pseudonyms; who got which is shown once and stored nowhere."
        ),
    ] = False,
    free_text: Annotated[
        bool,
        typer.Option("--free-text", help="Also write reasons for exclusion and answers in words. Read them."),
    ] = False,
    json: Json = False,
) -> None:
    """Write a study's data for other programs: tables (CSV), Parquet, or XDF beside EEG.

    Dates, times of day and free text are left out. So is who did not agree to sharing (see `mimik consent`),
    and sessions that are not finished. Simulated people need no consent. The study's audit trail notes it.

    Examples:

        mimik release my-study tables --to csv

        mimik release my-study shared --to parquet --rate 10 --without-rest --fresh-pseudonyms

        mimik release my-study streams --to xdf --columns age,sex
    """
    from mimik.study.release import release_study
    from mimik.study.study import Study

    coarsening = _coarsening(rate, channels, without_rest=without_rest)
    opened = Study.open(study)
    with progress("Writing sessions") as update:
        done = release_study(
            opened,
            folder,
            to,
            coarsening=coarsening,
            columns=_listed(columns),
            fresh_pseudonyms=fresh_pseudonyms,
            free_text=free_text,
            on_progress=update,
        )
    if json:
        print_json(_plain(done, folder, fresh=fresh_pseudonyms))
    else:
        _show(done, folder, fresh=fresh_pseudonyms)


def _coarsening(rate: float | None, channels: str, *, without_rest: bool) -> Coarsening:
    from mimik.study.coarsening import CHANNEL_SETS, Coarsening

    named = CHANNEL_SETS.get(channels.strip()) or tuple(_listed(channels)) or None
    return Coarsening(rate=rate, channels=named, without_rest=without_rest)


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _plain(done: Release, folder: Path, *, fresh: bool) -> dict[str, object]:
    return {
        "folder": str(folder),
        "kind": done.kind,
        "sha256": done.digest,
        "synthetic": done.synthetic,
        "participants": done.participants,
        "sessions": done.sessions,
        "frames": done.frames,
        "columns": list(done.columns),
        "coarsened": done.coarsened,
        "left_out": dict(done.left_out),
        "fresh_pseudonyms": dict(done.pseudonyms) if fresh else None,
    }


def _show(done: Release, folder: Path, *, fresh: bool) -> None:
    amount = (
        f"{counted(done.participants, 'participant')}, {counted(done.sessions, 'session')}, "
        f"{counted(done.frames, 'frame')} in {folder}, {done.coarsened}."
    )
    out.print(synthetic(amount) if done.synthetic else amount)
    for who, why in done.left_out.items():
        notes.print(headed("Left out:", f"{who}: {why}."))
    if done.columns:
        notes.print(f"The table of participants tells: {', '.join(done.columns)}. Could that name somebody?")
    if done.columns_left_out:
        notes.print(f"Columns of participants.tsv left out: {', '.join(done.columns_left_out)} (--columns).")
    if fresh:
        notes.print("New pseudonyms, shown only now:")
        for old, new in done.pseudonyms.items():
            notes.print(f"  {old}  {new}")
