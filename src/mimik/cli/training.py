"""Training and evaluating with a progress bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimik.cli.console import notes, progress
from mimik.learn import teaching
from mimik.learn.channels import without_channels
from mimik.learn.teaching import cleaning, forget, recipe_named
from mimik.sources.mediapipenames import NOT_DELIVERED

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluation import Evaluation
    from mimik.learn.recognizer import Recognizer
    from mimik.learn.temporal import TemporalRecognizer

__all__ = ["cleaning", "evaluated", "for_webcams", "forget", "recipe_named", "train_on"]


def for_webcams(dataset: Dataset, wanted: bool) -> Dataset:
    """Return the data set, without what webcams and videos can't deliver where that is wanted."""
    return without_channels(dataset, NOT_DELIVERED) if wanted else dataset


def train_on(
    dataset: Dataset,
    recipe: Recognizer | TemporalRecognizer,
    evaluation: Evaluation | None = None,
    *,
    clean: str = "no",
) -> Recognizer | TemporalRecognizer:
    """Train with a progress bar; see ``mimik.learn.teaching.train_on``."""
    told: list[str] = []
    with progress(f"Training on {len(dataset):,} frames") as update:
        recognizer = teaching.train_on(
            dataset,
            recipe,
            evaluation,
            clean=clean,
            on_epoch=lambda log: update(log.epoch, log.epochs),
            on_note=told.append,
        )
    for note in told:
        notes.print(note)
    return recognizer


def evaluated(dataset: Dataset, recipe: Any, **settings: Any) -> Evaluation:
    """Evaluate with a progress bar; settings as those of ``mimik.learn.teaching.evaluated``."""
    with progress("Training and testing") as update:
        return teaching.evaluated(dataset, recipe, on_progress=update, on_note=notes.print, **settings)
