"""``mimik distill``: a narrower network that answers as a trained one does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mimik.cli.console import command, counted, notes, out, print_json, progress, synthetic
from mimik.cli.options import Json, Labels, ModelFile, Seed, StudyFolder
from mimik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimik.learn.comparison import Comparison
    from mimik.learn.dataset import Dataset
    from mimik.learn.distillation import Agreement
    from mimik.learn.model import Model

__all__ = ["distill"]


def distill(
    model: ModelFile,
    study: StudyFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The model file to write.", dir_okay=False)
    ] = Path("small.mimik"),
    width: Annotated[int, typer.Option(min=1, help="Units of each hidden layer.")] = 64,
    depth: Annotated[
        int | None, typer.Option(min=1, help="Hidden layers; by default the model's, at most 3.")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data; by default those of the default preset.")
    ] = None,
    labels: Labels = "prompted",
    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            help="Also test its recipe on people never seen, and write the figures into the model.",
        ),
    ] = False,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """Make a smaller model that answers as a trained one does, for phones and browsers.

    It learns the model's probabilities on the frames of a study, best of the study that the model was trained
    on. How close it comes on people it has seen is always told; what counts, people never seen, only
    --evaluate tells: it trains both anew without them.

    Examples:

        mimik distill expressions.mimik my-study -o small.mimik

        mimik distill expressions.mimik my-study --width 32 --evaluate
    """
    from mimik.learn.backend import use_jax

    use_jax(override=True)
    from mimik.learn.modelfile import load_model, save_model

    if output.resolve() == model.resolve():
        raise DataError(f"expected another file than the teacher's, got {output}", hint="choose another -o")
    teacher = load_model(model)
    recipes = _recipes(teacher, width=width, depth=depth, epochs=epochs) if evaluate else None
    dataset = _known_to(teacher, study, labels)
    student, alike = _taught(teacher, dataset, width=width, depth=depth, epochs=epochs, seed=seed)
    found = _compared(dataset, recipes, study, seed) if recipes else None
    student = _described(student, dataset, alike, found)
    save_model(student, output)
    if json:
        print_json(_as_json(output, teacher, student, found))
    else:
        _show(output, teacher, student, dataset, alike, found)
        _hint(study, teacher, output, evaluated=evaluate)


def _recipes(teacher: Model, **student: Any) -> Mapping[str, Any]:
    """Return the teacher's recipe and the student's, by name, to be trained anew.

    Raises:
        DataError: nobody knows how the teacher was trained.
    """
    from mimik.learn.comparison.distilled import Distilled
    from mimik.learn.distillation import DISTILLED
    from mimik.learn.presets import PRESETS
    from mimik.learn.recognizer import Recognizer

    name = teacher.card.preset
    if name not in PRESETS:
        raise DataError(
            f"expected a model of a recipe that can be trained anew ({', '.join(PRESETS)}), found {name!r}",
            hint="leave out --evaluate",
        )
    recognizer = Recognizer(name, epochs=teacher.card.parameters.get("epochs"), random_state=None)
    return {name: recognizer, name + DISTILLED: Distilled(recognizer, **student)}


def _known_to(teacher: Model, study: Path, labels: str) -> Dataset:
    """Return the frames of a study that show what the teacher tells apart."""
    import numpy as np

    from mimik.learn.data import load_dataset
    from mimik.study.study import Study

    dataset = load_dataset(Study.open(study), labels=labels)
    names = [str(label) for label in teacher.card.labels]
    known = np.isin(dataset.labels, names)
    if not known.any():
        raise DataError(
            f"expected frames of {', '.join(names)}, found {', '.join(dataset.expressions)} in {study}",
            hint="use the study that the model was trained on, with the same --labels",
        )
    others = [name for name in dataset.expressions if name not in names]
    if others:
        notes.print(f"Left out, as the model does not know them: {', '.join(others)}.")
    return dataset.subset(known) if others else dataset


def _taught(teacher: Model, dataset: Dataset, **settings: Any) -> tuple[Model, Agreement]:
    """Return the student and how far it agrees with its teacher on the frames it learned from."""
    from mimik.learn.distillation import agreement, distilled

    with progress(f"Learning from the model on {len(dataset):,} frames") as update:
        student = distilled(
            teacher,
            dataset.X,
            dataset.context,
            on_epoch=lambda log: update(log.epoch, log.epochs),
            **settings,
        )
    return student, agreement(teacher, student, dataset.X, dataset.context)


def _compared(dataset: Dataset, recipes: Mapping[str, Any], study: Path, seed: int) -> Comparison:
    from mimik.cli.compare import compared
    from mimik.learn.checkpoints import Checkpoints
    from mimik.study.layout import DERIVATIVES
    from mimik.study.study import Study

    checkpoints = Checkpoints(study / DERIVATIVES / "distillation", study=Study.open(study))
    return compared(dataset, recipes, checkpoints, reference=next(iter(recipes)), seed=seed)


def _described(student: Model, dataset: Dataset, alike: Agreement, found: Comparison | None) -> Model:
    """Return the student with a card that tells what it learned from and how well it does, never of whom."""
    from mimik.learn.card import TrainedOn
    from mimik.learn.plain import to_plain

    trained_on = TrainedOn(
        frames=len(dataset),
        participants=dataset.n_participants,
        study=dataset.title,
        fingerprint=dataset.fingerprint,
        # A student of a teacher that learned from simulated people did so, too.
        synthetic=dataset.synthetic or student.card.trained_on.synthetic,
    )
    metrics = {"agreement_with_teacher_on_people_seen": to_plain(alike)}
    if found is not None:
        metrics |= _figures(found)
    return replace(student, card=replace(student.card, trained_on=trained_on, metrics=metrics))


def _figures(found: Comparison) -> dict[str, Any]:
    """Return what the card says of a comparison, named as ``mimik train --evaluate`` does."""
    from mimik.learn.plain import to_plain

    [student] = (row for row in found.rows if row.name != found.reference)
    if student.not_run:
        raise DataError(f"the smaller network could not be tested: {student.not_run}")
    teacher = found.of(found.reference)
    figures: dict[str, Any] = {"split": found.split.value, "folds": found.n_folds}
    for row, where in ((student, figures), (teacher, figures.setdefault("teacher", {}))):
        where |= {name: estimate.value for name, estimate in row.frames.items()}
        where["trials"] = {name: estimate.value for name, estimate in row.trials.items()}
    figures["balanced_accuracy_above_teacher"] = {
        "frames": to_plain(student.frame_difference),
        "trials": to_plain(student.trial_difference),
        "says": student.verdict.value,
    }
    return figures


def _as_json(path: Path, teacher: Model, student: Model, found: Comparison | None) -> dict[str, Any]:
    from mimik.learn.distillation import weights_of

    return {
        "model": str(path),
        "weights": {"teacher": weights_of(teacher), "student": weights_of(student)},
        **student.card.to_json(),
        "comparison": None if found is None else found.to_dict(),
    }


def _show(
    path: Path, teacher: Model, student: Model, dataset: Dataset, alike: Agreement, found: Comparison | None
) -> None:
    from mimik.cli.compare import show_comparison
    from mimik.cli.scores import show_notices

    show_notices(dataset.notices)
    if student.card.trained_on.synthetic:
        out.print(synthetic("Learned from simulated people: of no use on real faces."))
    out.print(f"Teacher: {_network(teacher)}. Student: {_network(student)}; model in {path}.")
    out.print(
        f"On {counted(alike.frames, 'frame')} of the {counted(dataset.n_participants, 'participant')} it"
        f" learned from, the teacher's expression in {100 * alike.labels_equal:.1f} % of frames,"
        f" probabilities {alike.mean_absolute_difference:.3f} apart on average."
    )
    out.print("These are people it has seen: how well it does on others, that does not say.")
    if found is not None:
        out.print()
        show_comparison(found)


def _network(model: Model) -> str:
    """Return the size of a network in words."""
    from mimik.learn.distillation import weights_of

    hidden = counted(len(model.kernels) - 1, "hidden layer")
    return f"{hidden} of {model.kernels[0].shape[1]}, {weights_of(model):,} weights"


def _hint(study: Path, teacher: Model, path: Path, *, evaluated: bool) -> None:
    from mimik.learn.distillation import DISTILLED
    from mimik.learn.presets import DEFAULT

    name = teacher.card.preset
    if not evaluated and name == DEFAULT:
        recipes = ("--recipes", name + DISTILLED, "--reference", name)
        notes.print(f"How do both do on people never seen? {command('compare', study, *recipes)}")
    elif not evaluated:
        notes.print("How do both do on people never seen? Run it again with --evaluate.")
    notes.print(f"Next, for a phone or a browser: {command('export', path)}")
