"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Expressions", "Folds", "Json", "ModelFile", "Preset", "Seed", "StudyFolder", "chosen"]

StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="The study's folder.")]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A model file made by `mimik train`.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Makes random choices the same each time.")]
Preset = Annotated[
    str,
    typer.Option("--preset", help='Recipe: "fast", or "hartmann2022" for the network exactly as published.'),
]
Folds = Annotated[int, typer.Option("--folds", min=2, help="Parts for cross-validation.")]
Expressions = Annotated[
    str, typer.Option("--expressions", help="Only these, separated by commas; by default all.")
]


def chosen(expressions: str) -> tuple[str, ...] | None:
    """Return the names in a list separated by commas, or None for an empty one."""
    return tuple(name.strip() for name in expressions.split(",") if name.strip()) or None
