"""Training with a progress bar, and what the model card says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimik.cli.console import progress
from mimik.learn.card import TrainedOn
from mimik.learn.evaluate import evaluate
from mimik.learn.recognizer import Recognizer

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation

__all__ = ["evaluated", "train_on"]


def train_on(dataset: Dataset, recipe: Recognizer, evaluation: Evaluation | None = None) -> Recognizer:
    """Train on all frames of a data set; the card tells how many people it learned from, never who."""
    with progress(f"Training on {len(dataset):,} frames") as update:
        recipe.fit(dataset.X, dataset.labels, on_epoch=lambda log: update(log.epoch, log.epochs))
    trained_on = TrainedOn(
        frames=len(dataset),
        participants=dataset.n_participants,
        study=dataset.title,
        fingerprint=dataset.fingerprint,
        synthetic=dataset.synthetic,
    )
    return recipe.describe(trained_on=trained_on, metrics=_metrics(recipe, evaluation))


def evaluated(
    dataset: Dataset,
    recipe: Recognizer,
    *,
    folds: int = 5,
    split: str | None = None,
    compare: bool = True,
    seed: int = 0,
) -> Evaluation:
    """Evaluate a recipe with a progress bar; arguments as those of ``mimik.evaluate``."""
    with progress("Training and testing") as update:
        return evaluate(
            dataset,
            recipe,
            folds=folds,
            split=split,
            compare_frame_split=compare,
            seed=seed,
            on_progress=update,
        )


def _metrics(recipe: Recognizer, evaluation: Evaluation | None) -> dict[str, Any]:
    metrics: dict[str, Any] = {"accuracy_while_training": recipe.history_[-1].accuracy}
    if evaluation is not None:
        scores = evaluation.result.scores
        metrics |= {
            "split": evaluation.result.kind.value,
            "folds": evaluation.result.n_folds,
            "accuracy": scores.accuracy,
            "balanced_accuracy": scores.balanced_accuracy,
            "inflated_by_frame_split": evaluation.inflated_by,
        }
    return metrics
