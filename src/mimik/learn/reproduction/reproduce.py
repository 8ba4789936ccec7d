"""The paper's whole experiment on a data set, then the same network on people it never saw."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.channels import DELIVERED, common_channels
from mimik.learn.folds import cross_predict
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.notices import Notice
from mimik.learn.recognizer import Recognizer
from mimik.learn.reproduction.compare import compare
from mimik.learn.reproduction.layers import layers_of, network_of
from mimik.learn.reproduction.published import EPOCHS, EXPRESSIONS
from mimik.learn.reproduction.reproduction import Reproduction
from mimik.learn.reproduction.stages import FinishedFolds, Telling, telling
from mimik.learn.scoring import score
from mimik.learn.splits import PAPER_TEST_SHARE, SplitKind, choose_split, frame_split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mimik.learn.dataset import Dataset
    from mimik.learn.predictions import Predictions
    from mimik.learn.splits import Split

__all__ = ["PRESET", "reproduce"]

PRESET = "hartmann2022"
"""The published recipe."""


def reproduce(
    dataset: Dataset,
    *,
    preset: str = PRESET,
    epochs: int | None = None,
    folds: int = 5,
    seed: int = 0,
    jobs: int | None = None,
    finished: Path | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Reproduction:
    """Repeat the published experiment, and test the same network on people it never saw.

    Single frames are shuffled and 85 % of them train, as published; then whole participants are held out.

    Args:
        dataset: the frames.
        preset: the recipe of the network.
        epochs: in place of the recipe's number.
        folds: parts for the test on people never seen; fewer, with a notice, where there are fewer people.
        seed: of splits and training.
        jobs: processes at work at once, one thread each; None is one per core.
        finished: a folder where finished trainings are kept, so that an interrupted run goes on there.
        on_progress: called with (done, total), in steps too small to count, from another thread.

    Raises:
        DataError: there are fewer than 2 people or expressions, or the recipe is unknown.
    """
    if len(dataset.expressions) < 2:
        raise DataError(
            f"expected at least 2 expressions to tell apart, found {', '.join(dataset.expressions) or 'none'}"
        )
    dataset, absent = common_channels(dataset)
    layers = layers_of(network_of(preset, features=_channels(dataset), classes=len(dataset.expressions)))
    shuffled = frame_split(len(dataset), seed=seed, test_share=PAPER_TEST_SHARE)
    people = choose_split(dataset, kind=SplitKind.PARTICIPANT, folds=folds, seed=seed)
    recipe = Recognizer(preset, epochs=epochs, random_state=seed)
    found = _trained(dataset, recipe, [shuffled, people], jobs, finished, on_progress)
    published_split, unseen = (score(dataset, predictions) for predictions in found)
    passes = len((published_split.folds[0].history or {}).get("loss", ()))
    return Reproduction(
        title=dataset.title,
        synthetic=dataset.synthetic,
        fingerprint=dataset.fingerprint,
        participants=dataset.n_participants,
        recordings=dataset.n_recordings,
        frames=len(dataset),
        expressions=dataset.expressions,
        preset=preset,
        epochs=passes,
        seed=seed,
        notices=(*_notices(dataset, preset, passes), *people.notices, *shuffled.notices, *absent),
        layers=layers,
        published_split=published_split,
        unseen=unseen,
        comparisons=compare(published_split, unseen),
        versions={name: version(name) for name in ("mimik", "keras", "jax", "numpy")},
    )


def _trained(
    dataset: Dataset,
    recipe: Recognizer,
    splits: list[Split],
    jobs: int | None,
    finished: Path | None,
    on_progress: Callable[[int, int], None] | None,
) -> list[Predictions]:
    """Train all folds of all splits, those not finished before, and tell how far it is."""
    with telling(sum(split.n_folds for split in splits), on_progress) as progress:
        return cross_predict(
            dataset,
            Telling(recipe, str(progress.folder)),
            splits,
            jobs=jobs,
            on_progress=progress.on_fold,
            checkpoints=FinishedFolds(finished) if finished else None,
        )


def _channels(dataset: Dataset) -> int:
    """How many coefficients a recognizer uses."""
    return int((np.isfinite(dataset.X).mean(axis=0) >= DELIVERED).sum())


def _notices(dataset: Dataset, preset: str, epochs: int) -> Iterator[Notice]:
    if dataset.synthetic:
        yield Notice(
            "calibrated-people",
            "serious",
            "Simulated people, calibrated so that the published network scores high on shuffled frames. "
            "How near these figures come to the published ones neither confirms nor refutes the paper, "
            "and says nothing about real faces.",
        )
    if preset != PRESET:
        text = f"The recipe is {preset!r}, not the published one ({PRESET})."
        yield Notice("other-recipe", "warning", text)
    elif epochs < EPOCHS:
        text = f"{epochs} epochs instead of the published {EPOCHS}: good to see how it goes, not to quote."
        yield Notice("fewer-epochs", "warning", text)
    if set(dataset.expressions) != set(EXPRESSIONS):
        yield Notice(
            "other-expressions",
            "warning",
            f"The study shows {', '.join(dataset.expressions)}; the paper has {', '.join(EXPRESSIONS)}. "
            "Figures of a task with other expressions can't be compared with the published ones.",
        )
    if dataset.n_participants < FEW_PEOPLE:
        yield Notice(
            "few-participants",
            "warning",
            f"Only {dataset.n_participants} people: with fewer than {FEW_PEOPLE}, the spread between "
            "people can't be estimated, and no interval drawn from it can be trusted.",
        )
    yield Notice(
        "unpublished-settings",
        "info",
        "The paper gives neither the width of the layers nor which of them carry the L2 penalty; 128 units "
        "and the last two hidden layers are this project's choice.",
    )
