"""``mimik reidentify``: how well people in a study can be told apart, and what coarser recordings change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, notes, out, print_json, progress
from mimik.cli.options import Csv, Jobs, Json, Seed, StudyFolder, picture

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.identity import Reidentification, Row

__all__ = ["reidentify"]

_APART = {"sessions": "of other sittings", "trials": "of the same sitting"}


def reidentify(
    study: StudyFolder,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look: few coarsenings, without the slowest attacker.")
    ] = False,
    preset: Annotated[
        str | None,
        typer.Option(
            help="Recipe that tells the cost in recognition, as in `mimik evaluate`; by default a quick one."
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", callback=picture, help="Draw the curve: a file .html, .svg or .png."),
    ] = None,
    csv: Csv = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Measure how well people can be told apart by their recordings, and what coarser recordings change.

    Lets simple attackers, who have recordings of known people, name the person of other recordings: as
    recorded, with fewer frames a second, with fewer channels, without resting faces. Says what each costs in
    recognition. Other attackers may find more: a low rate is no anonymity.

    Examples:

        mimik reidentify my-study --quick

        mimik reidentify my-study --plot reidentification.html --csv reidentification.csv
    """
    from mimik.learn.identity import reidentify as measure
    from mimik.learn.identity.write import write_rows
    from mimik.learn.report.identity import write_identity_picture
    from mimik.study.study import Study

    opened = Study.open(study)
    with progress("Naming people") as update:
        found = measure(
            opened,
            quick=quick,
            recogniser=_recogniser(preset, seed),
            seed=seed,
            jobs=jobs,
            on_progress=update,
        )
    if plot:
        notes.print(f"Drew {write_identity_picture(plot, found)}.")
    if csv:
        notes.print(f"Figures: {write_rows(csv, found)}")
    if json:
        print_json(found.to_dict())
    else:
        _show(found)


def _recogniser(preset: str | None, seed: int) -> tuple[str, Any] | None:
    if preset is None:
        return None
    from mimik.cli.training import recipe_named
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    return preset, recipe_named(preset, epochs=None, seed=seed)


def _show(found: Reidentification) -> None:
    from mimik.cli.scores import show_notices
    from mimik.learn.identity.result import USE

    show_notices(found.notices)
    first = found.as_recorded
    out.print(
        f"{found.title}: {first.people} people, {counted(first.known, 'known recording')}, "
        f"{counted(first.probes, 'recording')} to name, {_APART[first.apart]}\n"
    )
    out.print(_attacks(found))
    out.print()
    out.print(_coarsenings(found))
    out.print()
    if found.growth:
        seen = ", ".join(f"{_percent(one.rank1.value)} after {one.seconds:g} s" for one in found.growth)
        out.print(f"Named as recorded: {seen}, {_percent(first.strongest.rank1.value)} in the end.")
    worth = [f"{number}" for number, row in enumerate(found.rows, 1) if not row.beaten_by]
    out.print(f"Nothing tried is better in both than {', '.join(worth)}.")
    out.print(f"Recognised: balanced accuracy of trials of people held out, by {found.recogniser}.")
    out.print(headed("MIND", USE, "yellow"))


def _attacks(found: Reidentification) -> Table:
    first = found.as_recorded
    title = f"As recorded (guessing names {_percent(first.chance)})"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("attacker")
    for heading in ("named", "95 %", "first five", "person, all recordings", "equal error"):
        table.add_column(heading, justify="right")
    for attack in first.attacks:
        shares = (_percent(attack.rank5.value), _percent(attack.together.value), _percent(attack.equal_error))
        table.add_row(attack.name, *_cells(attack.rank1), *shares)
    return table


def _coarsenings(found: Reidentification) -> Table:
    title = f"By the strongest attacker (guessing recognises {_percent(found.recognition_chance)})"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("coarsening")
    for heading in ("named", "95 %", "recognised", "95 %"):
        table.add_column(heading, justify="right")
    table.add_column("better in both")
    numbers = {row.name: number for number, row in enumerate(found.rows, 1)}
    for row in found.rows:
        table.add_row(*_line(row, numbers))
    return table


def _line(row: Row, numbers: dict[str, int]) -> tuple[str, ...]:
    named, recognised = _cells(row.identification.strongest.rank1), _cells(row.recognition)
    better = str(numbers[row.beaten_by]) if row.beaten_by else ""
    return str(numbers[row.name]), row.name, *named, *recognised, better


def _cells(estimate: Estimate | None) -> tuple[str, str]:
    """Return a share in percent and its interval."""
    if estimate is None or estimate.value is None:
        return "-", "-"
    if estimate.low is None or estimate.high is None:
        return _percent(estimate.value), "-"
    return _percent(estimate.value), f"{100 * estimate.low:.0f} to {100 * estimate.high:.0f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
