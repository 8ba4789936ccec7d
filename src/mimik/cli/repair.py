"""``mimik repair``: restore what can be restored of a study's damaged files, without guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, counted, headed, notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.study.integrity import RepairReport

__all__ = ["repair"]

_COLOURS = {"restored": "bold green", "completed": "bold green", "failed": "bold red"}


def repair(
    study: StudyFolder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done; change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Restore damaged files of sessions whose journal is still there, and end half-done work.

    The journal goes when a session is finished, so most damage can only be repaired from a copy of the study.
    Nothing is guessed, and damaged files are kept under a name that begins with .damaged-

    Ends with status 1 if something serious is left.

    Examples:

        mimik repair my-study --dry-run

        mimik repair my-study
    """
    from mimik.study.integrity import repair_files

    with progress("Checking files") as update:
        report = repair_files(study, dry_run=dry_run, on_progress=update)
    if json:
        print_json({"study": str(study), **report.to_dict()})
    else:
        _show(report)
    if any(each.severity == "serious" for each in report.left.findings):
        if not json:
            notes.print(f"What to do about the rest: {command('check', study)}")
        raise typer.Exit(1)


def _show(report: RepairReport) -> None:
    for each in report.repairs:
        what = f"would be {each.kind}:" if report.dry_run and each.kind != "failed" else f"{each.kind}:"
        out.print(headed(what, f"{each.file}: {each.text}", _COLOURS[each.kind]))
    if not report.repairs:
        out.print("Nothing can be repaired here." if report.left.serious else "There is nothing to repair.")
    serious = [each for each in report.left.findings if each.severity == "serious"]
    if serious and report.dry_run:
        out.print(f"Now there are {counted(len(serious), 'serious finding')}:")
    elif serious:
        out.print(f"{counted(len(serious), 'serious finding')} left, which no journal can repair:")
    for finding in serious:
        out.print(f"  {finding.code} {finding.text}")
