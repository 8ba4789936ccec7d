"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = [
    "Clean",
    "Csv",
    "Expressions",
    "FaceModel",
    "Folds",
    "ForWebcams",
    "Jobs",
    "Json",
    "Labels",
    "ModelFile",
    "Preset",
    "Purposes",
    "Rate",
    "ReadyModel",
    "Repeats",
    "Report",
    "Resume",
    "Seed",
    "SplitBy",
    "StudyFolder",
    "chosen",
    "number_of_folds",
    "picture",
]


def _writable(path: Path | None) -> Path | None:
    """Refuse a file that cannot be written before hours of work are done for it."""
    if path is None:
        return None
    there = next(folder for folder in path.absolute().parents if folder.exists())
    if path.is_dir():
        raise typer.BadParameter(f"expected a file, found the folder {path}")
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise typer.BadParameter(f"nothing can be written to {there}")
    return path


def picture(path: Path | None) -> Path | None:
    """Refuse a picture that cannot be drawn before hours of work are done for it."""
    if path is not None and path.suffix.lower() not in (".html", ".svg", ".png"):
        raise typer.BadParameter(f"expected a name that ends in .html, .svg or .png, found {path.name}")
    return _writable(path)


StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder.")]
ReadyModel = Annotated[
    Path,
    typer.Argument(metavar="MODEL", help="A model file: .mimik, or a .tflite or .onnx of `mimik export`."),
]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A model file made by `mimik train`.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Makes random choices the same each time.")]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        help='Recipe: "people" for new people, "hartmann2022" for the network as published, or "fast".',
    ),
]
Folds = Annotated[
    str,
    typer.Option(
        "--folds", metavar="N|all", help='Parts for cross-validation; "all" leaves out one in turn.'
    ),
]
SplitBy = Annotated[
    str | None,
    typer.Option(
        "--split",
        help='Held out as a whole: "participant" (default), "site", "device", "recording"; "frame" leaks.',
    ),
]
Repeats = Annotated[
    int, typer.Option("--repeats", min=1, help="Deal and train so often, to see how much figures vary.")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Processes at work at once; by default one per core.")
]
Resume = Annotated[bool, typer.Option("--resume/--no-resume", help="Go on where an interrupted run stopped.")]
Clean = Annotated[
    Literal["no", "onset", "frames", "trials"],
    typer.Option(
        "--clean",
        help='Leave out of training what is before the onset or after the effort ("onset"), and also single '
        '"frames" or whole "trials" whose label looks wrong. Tests keep every frame.',
    ),
]
FaceModel = Annotated[
    Path | None,
    typer.Option(
        "--face-model",
        help="MediaPipe's face_landmarker.task, for webcams and videos; or set MIMIK_FACE_MODEL.",
        dir_okay=False,
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", callback=_writable, help="Also write an HTML report to this file.")
]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", callback=_writable, help="Also write every figure as a row of this CSV file."),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", min=0.1, max=1000, help="Frames per second, for files that number frames but name no time."
    ),
]
ForWebcams = Annotated[
    bool,
    typer.Option(
        "--for-webcams", help="Do without the 8 coefficients that webcams and videos can't deliver."
    ),
]
Expressions = Annotated[
    str, typer.Option("--expressions", help="Only these, separated by commas; by default all.")
]
Labels = Annotated[
    str,
    typer.Option(
        "--labels",
        metavar="WHAT",
        help='What is learned: "prompted", "reported", "reported:QUESTION", "column:NAME" or '
        '"column:NAME:EDGES" (see docs/targets.md).',
    ),
]
Purposes = Annotated[
    str | None,
    typer.Option(
        "--purposes",
        metavar="LIST",
        help='What consent was given for: "study" alone, or "study,sharing", "study,sharing,later-use".',
    ),
]


def chosen(expressions: str) -> tuple[str, ...] | None:
    """Return the names in a list separated by commas, or None for an empty one."""
    return tuple(name.strip() for name in expressions.split(",") if name.strip()) or None


def number_of_folds(text: str) -> int | None:
    """Return the number of folds, or None for "all"; raises typer.BadParameter for anything else."""
    if text == "all":
        return None
    if text.isdecimal() and int(text) >= 2:
        return int(text)
    raise typer.BadParameter(f'expected 2 or more, or "all", found {text!r}', param_hint="--folds")
