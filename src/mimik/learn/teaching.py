"""Training and evaluating as commands and pages do it: recipes by name, what a model card says, resuming."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mimik.learn.card import TrainedOn
from mimik.learn.checkpoints import Checkpoints
from mimik.learn.evaluate import evaluate
from mimik.learn.labels.clean import CleanLabels
from mimik.learn.presets import WITH_MEMORY
from mimik.learn.recognizer import Recognizer
from mimik.learn.temporal import TemporalRecognizer
from mimik.learn.wording import subject_of

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.epochs import EpochLog
    from mimik.learn.evaluation import Evaluation

__all__ = ["cleaning", "evaluated", "forget", "recipe_named", "train_on"]


def recipe_named(preset: str, *, epochs: int | None, seed: int) -> Recognizer | TemporalRecognizer:
    """Return the recognizer of a preset, or the one with a memory."""
    if preset == WITH_MEMORY:
        return TemporalRecognizer(epochs=epochs, random_state=seed)
    return Recognizer(preset=preset, epochs=epochs, random_state=seed)


def cleaning(classifier: Any, clean: str) -> Any:
    """Return the classifier, or one that leaves doubtful frames out of its training.

    Args:
        classifier: a scikit-learn classifier.
        clean: "no", "onset", "frames" or "trials", as ``mimik train --clean`` says.
    """
    if clean == "no":
        return classifier
    return CleanLabels(classifier, confident=False if clean == "onset" else clean, random_state=0)


def train_on(
    dataset: Dataset,
    recipe: Recognizer | TemporalRecognizer,
    evaluation: Evaluation | None = None,
    *,
    clean: str = "no",
    on_epoch: Callable[[EpochLog], object] | None = None,
    on_note: Callable[[str], object] | None = None,
) -> Recognizer | TemporalRecognizer:
    """Train on the frames of a data set; the card tells how many people it learned from, never who.

    Args:
        dataset: the frames.
        recipe: what to train.
        evaluation: of this recipe, whose figures the card tells.
        clean: see ``cleaning``.
        on_epoch: called after each epoch; what it raises ends the training.
        on_note: called with what is good to know, a sentence each.
    """
    learner = cleaning(recipe, clean)
    learner.fit(dataset.X, dataset.labels, context=dataset.context, on_epoch=on_epoch)
    if clean != "no":
        recipe = learner.estimator_
        left_out = sum(dropped.dropped for dropped in learner.dropped_)
        if on_note is not None:
            on_note(f"Left out of training: {left_out:,} frames of {len(learner.dropped_):,} trials.")
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
    checkpoints: Checkpoints | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_note: Callable[[str], object] | None = None,
) -> Evaluation:
    """Evaluate a classifier; arguments as those of ``mimik.evaluate``.

    Finished folds lie in ``checkpoints`` until all are done, so that an interrupted evaluation goes on.
    ``on_note`` is called with what is good to know, a sentence each.
    """
    if checkpoints and on_note is not None and len(checkpoints):
        on_note("Folds that an interrupted evaluation finished are used where they fit.")
    evaluation = evaluate(
        dataset,
        recipe,
        folds=folds,
        split=split,
        repeats=repeats,
        compare_frame_split=compare,
        seed=seed,
        jobs=jobs,
        on_progress=on_progress,
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
