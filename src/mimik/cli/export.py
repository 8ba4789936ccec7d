"""``mimik export``: a recognizer as files for phones, browsers and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import command, headed, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, ModelFile
from mimik.errors import MissingExtra, ModelError

if TYPE_CHECKING:
    from mimik.deploy.agreement import Agreement
    from mimik.deploy.export import Exported
    from mimik.learn.model import Model

__all__ = ["export"]

_ALL = "all"


def export(
    model: ModelFile,
    to: Annotated[
        str, typer.Option("--to", help='"litert", "onnx", "coreml", several separated by commas, or "all".')
    ] = _ALL,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Where to write, without ending; by default beside the model, with its name.",
        ),
    ] = None,
    data_licence: Annotated[
        str, typer.Option(help="Licence or terms of the data it learned from; stands in the file.")
    ] = "not stated",
    int8: Annotated[
        bool, typer.Option("--int8", help="8-bit weights: a quarter of the size, less exact; LiteRT only.")
    ] = False,
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", help="Also compare file and model on the frames of this study.", file_okay=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Write a recognizer for phones (LiteRT, Core ML), browsers and everything else (ONNX).

    Everything stands inside the file: less the resting face, the root, the scaling, the network, its
    calibration, the labels, the order of the channels by name, the model card. Beside it lie golden vectors:
    made-up inputs and what they must give, to check an app with.

    Each file is run by its own runtime on 10,000 made-up frames before it appears. One that differs from the
    model in a label, or in a probability by more than 0.00001 (more only where single precision costs more),
    is not written.

    Examples:

        mimik export expressions.mimik

        mimik export expressions.mimik --to litert,onnx -o app/recognizer

        mimik export expressions.mimik --to litert --int8 --study my-study
    """
    from mimik.learn.modelfile import load_model

    loaded = load_model(model)
    wanted = _wanted(to, int8=int8)
    done: list[tuple[Exported, Agreement | None]] = []
    for name in wanted:
        try:
            exported = _export(loaded, name, output or model, data_licence, int8=int8)
        except MissingExtra as error:
            if to != _ALL:
                raise
            notes.print(headed("Left out:", f"{name}. {error} {error.hint}"))
            continue
        done.append((exported, _compared(study, loaded, exported.path) if study else None))
    if not done:
        raise MissingExtra(
            "No format can be written: nothing is installed that checks one.",
            hint="pip install 'mimik[export]', or in a checkout: pip install -e '.[export]'",
        )
    if json:
        print_json({"model": str(model), "files": [_plain(*pair) for pair in done]})
        return
    _show(loaded, done)
    if data_licence == "not stated":
        notes.print("The files say of the data's licence: not stated. Say it with --data-licence.")


def _wanted(to: str, *, int8: bool) -> list[str]:
    from mimik.deploy.formats import FORMATS

    if to == _ALL:
        return [name for name, format in FORMATS.items() if format.int8 or not int8]
    names = [name.strip() for name in to.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise ModelError(
            f"No format is called {to!r}.", hint=f"Choose from: {', '.join(FORMATS)}, or {_ALL}."
        )
    return names


def _export(model: Model, name: str, path: Path, data_licence: str, *, int8: bool) -> Exported:
    from mimik.deploy.export import CHECKED_FRAMES, export
    from mimik.deploy.formats import FORMATS

    with progress(f"Writing {FORMATS[name].name} and running it on {CHECKED_FRAMES:,} frames"):
        return export(model, path, name, data_licence=data_licence, int8=int8)


def _compared(study: Path, model: Model, path: Path) -> Agreement | None:
    """Compare on a study's frames; None where no runtime of this computer runs the file."""
    from mimik.deploy.agreement import agreement
    from mimik.deploy.load import load, runs_here
    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    if not runs_here(path):
        return None
    return agreement(load_dataset(Study.open(study)), model, load(path))


def _plain(exported: Exported, compared: Agreement | None) -> dict[str, Any]:
    from mimik.learn.plain import to_plain

    return {
        "format": exported.format.name,
        "file": str(exported.path),
        "golden_vectors": str(exported.golden),
        "bytes": exported.size,
        "checked_by": exported.format.runtime,
        "parity": to_plain(exported.parity),
        "tolerance": exported.tolerance,
        "on_study": to_plain(compared) if compared else None,
    }


def _show(model: Model, done: list[tuple[Exported, Agreement | None]]) -> None:
    if model.card.trained_on.synthetic:
        out.print(synthetic("The model learned from simulated people: no use on real faces."))
    table = Table(box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("KiB", justify="right")
    table.add_column("checked by")
    table.add_column("frames", justify="right")
    table.add_column("off by at most", justify="right")
    table.add_column("other labels", justify="right")
    for exported, _ in done:
        parity = exported.parity
        table.add_row(
            str(exported.path),
            f"{exported.size / 1024:,.0f}",
            exported.format.runtime,
            f"{parity.frames:,}",
            f"{parity.largest:.1e}",
            f"{parity.other_labels + parity.ties:,}",
        )
    out.print(table)
    for exported, compared in done:
        if compared:
            out.print(
                f"{exported.path.name} on {compared.frames:,} frames of the study:"
                f" same label {compared.same:.2%}, accuracy {compared.accuracy_of_file:.1%}"
                f" (the model {compared.accuracy:.1%}), off by at most {compared.largest:.1e}."
            )
    out.print(f"Golden vectors: {done[0][0].golden}. How fast is it? {command('bench', done[0][0].path)}")
