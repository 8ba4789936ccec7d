"""``mimik reliability``: how far each coefficient can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.reliability.reliability import Reliability, Row

__all__ = ["reliability"]

_NAME = 21  # letters of "  mouthLowerDownRight"


def reliability(
    study: StudyFolder,
    report: Annotated[Path | None, typer.Option(help="Also write an HTML report to this file.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write all of it to this CSV file.", dir_okay=False),
    ] = None,
    json: Json = False,
) -> None:
    """Tell how far each coefficient can be trusted, from repeated trials, sessions and devices.

    Intraclass correlations with intervals, standard errors of measurement and the smallest change that is
    more than noise, for each channel and each region of the face. Research use only, not a medical device.

    Examples:

        mimik reliability my-study

        mimik reliability my-study --output reliability.csv --report reliability.html
    """
    from mimik.learn.reliability.reliability import reliability as find
    from mimik.learn.reliability.write import write_reliability, write_rows
    from mimik.study.study import Study

    opened = Study.open(study)
    with progress("Measuring") as update:
        found = find(opened, on_progress=update)
    if report:
        write_reliability(report, found)
        notes.print(f"Report: {report}")
    if output:
        write_rows(output, found)
        notes.print(f"Wrote {output}.")
    if json:
        print_json(found.to_dict())
    else:
        _show(found)


def _show(found: Reliability) -> None:
    from mimik.cli.scores import show_notices
    from mimik.learn.reliability.reliability import USE

    out.print(headed("RESEARCH", USE, "bold red"))
    show_notices(found.notices)
    out.print(f"{found.title}: {counted(found.trials, 'trial')}\n")
    for one in found.found:
        if one.why_not:
            continue
        size = f"{one.people} people, {counted(one.units, 'unit')}, {one.times} times each"
        out.print(_table(f"Mean level over {one.design}: {size}", found.of(one.design)))
        out.print()


def _table(title: str, rows: tuple[Row, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("region,\nchannel", no_wrap=True, min_width=_NAME)
    for heading in ("ICC\n[95 %]", "ICC, people\n[95 %]", "\nSEM", "smallest\nchange"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        name = row.region if row.is_region else f"  {row.channel}"
        figures = (_estimate(row.icc), _estimate(row.icc_people))
        table.add_row(name, *figures, _number(row.sem), _number(row.smallest_change))
    return table


def _estimate(found: Estimate) -> str:
    if found.low is None or found.high is None:
        return _number(found.value, 2)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _number(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"
