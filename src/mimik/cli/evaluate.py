"""``mimik evaluate``: how well people never seen are recognised."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import notes, print_json
from mimik.cli.options import (
    Clean,
    Csv,
    Expressions,
    Folds,
    ForWebcams,
    Jobs,
    Json,
    Labels,
    Repeats,
    Report,
    Resume,
    Seed,
    SplitBy,
    StudyFolder,
    chosen,
    number_of_folds,
)
from mimik.errors import DataError
from mimik.learn.presets import DEFAULT

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset

__all__ = ["evaluate"]


def evaluate(
    study: StudyFolder,
    preset: Annotated[
        str | None,
        typer.Option(
            help=f'Recipe: "{DEFAULT}" (default), "{DEFAULT}+memory", "hartmann2022" as published or "fast". '
            "Without one, labels that are steps of a scale are recognised by proportional odds.",
        ),
    ] = None,
    labels: Labels = "prompted",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    folds: Folds = "5",
    split: SplitBy = None,
    repeats: Repeats = 1,
    expressions: Expressions = "",
    clean: Clean = "no",
    for_webcams: ForWebcams = False,
    report: Report = None,
    csv: Csv = None,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Also run the leaking split of single frames.")
    ] = True,
    details: Annotated[
        bool, typer.Option("--details", help="Also print trials, people, folds and training.")
    ] = False,
    seed: Seed = 0,
    jobs: Jobs = None,
    resume: Resume = True,
    json: Json = False,
) -> None:
    """Train and test on a study, by default on people the recognizer has not seen.

    Examples:

        mimik evaluate my-study

        mimik evaluate my-study --preset hartmann2022 --report report.html

        mimik evaluate my-study --folds all --csv figures.csv

        mimik evaluate my-study --split site

        mimik evaluate my-study --labels reported:strength
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli import training
    from mimik.cli.scores import show_evaluation
    from mimik.cli.training import cleaning, evaluated
    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.course import course_of
    from mimik.learn.data import load_dataset
    from mimik.learn.report import write_figures, write_report
    from mimik.study.layout import DERIVATIVES
    from mimik.study.study import Study

    opened = Study.open(study)
    dataset = load_dataset(opened, labels=labels, expressions=chosen(expressions))
    dataset = training.for_webcams(dataset, for_webcams)
    evaluation = evaluated(
        dataset,
        cleaning(_classifier(dataset, preset, epochs, seed), clean),
        folds=number_of_folds(folds),
        split=split,
        repeats=repeats,
        compare=compare,
        seed=seed,
        jobs=jobs,
        checkpoints=Checkpoints(study / DERIVATIVES / "evaluation", study=opened) if resume else None,
    )
    if report:
        write_report(report, evaluation, dataset=dataset, course=course_of(opened))
        notes.print(f"Report: {report}")
    if csv:
        write_figures(csv, evaluation)
        notes.print(f"Figures: {csv}")
    if json:
        print_json(evaluation.to_dict())
    else:
        show_evaluation(evaluation, target=dataset.target, details=details)


def _classifier(dataset: "Dataset", preset: str | None, epochs: int | None, seed: int) -> Any:
    """Return the classifier to evaluate: one that minds distance where labels are steps of a scale."""
    from mimik.cli.training import recipe_named
    from mimik.learn.proportional_odds import ProportionalOdds

    if dataset.scale == "ordinal" and preset is None:
        if epochs is not None:
            raise DataError(
                "--epochs goes with a network, and steps of a scale are recognised by proportional odds",
                hint=f"add --preset {DEFAULT} to evaluate a network, or leave --epochs out",
            )
        return ProportionalOdds()
    return recipe_named(preset or DEFAULT, epochs=epochs, seed=seed)
