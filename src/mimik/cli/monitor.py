"""``mimik monitor``: one participant over time, against the noise of measurement."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mimik.cli.console import counted, headed, notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimik.learn.monitoring.monitoring import Monitoring, Row

__all__ = ["monitor"]

_SESSIONS = 5  # the latest; the report has them all


def monitor(
    study: StudyFolder,
    participant: Annotated[str, typer.Argument(metavar="PARTICIPANT", help="The pseudonym.")],
    model: Annotated[
        Path | None, typer.Option(help="A model file, for its confidence in the prompted expressions.")
    ] = None,
    baseline: Annotated[
        str, typer.Option(help='The session to compare with, such as "ses-02"; by default the first.')
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Also write an HTML report to this file.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write every value to this CSV file.", dir_okay=False),
    ] = None,
    json: Json = False,
) -> None:
    """Tell what changed from session to session in one participant, and what is only noise.

    Expressivity, the two sides of the face, range and speed of movement, and with a model its confidence. The
    noise comes from trials repeated within a session. Research use only, not a medical device.

    Examples:

        mimik monitor my-study sub-K7M2QX

        mimik monitor my-study sub-K7M2QX --model expressions.mimik --report over-time.html
    """
    from mimik.learn.modelfile import load_model
    from mimik.learn.monitoring.monitor import monitor as find
    from mimik.learn.monitoring.write import write_monitoring, write_rows
    from mimik.study.study import Study

    opened = Study.open(study)
    loaded = load_model(model) if model else None
    with progress("Measuring") as update:
        found = find(opened, participant, model=loaded, baseline=baseline or None, on_progress=update)
    if report:
        write_monitoring(report, found)
        notes.print(f"Report: {report}")
    if output:
        write_rows(output, found)
        notes.print(f"Wrote {output}.")
    if json:
        print_json(found.to_dict())
    else:
        _show(found)


def _show(found: Monitoring) -> None:
    from mimik.cli.scores import show_notices
    from mimik.learn.monitoring.monitoring import USE

    out.print(headed("RESEARCH", USE, "bold red"))
    show_notices(found.notices)
    sizes = (("session", len(found.sessions)), ("trial", sum(s.trials for s in found.sessions)))
    size = ", ".join(counted(number, noun) for noun, number in sizes)
    out.print(f"{found.title}, {found.participant}: {size}, compared with {found.baseline}\n")
    out.print(_table(found))
    out.print("* beyond noise   ? noise unknown\n")
    _show_beyond(found)


def _table(found: Monitoring) -> Table:
    """The whole face and the head, and each region with a change beyond noise; the latest sessions."""
    from mimik.learn.monitoring.measures import unit_of

    names = [session.session for session in found.sessions]
    sessions = [n for n in names if n == found.baseline or n in names[-_SESSIONS:]]
    table = Table(title=found.headline.capitalize(), title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for session in sessions:
        table.add_column(session, justify="right")
    table.add_column("noise \N{PLUS-MINUS SIGN}", justify="right")
    said = ""
    for measure in found.measures:
        course = {row.session: row for row in found.course(measure, found.headline)}
        beyond = any(row.verdict == "beyond noise" for row in course.values())
        if not (beyond or measure.region in ("face", "head")) or _nothing(course.values()):
            continue
        heading = f"{measure.name}, {unit_of(measure)}"
        if heading != said:
            table.add_row(heading)
            said = heading
        cells = [_cell(course.get(session)) for session in sessions]
        table.add_row(f"  {measure.region}", *cells, _text(course[found.latest].bound, course[found.latest]))
    return table


def _nothing(rows: Iterable[Row]) -> bool:
    return all(math.isnan(row.value) for row in rows)


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    mark = {"beyond noise": "*", "noise unknown: no repeated trials": "?"}.get(row.verdict, " ")
    return _text(row.value, row) + mark


def _text(value: float, row: Row) -> str:
    from mimik.learn.monitoring.write import value_text

    return value_text(value, row.unit).replace("\N{EN DASH}", "-")


def _show_beyond(found: Monitoring) -> None:
    from mimik.learn.monitoring.monitoring import ALL

    for session in found.sessions:
        if judged := found.judged(session=session.session):
            beyond = len([r for r in found.beyond() if r.session == session.session and r.expression != ALL])
            chance = (1 - found.level) * judged
            out.print(
                f"{session.session}: {beyond} of {judged} changes of single expressions beyond noise,"
                f" {chance:.0f} expected by chance"
            )
