"""``mimik import``: recordings made by others become sessions of a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import command, counted, notes, out, print_json, progress
from mimik.cli.options import FaceModel, Json, Purposes, Rate, StudyFolder, chosen

if TYPE_CHECKING:
    from mimik.study.importing import ImportProgress, ImportResult

__all__ = ["import_"]


def import_(
    study: StudyFolder,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders to search.")],
    basis: Annotated[
        str,
        typer.Option(help="On what basis these people's data may be used here, in your words. Stored."),
    ],
    purposes: Purposes = "study",
    levels: Annotated[
        str,
        typer.Option(
            help='What the folders between PATH and file stand for, from outside in: "participant", '
            '"session", "expression", or "-" for nothing; such as "participant/-/expression".'
        ),
    ] = "",
    participant: Annotated[
        str, typer.Option(help="Whose recordings these are, where no folder level says so.")
    ] = "",
    session: Annotated[str, typer.Option(help="Which sitting, where no folder level says so.")] = "",
    expression: Annotated[
        str, typer.Option(help="What is shown, where neither a folder level nor the file says so.")
    ] = "",
    keep_names: Annotated[
        bool, typer.Option("--keep-names", help="Names of participants are pseudonyms already: keep them.")
    ] = False,
    variant: Annotated[
        str, typer.Option(help='Which of "cal", "raw" and "neutral", where a take exists in several.')
    ] = "",
    key: Annotated[
        Path | None,
        typer.Option(
            help="CSV file of names and pseudonyms, read if it is there, then written; keep it apart.",
            dir_okay=False,
        ),
    ] = None,
    face_model: FaceModel = None,
    rate: Rate = None,
    json: Json = False,
) -> None:
    """Import recordings made elsewhere, all of them or none.

    Takes of Live Link Face, EmotionTrain text files, recordings of Face Cap, CSV files of py-feat and of
    MediaPipe's blend shapes, and videos (see docs/importing.md). Each file is one recording. Names of
    participants are replaced by pseudonyms, told once.

    Examples:

        mimik import my-study takes/ --levels participant/expression --basis "collected 2025, consent on file"

        mimik import my-study smile_1.csv --participant P01 --expression happy --basis "own recording"
    """
    from mimik.cli.keyfile import read_key, write_key
    from mimik.sources.recordings import open_recording
    from mimik.study.importing import ImportPlan, import_takes
    from mimik.study.study import Study

    plan = ImportPlan(
        basis=basis,
        purposes=chosen(purposes or "") or (),
        levels=levels.split("/") if levels else (),
        participant=participant or None,
        session=session or None,
        expression=expression or None,
        keep_names=keep_names,
        key=read_key(key),
        variant=variant or None,
        open_video=lambda path: open_recording(path, face_model=face_model),
        rate=rate,
    )
    if key is not None:
        write_key(key, {})  # where that fails, nothing must have been imported under names nobody can tell
    with progress("Importing") as update:

        def show(now: ImportProgress) -> None:
            update(now.file, now.files)

        result = import_takes(Study.open(study), paths, plan, show)
    if key is not None:
        write_key(key, result.key)
    if json:
        print_json(
            {
                "study": str(study),
                "files": result.files,
                "sessions": len(result.sessions),
                "frames": result.frames,
                "key": dict(result.key),
            }
        )
    else:
        _tell(study, result, key)


def _tell(study: Path, result: ImportResult, key: Path | None) -> None:
    sessions, frames = counted(len(result.sessions), "session"), counted(result.frames, "frame")
    out.print(f"Imported {counted(result.files, 'take')} as {sessions}, {frames}.")
    if key is not None:
        notes.print(f"Names and pseudonyms are in {key}. Keep it apart from the study.")
    elif any(name != pseudonym for name, pseudonym in result.key.items()):
        out.print("Pseudonyms, told this once (imported again without --key, people get new ones):")
        for name, pseudonym in result.key.items():
            out.print(f"  {name or '(unnamed)'} -> {pseudonym}")
    notes.print(f"Next: {command('evaluate', study)}")
