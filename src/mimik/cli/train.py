"""``mimik train``: a recognizer from a study."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import command, counted, notes, out, print_json, synthetic
from mimik.cli.options import Clean, Expressions, ForWebcams, Json, Labels, Seed, StudyFolder, chosen
from mimik.learn.presets import DEFAULT

__all__ = ["train"]

_REMEMBERS = (
    "It remembers what came before. Where trials always follow in the same order, a memory can "
    "learn this order instead of the face; it was no better than single frames so far."
)


def train(
    study: StudyFolder,
    model: Annotated[
        Path, typer.Option("--output", "-o", help="The model file to write.", dir_okay=False)
    ] = Path("model.mimik"),
    preset: Annotated[
        str,
        typer.Option(
            help=f'Recipe: "{DEFAULT}" for new people, "hartmann2022" for the network as published, "fast", '
            f'or "{DEFAULT}+memory", which sees what came before, too.',
        ),
    ] = DEFAULT,
    labels: Labels = "prompted",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    expressions: Expressions = "",
    clean: Clean = "no",
    for_webcams: ForWebcams = False,
    evaluate: Annotated[
        bool, typer.Option("--evaluate", help="Also evaluate, and write the figures into the model.")
    ] = False,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Train a recognizer on all finished sessions of a study.

    What it will do on people it has not seen, only `mimik evaluate` can tell. A recognizer learns labels as
    classes without an order, also where they are steps of a scale.

    Examples:

        mimik train my-study -o expressions.mimik

        mimik train my-study --preset hartmann2022 --evaluate

        mimik train my-study --preset people+memory

        mimik train my-study --labels column:group

        mimik train my-study --clean onset

        mimik train my-study --for-webcams -o for-webcams.mimik
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli import training
    from mimik.cli.modelfiles import register
    from mimik.cli.scores import show_notices
    from mimik.cli.training import cleaning, evaluated, recipe_named, train_on
    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), labels=labels, expressions=chosen(expressions))
    dataset = training.for_webcams(dataset, for_webcams)
    recipe = recipe_named(preset, epochs=epochs, seed=seed)
    evaluation = evaluated(dataset, cleaning(recipe, clean), seed=seed) if evaluate else None
    recognizer = train_on(dataset, recipe, evaluation, clean=clean)
    recognizer.save(model)
    register(study, recognizer.model_, dataset)
    card = recognizer.card
    if json:
        print_json({"model": str(model), **card.to_json()})
        return
    show_notices(dataset.notices)
    if dataset.synthetic:
        out.print(synthetic("Trained on simulated people: of no use on real faces."))
    out.print(
        f"Trained on {counted(len(dataset), 'frame')} of {counted(dataset.n_participants, 'participant')} "
        f"({', '.join(dataset.expressions)}); model in {model}."
    )
    if recognizer.model_.features.memories:
        out.print(_REMEMBERS)
    if dataset.scale == "ordinal":
        out.print("These labels are steps of a scale; this model knows them as classes without an order.")
    asked: tuple[str, ...] = () if dataset.target == "prompted" else ("--labels", labels)
    if for_webcams:
        asked = (*asked, "--for-webcams")
    preset_too = ("--preset", preset) if dataset.scale == "ordinal" or preset != DEFAULT else ()
    again = command("evaluate", study, *asked, *preset_too)
    notes.print(f"How good is it on people it has not seen? {again}")
