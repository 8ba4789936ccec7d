"""``mimik train``: a recognizer from a study."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mimik.cli.console import notes, out, print_json, progress
from mimik.cli.options import Expressions, Json, Preset, Seed, StudyFolder, chosen

if TYPE_CHECKING:
    from mimik.learn.classifier import EpochLog

__all__ = ["train"]


def train(
    study: StudyFolder,
    model: Annotated[
        Path, typer.Option("--output", "-o", help="The model file to write.", dir_okay=False)
    ] = Path("model.mimik"),
    preset: Preset = "fast",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    expressions: Expressions = "",
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Train a recognizer on all finished sessions of a study.

    What it will do on people it has not seen, only `mimik evaluate` can tell.

    Examples:

        mimik train my-study -o expressions.mimik

        mimik train my-study --preset hartmann2022
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.learn.data import load_dataset
    from mimik.learn.recognizer import Recognizer
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), expressions=chosen(expressions))
    recognizer = Recognizer(preset=preset, epochs=epochs, random_state=seed)
    with progress(f"Training on {len(dataset):,} frames") as update:

        def show(log: "EpochLog") -> None:
            update(log.epoch, log.epochs)

        recognizer.fit_dataset(dataset, on_epoch=show)
    recognizer.save(model)
    card = recognizer.card
    if json:
        print_json({"model": str(model), **card.to_dict()})
        return
    if dataset.synthetic:
        out.print("[bold yellow]SYNTHETIC[/] Trained on simulated people: of no use on real faces.")
    out.print(
        f"Trained on {len(dataset):,} frames of {dataset.n_participants} participants "
        f"({', '.join(dataset.expressions)}); model in {model}."
    )
    notes.print(f"How good is it on people it has not seen? mimik evaluate {study}")
