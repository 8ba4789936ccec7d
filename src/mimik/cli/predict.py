"""``mimik predict``: what a recognizer sees in recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import notes, out, print_json, synthetic
from mimik.cli.options import FaceModel, Json, Rate, ReadyModel, picture
from mimik.errors import DataError

if TYPE_CHECKING:
    from mimik.cli.recognising import Recognised
    from mimik.learn.runtime import Runtime

__all__ = ["predict"]


def predict(
    model: ReadyModel,
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT...", help="Recordings, videos, or a study's folder.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write one row per frame to this CSV file.", dir_okay=False),
    ] = None,
    neutral: Annotated[
        Path | None,
        typer.Option(
            "--neutral", help="A recording of the person at rest; its first 3 s count.", dir_okay=False
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot", callback=picture, help="Draw what was recognised when: a file .html, .svg or .png."
        ),
    ] = None,
    face_model: FaceModel = None,
    rate: Rate = None,
    json: Json = False,
) -> None:
    """Recognise the shown expression in each frame of recordings.

    Frames without a face get no answer. Prints a line per recording; -o writes every frame with its
    probabilities. Models of the recipe "people" recognise better when they know how the person looks at rest:
    in a study that is found by itself, for takes give one with --neutral.

    Videos need MediaPipe and its model file, and a model trained with --for-webcams: see
    docs/webcams-and-videos.md.

    Examples:

        mimik predict expressions.mimik take_01.csv

        mimik predict expressions.mimik take_01.csv take_02.csv --neutral at_rest.csv

        mimik predict expressions.mimik my-study -o frames.csv

        mimik predict for-webcams.mimik interview.mp4 --face-model face_landmarker.task --plot interview.html
    """
    from mimik.cli.frames_csv import FramesCsv
    from mimik.cli.inputs import Reading, recordings
    from mimik.cli.recognising import recognise
    from mimik.deploy.load import load

    loaded = load(model)
    done: list[Recognised] = []
    with FramesCsv(output, loaded.card.labels) as table:
        for name, blocks, resting in recordings(loaded, inputs, neutral, Reading(face_model, rate)):
            done.append(recognise(loaded, name, blocks, resting, table.add, keep=plot is not None))
    rows = [told.facts(loaded.card.labels) for told in done]
    if not rows:
        raise DataError(
            f"expected recordings in {', '.join(map(str, inputs))}, found none",
            hint="record or import some first, or name recordings",
        )
    if output:
        notes.print(f"Wrote {output}.")
    if plot:
        _draw(plot, loaded, done)
    if json:
        print_json({"model": str(model), "synthetic": loaded.card.trained_on.synthetic, "recordings": rows})
    else:
        _show(loaded, rows)


def _draw(path: Path, model: Runtime, done: list[Recognised]) -> None:
    import numpy as np

    from mimik.learn.report.timeline import Timeline
    from mimik.learn.report.timelines import write_timelines

    labels = tuple(map(str, model.card.labels))
    timelines = [
        Timeline(told.name, labels, np.concatenate(told.seconds), np.concatenate(told.proba))
        for told in done
        if told.frames
    ]
    synthetic_model = bool(model.card.trained_on.synthetic)
    write_timelines(path, timelines, use=model.card.use, synthetic=synthetic_model)
    notes.print(f"Drew {path}.")


def _show(model: Runtime, rows: list[dict[str, Any]]) -> None:
    if model.card.trained_on.synthetic:
        out.print(synthetic("The model learned from simulated people: no use on real faces."))
    table = Table(box=None, pad_edge=False)
    table.add_column("recording", overflow="fold")
    table.add_column("frames with a face", justify="right")
    table.add_column("recognised")
    for label in model.card.labels:
        table.add_column(f"p {label}", justify="right")
    for row in rows:
        p = [f"{row['probability'][str(label)]:.2f}" for label in model.card.labels] if row["tracked"] else []
        table.add_row(row["recording"], f"{row['tracked']:,}", str(row["recognised"] or "-"), *p)
    out.print(table)
