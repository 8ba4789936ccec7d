"""``mimik evaluate``: how well people never seen are recognised."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import notes, print_json
from mimik.cli.options import Expressions, Folds, Json, Preset, Seed, StudyFolder, chosen

__all__ = ["evaluate"]


def evaluate(
    study: StudyFolder,
    preset: Preset = "fast",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    folds: Folds = 5,
    split: Annotated[
        str | None,
        typer.Option(help='What is held out: "participant" (default), "recording", or "frame", which leaks.'),
    ] = None,
    expressions: Expressions = "",
    report: Annotated[Path | None, typer.Option(help="Also write an HTML report to this file.")] = None,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Also run the leaking split of single frames.")
    ] = True,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Train and test on a study, by default on people the recognizer has not seen.

    Examples:

        mimik evaluate my-study

        mimik evaluate my-study --preset hartmann2022 --report report.html
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli.scores import show_evaluation
    from mimik.cli.training import evaluated
    from mimik.learn.course import course_of
    from mimik.learn.data import load_dataset
    from mimik.learn.recognizer import Recognizer
    from mimik.learn.report import write_report
    from mimik.study.study import Study

    opened = Study.open(study)
    dataset = load_dataset(opened, expressions=chosen(expressions))
    recipe = Recognizer(preset=preset, epochs=epochs, random_state=seed)
    evaluation = evaluated(dataset, recipe, folds=folds, split=split, compare=compare, seed=seed)
    if report:
        write_report(report, evaluation, dataset=dataset, course=course_of(opened))
        notes.print(f"Report: {report}")
    if json:
        print_json(evaluation.to_dict())
    else:
        show_evaluation(evaluation)
