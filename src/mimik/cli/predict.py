"""``mimik predict``: what a recognizer sees in recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.table import Table

from mimik.cli.console import notes, out, print_json, progress, synthetic
from mimik.cli.options import FaceModel, Json, ModelFile, Rate, picture
from mimik.cli.recognising import Recognised, recognise, refuse_lacking
from mimik.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Block
    from mimik.learn.model import Model
    from mimik.sources.recordingfile import RecordingFile
    from mimik.study.study import Study

__all__ = ["predict"]


def predict(
    model: ModelFile,
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
    from mimik.learn.modelfile import load_model

    loaded = load_model(model)
    done: list[Recognised] = []
    with FramesCsv(output, loaded.card.labels) as table:
        for name, blocks, resting in _recordings(loaded, inputs, neutral, _Reading(face_model, rate)):
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


@dataclass(frozen=True)
class _Reading:
    """How recordings are opened."""

    face_model: Path | None
    rate: float | None

    def open(self, path: Path, **more: Any) -> RecordingFile:
        from mimik.sources.recordings import open_recording

        return open_recording(path, face_model=self.face_model, rate=self.rate, **more)

    def check(self, model: Model, path: Path) -> None:
        from mimik.sources.facemodel import find_face_model
        from mimik.sources.recordings import is_video

        refuse_lacking(model, self.open(path))
        if is_video(path):
            find_face_model(self.face_model)


def _resting(path: Path, reading: _Reading) -> NDArray[np.float32]:
    """Return the resting face from the first seconds of a recording."""
    from mimik.blendshapes import BLEND_SHAPES
    from mimik.frame import Block
    from mimik.learn.at_rest import neutral_face
    from mimik.learn.resting import RESTING_SECONDS

    first: list[Block] = []
    for block in reading.open(path).blocks(64):
        first.append(block.where(block.tracked))
        seconds = np.concatenate([part.device_time for part in first])
        if len(seconds) and seconds[-1] - seconds[0] >= RESTING_SECONDS:
            break
    seen = Block.joined(first)
    seen = seen.where(seen.device_time - seen.device_time[:1] < RESTING_SECONDS)
    found = neutral_face(seen.values[:, : len(BLEND_SHAPES)], seen.device_time)
    if found.face is None:
        raise DataError(
            f"{path}: expected a face at rest in the first {RESTING_SECONDS:g} s; {found.reason}",
            hint="record a few seconds of the person's neutral face",
        )
    return found.face


def _recordings(
    model: Model, inputs: list[Path], neutral: Path | None, reading: _Reading
) -> Iterator[tuple[str, Iterable[Block], NDArray[np.float32] | None]]:
    """Yield each recording's name, frames and, where it is known, its person's resting face."""
    from mimik.study.study import Study

    for path in inputs:  # before hours are spent on the first one
        if not path.is_dir():
            reading.check(model, path)
    resting = _resting(neutral, reading) if neutral else None
    for path in inputs:
        if path.is_dir():
            yield from _of_study(Study.open(path))
            continue
        with progress(f"Looking at {path.name}") as update:
            yield path.name, reading.open(path, progress=update).blocks(), resting


def _of_study(study: Study) -> Iterator[tuple[str, Iterable[Block], NDArray[np.float32] | None]]:
    from mimik.learn.at_rest import AtRest

    for info in study.sessions():
        if info.status == "interrupted":
            continue
        frames = study.read_session(info)
        usable = [trial for trial in info.trials if trial.outcome in ("complete", "imported")]
        resting, _ = AtRest.of(study.protocol, info, usable).face(frames)
        for trial in info.trials:
            rows = frames.trial == trial.trial
            if rows.any():
                name = f"{info.participant}/{info.session}/{trial.trial} ({trial.expression})"
                yield name, [frames.block.where(rows)], resting


def _draw(path: Path, model: Model, done: list[Recognised]) -> None:
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


def _show(model: Model, rows: list[dict[str, Any]]) -> None:
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
