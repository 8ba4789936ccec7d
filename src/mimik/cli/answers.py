"""``mimik answers``: what participants reported elsewhere is stored with their trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, counted, notes, out, print_json
from mimik.cli.options import Json, StudyFolder

if TYPE_CHECKING:
    from mimik.study.collected import Collected

__all__ = ["answers"]

_LISTED = 20


def answers(
    study: StudyFolder,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A table (CSV): participant, session, trial, question, answer."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(help="CSV file of names and pseudonyms, where the table has names.", dir_okay=False),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also",
            help="A question that the protocol does not ask: arousal, or arousal=0..10. Can be repeated.",
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="New answers count in place of others, which stay in the files.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be stored.")] = False,
    json: Json = False,
) -> None:
    """Store answers that were collected elsewhere (paper, jsPsych, a spreadsheet) with their trials.

    All of the table is stored, or nothing if any line cannot be. The session is ses-01 where no column says
    it; a trial is named by its number, or by its expression where there is only one of it.

    Examples:

        mimik answers my-study answers.csv --dry-run

        mimik answers my-study paper.csv --key names.csv --also arousal=1..9
    """
    from mimik.cli.keyfile import open_key
    from mimik.study.collected import collect_answers
    from mimik.study.study import Study

    opened = Study.open(study)
    found = collect_answers(
        opened,
        file.read_bytes(),
        where=str(file),
        key=open_key(key, opened.title).names if key is not None else None,
        also=also or (),
        replace=replace,
        dry_run=dry_run,
    )
    if json:
        print_json(
            {
                "study": str(study),
                "stored": 0 if dry_run else len(found.answers),
                "new": len(found.answers) - found.replaced,
                "replaced": found.replaced,
                "same": found.same,
                "without_answer": found.empty,
                "questions": dict(found.questions),
                "columns_passed_over": list(found.passed_over),
            }
        )
        return
    _tell(found, dry_run=dry_run)
    if found.answers:
        question = next(iter(found.questions))
        again = command("answers", study, file)
        labels = command("evaluate", study, "--labels", f"reported:{question}")
        notes.print(f"Next: {again if dry_run else labels}")


def _tell(found: Collected, *, dry_run: bool) -> None:
    if dry_run:
        for answer in found.answers[:_LISTED]:
            before = "" if answer.before is None else f" (so far {answer.before})"
            where = f"{answer.session} trial {answer.trial} ({answer.expression})"
            out.print(f"  {where}  {answer.question}: {answer.answer}{before}")
        if len(found.answers) > _LISTED:
            out.print(f"  ... and {len(found.answers) - _LISTED:,} more")
    stored = "Would store" if dry_run else "Stored"
    of = ", ".join(f"{question} {number:,}" for question, number in found.questions.items())
    out.print(f"{stored} {counted(len(found.answers), 'answer')}" + (f": {of}." if of else "."))
    redone = sum(answer.redone for answer in found.answers)
    for number, what in (
        (found.replaced, "in place of others, which stay in the files."),
        (found.same, "there already."),
        (redone, "to trials that were done again; these are not used."),
        (found.empty, "left empty in the table."),
    ):
        if number:
            out.print(f"  {counted(number, 'answer')} {what}")
    if found.passed_over:
        notes.print(f"Columns passed over: {', '.join(found.passed_over)}.")
