"""``mimik compare``: recipes against each other on the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, notes, out, print_json, progress
from mimik.cli.options import (
    Csv,
    Expressions,
    Folds,
    Jobs,
    Json,
    Report,
    Resume,
    Seed,
    SplitBy,
    StudyFolder,
    chosen,
    number_of_folds,
)
from mimik.cli.scores import show_notices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.comparison import Comparison, Row
    from mimik.learn.dataset import Dataset
    from mimik.learn.estimate import Estimate

__all__ = ["compare", "compared", "show_comparison"]


def compare(
    study: StudyFolder,
    recipes: Annotated[
        str,
        typer.Option(
            metavar="A,B,C|all", help='Names, separated by commas; by default the quick ones, or "all".'
        ),
    ] = "",
    reference: Annotated[str, typer.Option(help="The recipe that others are held against.")] = "hartmann2022",
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="Passes over the data, of hartmann2022 only; by default 400 as published."),
    ] = None,
    folds: Folds = "5",
    split: SplitBy = None,
    expressions: Expressions = "",
    report: Report = None,
    csv: Csv = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    resume: Resume = True,
    json: Json = False,
) -> None:
    """Compare recipes on the same people, the simple ones too.

    Says of each whether it recognises people never seen better or worse than the reference, or whether that
    can't be told. What takes long is the published network: with few --epochs there is a first look.

    Examples:

        mimik compare my-study --epochs 20

        mimik compare my-study --recipes all --report comparison.html

        mimik compare my-study --recipes lda,people --reference lda --csv comparison.csv
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.comparison import recipes_named
    from mimik.learn.data import load_dataset
    from mimik.learn.report.comparison import write_comparison_report, write_comparison_table
    from mimik.study.layout import DERIVATIVES
    from mimik.study.study import Study

    lined_up = recipes_named(_names(recipes, reference), epochs=epochs)
    opened = Study.open(study)
    dataset = load_dataset(opened, expressions=chosen(expressions))
    found = compared(
        dataset,
        lined_up,
        Checkpoints(study / DERIVATIVES / "comparison", study=opened) if resume else None,
        reference=reference,
        folds=number_of_folds(folds),
        split=split,
        seed=seed,
        jobs=jobs,
    )
    if report:
        notes.print(f"Report: {write_comparison_report(report, found)}")
    if csv:
        notes.print(f"Figures: {write_comparison_table(csv, found)}")
    if json:
        print_json(found.to_dict())
    else:
        show_comparison(found)


def _names(recipes: str, reference: str) -> tuple[str, ...]:
    """Return the recipes asked for, with the reference; tells which are left out if none was named."""
    from mimik.learn.comparison import PEERS, QUICK

    if recipes.strip() == "all":
        return tuple(PEERS)
    names = chosen(recipes)
    if names is None:
        names = QUICK
        left = ", ".join(name for name in PEERS if name not in {*names, reference})
        notes.print(f"Left out: {left}. Ask for them by name, or with --recipes all.")
    return tuple(dict.fromkeys((*names, reference)))


def compared(
    dataset: Dataset, recipes: Mapping[str, Any], checkpoints: Checkpoints | None, **settings: Any
) -> Comparison:
    """Compare with a progress bar; finished folds lie in ``checkpoints`` until all are done."""
    from mimik.learn.comparison import compare
    from mimik.learn.teaching import forget

    if checkpoints and len(checkpoints):
        notes.print("Folds that an interrupted comparison finished are used where they fit.")
    with progress("Training and testing") as update:
        found = compare(dataset, recipes, on_progress=update, checkpoints=checkpoints, **settings)
    if checkpoints:
        forget(checkpoints)
    return found


def show_comparison(found: Comparison) -> None:
    """Print what a comparison found, and what to read before its figures."""
    show_notices(found.notices)
    sizes = {"participant": found.participants, "recording": found.recordings, "fold": found.n_folds}
    out.print(f"{found.title}: {', '.join(counted(number, noun) for noun, number in sizes.items())}\n")
    ran = [row for row in found.rows if not row.not_run]
    _show_figures(found, ran)
    _show_differences(found, ran)
    for row in found.rows:
        if row.not_run:
            out.print(f"{row.name} not run: {row.not_run}")
    if any(row.not_run for row in found.rows):
        out.print()
    out.print("Balanced accuracy in percent, differences in points; 95 % intervals over people.")
    out.print("First: share of 1,000 draws of other people like these in which the recipe would lead.")


def _show_figures(found: Comparison, rows: list[Row]) -> None:
    table = Table(title=f"Balanced accuracy: {found.meaning}", title_justify="left", box=None, pad_edge=False)
    table.add_column("recipe")
    for heading in ("trials", "95 %", "frames", "95 %", "AUC", "ECE", "seconds"):
        table.add_column(heading, justify="right")
    for row in rows:
        cells = [cell for unit in (row.trials, row.frames) for cell in _cells(unit.get("balanced_accuracy"))]
        others = [_decimal(row.frames.get(name)) for name in ("auc", "ece")]
        table.add_row(row.name, *cells, *others, f"{row.seconds:.1f}")
    out.print(table)
    out.print()


def _show_differences(found: Comparison, rows: list[Row]) -> None:
    table = Table(title=f"Against {found.reference}", title_justify="left", box=None, pad_edge=False)
    table.add_column("recipe")
    for heading in ("trials", "95 %", "frames", "95 %"):
        table.add_column(heading, justify="right")
    table.add_column("says")
    table.add_column("first", justify="right")
    for row in rows:
        apart = (row.trial_difference, row.frame_difference)
        cells = [cell for estimate in apart for cell in _cells(estimate, "+")]
        first = "-" if row.first is None else f"{100 * row.first:.0f} %"
        said = row.verdict.value.partition(":")[0]  # why nothing can be told is among the notices
        table.add_row(row.name, *cells, said, first)
    out.print(table)
    out.print()


def _cells(estimate: Estimate | None, sign: str = "") -> tuple[str, str]:
    """Return a share in percent and its interval."""
    if estimate is None or estimate.value is None:
        return "-", "-"
    value = f"{100 * estimate.value:{sign}.1f}"
    if estimate.low is None or estimate.high is None:
        return value, "-"
    return value, f"{100 * estimate.low:{sign}.1f} to {100 * estimate.high:{sign}.1f}"


def _decimal(estimate: Estimate | None) -> str:
    return "-" if estimate is None or estimate.value is None else f"{estimate.value:.2f}"
