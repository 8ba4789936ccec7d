"""``mimik migrate``: bring a study of an older format to today's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, notes, out, print_json
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.study.migrations import Migration

__all__ = ["migrate"]


def migrate(
    study: StudyFolder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done; change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring a study that an older Mimik made to today's format; no recording is changed.

    It can be broken off at any moment and started again. Keep a copy of the study all the same.

    Examples:

        mimik migrate my-study --dry-run

        mimik migrate my-study
    """
    from mimik.study.migrations import migrate_study

    done = migrate_study(study, dry_run=dry_run)
    if json:
        print_json(
            {
                "study": str(study),
                "before": done.before,
                "after": done.after,
                "dry_run": done.dry_run,
                "steps": [{"before": s.before, "after": s.after, "text": s.text} for s in done.steps],
            }
        )
        return
    _show(done)
    if done.steps and not dry_run:
        notes.print(f"Next: {command('check', study)}")


def _show(done: Migration) -> None:
    if not done.steps:
        out.print(f"The study is of format {done.after} already.")
    for step in done.steps:
        would = "would go " if done.dry_run else ""
        out.print(f"{would}format {step.before} to {step.after}: {step.text}.")
