"""Training with a progress bar, and what the model card says of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimik.cli.console import notes, progress
from mimik.learn.card import TrainedOn
from mimik.learn.channels import without_channels
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.evaluate import evaluate
from mimik.learn.labels.clean import CleanLabels
from mimik.learn.recognizer import Recognizer
from mimik.learn.temporal import WITH_MEMORY, TemporalRecognizer
from mimik.learn.wording import subject_of
from mimik.sources.mediapipenames import NOT_DELIVERED

if TYPE_CHECKING:
    from pathlib import Path

    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation

__all__ = ["DERIVATIVES", "cleaning", "evaluated", "for_webcams", "forget", "recipe_named", "train_on"]

DERIVATIVES = "derivatives"
"""Folder in a study for what was computed from it and can be computed again."""


def recipe_named(preset: str, *, epochs: int | None, seed: int) -> Recognizer | TemporalRecognizer:
    """Return the recognizer of a preset, or the one with a memory."""
    if preset == WITH_MEMORY:
        return TemporalRecognizer(epochs=epochs, random_state=seed)
    return Recognizer(preset=preset, epochs=epochs, random_state=seed)


def for_webcams(dataset: Dataset, wanted: bool) -> Dataset:
    """Return the data set, without what webcams and videos can't deliver where that is wanted."""
    return without_channels(dataset, NOT_DELIVERED) if wanted else dataset


def cleaning(classifier: Any, clean: str) -> Any:
    """Return the classifier, or one that leaves doubtful frames out of its training as ``--clean`` says."""
    if clean == "no":
        return classifier
    return CleanLabels(classifier, confident=False if clean == "onset" else clean, random_state=0)


def train_on(
    dataset: Dataset,
    recipe: Recognizer | TemporalRecognizer,
    evaluation: Evaluation | None = None,
    *,
    clean: str = "no",
) -> Recognizer | TemporalRecognizer:
    """Train on the frames of a data set; the card tells how many people it learned from, never who."""
    learner = cleaning(recipe, clean)
    with progress(f"Training on {len(dataset):,} frames") as update:
        learner.fit(
            dataset.X,
            dataset.labels,
            context=dataset.context,
            on_epoch=lambda log: update(log.epoch, log.epochs),
        )
    if clean != "no":
        recipe = learner.estimator_
        left_out = sum(dropped.dropped for dropped in learner.dropped_)
        notes.print(f"Left out of training: {left_out:,} frames of {len(learner.dropped_):,} trials.")
    trained_on = TrainedOn(
        frames=len(dataset),
        participants=dataset.n_participants,
        study=dataset.title,
        fingerprint=dataset.fingerprint,
        synthetic=dataset.synthetic,
    )
    recipe.describe(trained_on=trained_on, metrics=_metrics(recipe, evaluation))
    if dataset.target != "prompted":
        use = f"Recognises {subject_of(dataset.target).what}. For research only; not a medical device."
        recipe.model_ = replace(recipe.model_, card=replace(recipe.card, use=use))
    return recipe


def evaluated(
    dataset: Dataset,
    recipe: Any,
    *,
    folds: int | None = 5,
    split: str | None = None,
    repeats: int = 1,
    compare: bool = True,
    seed: int = 0,
    jobs: int | None = None,
    keep_in: Path | None = None,
) -> Evaluation:
    """Evaluate a classifier with a progress bar; arguments as those of ``mimik.evaluate``.

    Finished folds lie in ``keep_in`` until all are done, so that an interrupted evaluation goes on.
    """
    checkpoints = Checkpoints(keep_in) if keep_in else None
    if checkpoints and any(checkpoints.folder.glob("*.npz")):
        notes.print("Folds that an interrupted evaluation finished are used where they fit.")
    with progress("Training and testing") as update:
        evaluation = evaluate(
            dataset,
            recipe,
            folds=folds,
            split=split,
            repeats=repeats,
            compare_frame_split=compare,
            seed=seed,
            jobs=jobs,
            on_progress=update,
            checkpoints=checkpoints,
        )
    if checkpoints:
        forget(checkpoints)
    return evaluation


def forget(checkpoints: Checkpoints) -> None:
    """Remove finished folds, and the folder for what was computed if nothing else lies in it."""
    checkpoints.clear()
    with suppress(OSError):
        checkpoints.folder.parent.rmdir()


def _metrics(recipe: Recognizer | TemporalRecognizer, evaluation: Evaluation | None) -> dict[str, Any]:
    metrics: dict[str, Any] = {"accuracy_while_training": recipe.history_[-1].accuracy}
    if evaluation is not None:
        result = evaluation.result
        metrics |= {"split": result.kind.value, "folds": result.n_folds}
        metrics |= {name: estimate.value for name, estimate in result.frames.figures.items()}
        metrics["inflated_by_frame_split"] = evaluation.inflated_by
        if result.trials is not None:
            metrics["trials"] = {name: figure.value for name, figure in result.trials.figures.items()}
    return metrics
