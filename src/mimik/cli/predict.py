"""``mimik predict``: what a recognizer sees in recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from mimik.cli.console import notes, out, print_json, synthetic
from mimik.cli.options import Json, ModelFile
from mimik.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mimik.frame import Block
    from mimik.learn.model import Model
    from mimik.study.study import Study

__all__ = ["predict"]


def predict(
    model: ModelFile,
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="CSV takes, or a study's folder.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write one row per frame to this CSV file.", dir_okay=False),
    ] = None,
    neutral: Annotated[
        Path | None,
        typer.Option("--neutral", help="A take of the person at rest; its first 3 s count.", dir_okay=False),
    ] = None,
    json: Json = False,
) -> None:
    """Recognise the shown expression in each frame of recordings.

    Frames without a face get no answer. Prints a line per recording; -o writes every frame with its
    probabilities. Models of the recipe "people" recognise better when they know how the person looks at rest:
    in a study that is found by itself, for takes give one with --neutral.

    Examples:

        mimik predict expressions.mimik take_01.csv

        mimik predict expressions.mimik take_01.csv take_02.csv --neutral at_rest.csv

        mimik predict expressions.mimik my-study -o frames.csv
    """
    from mimik.cli.frames_csv import FramesCsv
    from mimik.learn.modelfile import load_model

    loaded = load_model(model)
    rows = []
    with FramesCsv(output, loaded.card.labels) as table:
        for name, block, resting in _recordings(inputs, _resting(neutral) if neutral else None):
            rows.append(_recognise(loaded, name, block, resting, table.add))
    if not rows:
        raise DataError(
            f"expected recordings in {', '.join(map(str, inputs))}, found none",
            hint="record or import some first, or name CSV takes",
        )
    if output:
        notes.print(f"Wrote {output}.")
    if json:
        print_json({"model": str(model), "synthetic": loaded.card.trained_on.synthetic, "recordings": rows})
    else:
        _show(loaded, rows)


def _resting(path: Path) -> NDArray[np.float32]:
    """Return the resting face from the first seconds of a take."""
    from mimik.blendshapes import BLEND_SHAPES
    from mimik.frame import Block
    from mimik.learn.at_rest import neutral_face
    from mimik.learn.resting import RESTING_SECONDS
    from mimik.sources.takes import Take

    block = Block.joined(list(Take(path).blocks()))
    seen = block.where(block.tracked)
    first = seen.where(seen.device_time - seen.device_time[:1] < RESTING_SECONDS)
    found = neutral_face(first.values[:, : len(BLEND_SHAPES)], first.device_time)
    if found.face is None:
        raise DataError(
            f"{path}: expected a face at rest in the first {RESTING_SECONDS:g} s; {found.reason}",
            hint="record a few seconds of the person's neutral face",
        )
    return found.face


def _recordings(
    inputs: list[Path], resting: NDArray[np.float32] | None
) -> Iterator[tuple[str, Block, NDArray[np.float32] | None]]:
    """Yield each recording's name, frames and, where it is known, its person's resting face."""
    from mimik.frame import Block
    from mimik.sources.takes import Take
    from mimik.study.study import Study

    for path in inputs:
        if path.is_dir():
            yield from _of_study(Study.open(path))
        else:
            yield path.name, Block.joined(list(Take(path).blocks())), resting


def _of_study(study: Study) -> Iterator[tuple[str, Block, NDArray[np.float32] | None]]:
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
                yield name, frames.block.where(rows), resting


def _recognise(
    model: Model, name: str, block: Block, resting: NDArray[np.float32] | None, add: Any
) -> dict[str, Any]:
    import numpy as np

    seen = block.where(block.tracked)
    p = model.predict_proba(seen, resting=resting)
    add(name, block, p)
    labels = model.card.labels
    if not len(p):
        return {"recording": name, "frames": len(block), "tracked": 0, "recognised": None}
    share = np.bincount(p.argmax(axis=1), minlength=len(labels)) / len(p)
    return {
        "recording": name,
        "frames": len(block),
        "tracked": len(p),
        "resting_face_known": resting is not None,
        "recognised": labels[int(p.mean(axis=0).argmax())],
        "probability": {str(label): float(mean) for label, mean in zip(labels, p.mean(axis=0), strict=True)},
        "share_of_frames": {str(label): float(s) for label, s in zip(labels, share, strict=True)},
    }


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
