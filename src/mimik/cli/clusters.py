"""``mimik clusters``: the groups that expressions fall into by themselves."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, notes, out, print_json, progress
from mimik.cli.options import Expressions, Json, Report, Seed, StudyFolder, chosen

if TYPE_CHECKING:
    from mimik.learn.clusters import Cluster, Clusters
    from mimik.learn.estimate import Estimate

__all__ = ["Baseline", "clusters", "in_steps"]

Baseline = Annotated[
    str | None,
    typer.Option(
        help='What changes are from: "resting", "own" (the person\'s other expressions) or "none".',
    ),
]

_CHANNELS = 4


def clusters(
    study: StudyFolder,
    clusters: Annotated[
        int | None, typer.Option("--clusters", "-k", min=2, help="How many; by default as many as there are.")
    ] = None,
    baseline: Baseline = None,
    moments: Annotated[
        int, typer.Option(min=1, help="Parts of each recording that count by themselves.")
    ] = 1,
    expressions: Expressions = "",
    report: Report = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Also write one row per trial to this CSV file.", dir_okay=False),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Sort expressions by their likeness alone, and compare with what was asked for.

    Says, too, whether there are any groups, and whether other people would give the same.

    Examples:

        mimik clusters my-study --report clusters.html

        mimik clusters my-study --expressions happy --baseline resting
    """
    from mimik.learn.clusters import find_clusters
    from mimik.learn.data import load_dataset
    from mimik.learn.report.clusters import write_clusters_report
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), expressions=chosen(expressions))
    with progress("Looking for clusters") as update:
        found = find_clusters(
            dataset,
            clusters=clusters,
            baseline=baseline,
            moments=moments,
            seed=seed,
            on_progress=in_steps(update),
        )
    if report:
        notes.print(f"Report: {write_clusters_report(report, found)}")
    if output:
        _write(output, found)
        notes.print(f"Wrote {output}.")
    if json:
        print_json(found.to_dict())
    else:
        _show(found)


def in_steps(update: Callable[[float, float | None], None]) -> Callable[[str, int, int], None]:
    """Return what shows the progress of one step after the other."""
    return lambda _, done, of: update(done, of)


def _write(path: Path, found: Clusters) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["participant", "recording", "expression", "cluster", "pc1", "pc2", "synthetic"])
        for t in found.trials:
            place = (f"{t.x:.6f}", f"{t.y:.6f}")
            rows.writerow(
                [t.participant, t.recording, t.expression, t.cluster, *place, str(found.synthetic).lower()]
            )


def _show(found: Clusters) -> None:
    from mimik.cli.scores import show_notices

    show_notices(found.notices)
    size = counted(found.participants, "participant"), counted(found.recordings, "recording")
    out.print(f"{found.title}: {', '.join(size)}\n")
    if not found.structured:
        out.print(f"No clusters: the trials look like one cloud (p = {found.choice.p:.2f}).")
        return
    how = "as asked for" if found.choice.given else "by the gap statistic"
    out.print(
        f"{len(found.clusters)} clusters, {how}; p = {found.choice.p:.2f} against clouds without any.\n"
    )
    _show_prompts(found)
    _show_clusters(found)
    _show_agreement(found)


def _show_prompts(found: Clusters) -> None:
    table = Table(title="Trials of each expression", title_justify="left", box=None, pad_edge=False)
    table.add_column("asked for")
    for cluster in found.clusters:
        table.add_column(cluster.name, justify="right")
    for e, name in enumerate(found.expressions):
        shares = [100 * (cluster.shares[e].value or 0.0) for cluster in found.clusters]
        cells = [f"{c.counts[e]:,} ({share:.0f} %)" for c, share in zip(found.clusters, shares, strict=True)]
        table.add_row(name, *cells)
    out.print(table)
    out.print()


def _show_clusters(found: Clusters) -> None:
    table = Table(title="What makes them", title_justify="left", box=None, pad_edge=False)
    table.add_column("cluster")
    table.add_column("people", justify="right")
    table.add_column("channels that change most", overflow="fold")
    for cluster in found.clusters:
        table.add_row(cluster.name, str(cluster.people), _changes(cluster))
    out.print(table)
    out.print()


def _changes(cluster: Cluster) -> str:
    from mimik.blendshapes import BLEND_SHAPES

    there = [(i, e.value) for i, e in enumerate(cluster.changes) if e is not None and e.value is not None]
    strongest = sorted(there, key=lambda row: -abs(row[1]))[:_CHANNELS]
    return ", ".join(f"{BLEND_SHAPES[i]} {value:+.2f}" for i, value in strongest)


def _show_agreement(found: Clusters) -> None:
    table = Table(title="Agreement: 1 full, 0 by chance", title_justify="left", box=None, pad_edge=False)
    for heading in ("", "index", "value", "95 % interval"):
        table.add_column(heading, justify="left" if heading in ("", "index") else "right")
    rows: list[tuple[str, str, Estimate | None]] = [
        ("of resampled people with each other", "adjusted Rand", found.stability),
        ("of clusters with what was asked for", "adjusted Rand", found.rand),
        ("of clusters with what was asked for", "adjusted mutual information", found.mutual),
    ]
    for what, index, estimate in rows:
        if estimate is not None:
            between = "-" if estimate.low is None else f"{estimate.low:.2f} to {estimate.high:.2f}"
            table.add_row(what, index, f"{estimate.value:.2f}", between)
    out.print(table)
