"""``mimik evaluate``: how well people never seen are recognised."""

from typing import Annotated

import typer

from mimik.cli.console import notes, print_json
from mimik.cli.options import (
    Csv,
    Expressions,
    Folds,
    Jobs,
    Json,
    Preset,
    Repeats,
    Report,
    Resume,
    Seed,
    SplitBy,
    StudyFolder,
    chosen,
    number_of_folds,
)
from mimik.learn.presets import DEFAULT

__all__ = ["evaluate"]


def evaluate(
    study: StudyFolder,
    preset: Preset = DEFAULT,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default the preset's.")
    ] = None,
    folds: Folds = "5",
    split: SplitBy = None,
    repeats: Repeats = 1,
    expressions: Expressions = "",
    report: Report = None,
    csv: Csv = None,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Also run the leaking split of single frames.")
    ] = True,
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
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.cli.scores import show_evaluation
    from mimik.cli.training import DERIVATIVES, evaluated
    from mimik.learn.course import course_of
    from mimik.learn.data import load_dataset
    from mimik.learn.recognizer import Recognizer
    from mimik.learn.report import write_figures, write_report
    from mimik.study.study import Study

    opened = Study.open(study)
    dataset = load_dataset(opened, expressions=chosen(expressions))
    recipe = Recognizer(preset=preset, epochs=epochs, random_state=seed)
    evaluation = evaluated(
        dataset,
        recipe,
        folds=number_of_folds(folds),
        split=split,
        repeats=repeats,
        compare=compare,
        seed=seed,
        jobs=jobs,
        keep_in=study / DERIVATIVES / "evaluation" if resume else None,
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
        show_evaluation(evaluation)
