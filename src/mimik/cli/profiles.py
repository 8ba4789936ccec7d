"""``mimik profiles``: which channels make an expression."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.clusters import Baseline, in_steps
from mimik.cli.console import counted, notes, out, print_json, progress
from mimik.cli.options import Expressions, Json, Preset, Report, Seed, StudyFolder, chosen
from mimik.learn.presets import DEFAULT

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.profiles import Profiles

__all__ = ["profiles"]

_FEATURES = 5


def profiles(
    study: StudyFolder,
    by: Annotated[
        str, typer.Option(help='Channels shuffled together: "pair" (left and right), "region" or "channel".')
    ] = "pair",
    quick: Annotated[
        bool, typer.Option("--quick", help="A linear classifier in place of the network: seconds.")
    ] = False,
    preset: Preset = DEFAULT,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, help="Recognizers to train, each without some people.")] = 5,
    baseline: Baseline = None,
    expressions: Expressions = "",
    report: Report = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Also write a row per expression and group to this CSV file.",
            dir_okay=False,
        ),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Find which channels make each expression.

    That is, how much worse people never seen are recognised when these channels are shuffled, and how they
    change.

    Examples:

        mimik profiles my-study --quick

        mimik profiles my-study --by region --report profiles.html
    """
    from mimik.learn.data import load_dataset
    from mimik.learn.profiles import find_profiles, quick_classifier
    from mimik.learn.report.profiles import write_profiles_report
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), expressions=chosen(expressions))
    estimator = quick_classifier() if quick else _recognizer(preset, epochs, seed)
    with progress("Training and shuffling") as update:
        found = find_profiles(
            dataset,
            estimator,
            grouping=by,
            folds=folds,
            baseline=baseline,
            seed=seed,
            on_progress=in_steps(update),
        )
    if report:
        notes.print(f"Report: {write_profiles_report(report, found)}")
    if output:
        _write(output, found)
        notes.print(f"Wrote {output}.")
    if json:
        print_json(found.to_dict())
    else:
        _show(found)


def _recognizer(preset: str, epochs: int | None, seed: int) -> object:
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.learn.recognizer import Recognizer

    return Recognizer(preset=preset, epochs=epochs, random_state=seed)


def _write(path: Path, found: Profiles) -> None:
    figures = [f"{name}{end}" for name in ("importance", "effect") for end in ("", "_low", "_high")]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["expression", "group", "region", *figures, "effect_of", "synthetic"])
        for profile in found.profiles:
            for f in profile.features:
                values = [x for e in (f.importance, f.effect) for x in (e.value, e.low, e.high)]
                numbers = ["" if x is None else f"{x:.6f}" for x in values]
                rows.writerow(
                    [profile.expression, f.name, f.region, *numbers, f.part, str(found.synthetic).lower()]
                )


def _show(found: Profiles) -> None:
    from mimik.cli.scores import show_notices

    show_notices(found.notices)
    size = counted(found.participants, "participant"), counted(found.folds, "fold")
    out.print(f"{found.title}: {', '.join(size)}, {found.classifier}\n")
    for profile in found.profiles:
        recall = profile.recall.value or 0.0
        title = f"{profile.expression}: recall {100 * recall:.0f} %"
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        table.add_column(found.grouping)
        table.add_column("points lost", justify="right")
        table.add_column("95 % interval", justify="right")
        table.add_column("change of")
        table.add_column("", justify="right")
        for f in profile.features[:_FEATURES]:
            lost = 100 * (f.importance.value or 0.0)
            table.add_row(
                f.name, f"{lost:.1f}", _between(f.importance), f.part, f"{f.effect.value or 0.0:+.2f}"
            )
        out.print(table)
        out.print()
    out.print(f"Points lost: of recall, when shuffled within people. Changes: from {found.against}.")


def _between(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "-"
    return f"{100 * estimate.low:.1f} to {100 * estimate.high:.1f}"
