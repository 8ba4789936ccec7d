"""``mimik labels``: in which frames an expression is shown, and which trials may show another one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Expressions, Json, Seed, StudyFolder, chosen

if TYPE_CHECKING:
    from mimik.learn.labels.listing import Listing

__all__ = ["labels"]


def labels(
    study: StudyFolder,
    expressions: Expressions = "",
    report: Annotated[Path | None, typer.Option(help="Also write an HTML report to this file.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Also write one row per trial to this CSV file.", dir_okay=False),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Look for labels not to be trusted.

    That is, frames before and after the effort, and trials that look like another expression. Nothing in the
    study is changed.

    Examples:

        mimik labels my-study

        mimik labels my-study --report labels.html --output labels.csv
    """
    from mimik.learn.data import load_dataset
    from mimik.learn.labels.listing import list_labels, write_labels_csv
    from mimik.learn.labels.page import write_labels_report
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), expressions=chosen(expressions))
    with progress("Looking at each trial") as update:
        listing = list_labels(dataset, seed=seed, on_progress=update)
    if report:
        notes.print(f"Report: {write_labels_report(report, listing, dataset)}")
    if output:
        write_labels_csv(output, listing)
        notes.print(f"Wrote {output}.")
    if json:
        print_json(_plain(listing))
    else:
        _show(listing)


def _plain(listing: Listing) -> dict[str, object]:
    return {
        "title": listing.title,
        "synthetic": listing.synthetic,
        "totals": listing.totals,
        "not_judged": listing.not_judged or None,
        "trials": [asdict(trial) for trial in listing.trials],
    }


def _show(listing: Listing) -> None:
    if listing.synthetic:
        out.print(synthetic("Simulated people: nothing here is about real faces."))
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    for heading in ("trial", "expression"):
        table.add_column(heading, overflow="fold")
    for heading in ("from s", "to s", "dropped"):
        table.add_column(heading, justify="right")
    for heading in ("seen", "may show"):
        table.add_column(heading, overflow="fold")
    for trial in listing.trials:
        times = (f"{trial.onset:.1f}", f"{trial.offset:.1f}", f"{trial.dropped:,}")
        table.add_row(trial.recording, trial.expression, *times, trial.reason, trial.suggested or "-")
    out.print(table)
    _show_totals(listing)


def _show_totals(listing: Listing) -> None:
    totals = listing.totals
    out.print(
        f"\n{counted(totals['trials'], 'trial')}, {counted(totals['frames'], 'frame')}; "
        f"{totals['dropped']:,} before or after the effort."
    )
    if listing.not_judged:
        out.print(headed("NOTE", f"No trial was held against others: {listing.not_judged}.", "cyan"))
    else:
        suspicious = counted(totals["suspicious"], "trial")
        out.print(f"{suspicious} may show another expression: look before leaving any out.")
