"""Evaluate a classifier on people it has not seen, and show by how much shuffled frames would flatter it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.backend import needs_extra
from mimik.learn.evaluation import (
    DataFacts,
    EstimatorFacts,
    Evaluation,
    FoldResult,
    PersonResult,
    SplitResult,
)
from mimik.learn.folds import cross_predict
from mimik.learn.notices import Notice
from mimik.learn.predictions import FoldRun, Predictions
from mimik.learn.splits import Split, SplitKind, choose_split, frame_split
from mimik.learn.tables import composition, confusion, scores

with needs_extra("learn"):
    from sklearn.base import is_classifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["DELIVERED", "FEW_PEOPLE", "evaluate"]

DELIVERED = 0.99
"""A channel counts as delivered by a source if at least this share of a person's frames has it."""

FEW_PEOPLE = 20
"""Below this number of participants, figures about people in general can't be trusted."""

_LIBRARIES = ("mimik", "numpy", "scikit-learn", "keras", "jax")


def evaluate(
    dataset: Dataset,
    estimator: Any,
    *,
    folds: int = 5,
    split: Split | SplitKind | str | None = None,
    compare_frame_split: bool = True,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Train and test a classifier fold by fold.

    Whatever learns from data (scaling, choice of channels) must happen inside the classifier's ``fit``, which
    gets the training side only. The outcome does not depend on ``jobs``.

    Args:
        dataset: the frames.
        estimator: any scikit-learn classifier; cloned for each fold, never changed. It is given X float32
            (m, 52) with NaN for "not delivered" and codes y (m,). Where its ``random_state`` is None, it is
            set to ``seed``.
        folds: how many; fewer, with a notice, where there are fewer participants.
        split: a ready split, or "participant", "recording" or "frame"; None holds participants out, or
            recordings in a study of one person.
        compare_frame_split: also run the leaking split of single frames, with as many folds.
        seed: makes splits and training repeatable.
        jobs: processes at work at once, one thread each; None is one per core.
        on_progress: called with (folds done, folds in all) as they finish.

    Raises:
        DataError: the data cannot be split honestly, or the classifier cannot learn from it.
    """
    if not is_classifier(estimator):
        raise DataError(f"expected a scikit-learn classifier, got {type(estimator).__name__}")
    if len(dataset.expressions) < 2:
        raise DataError(f"expected at least 2 expressions to tell apart, found {dataset.expressions}")
    dataset, absent = _common_channels(dataset)
    if not isinstance(split, Split):
        split = choose_split(dataset, kind=split, folds=folds, seed=seed)
    splits = [split]
    if compare_frame_split and split.kind is not SplitKind.FRAME:
        splits.append(frame_split(len(dataset), folds=split.n_folds, seed=seed))
    found = cross_predict(dataset, estimator, splits, seed=seed, jobs=jobs, on_progress=on_progress)
    results = [_gathered(dataset, predictions) for predictions in found]
    return Evaluation(
        data=_data_facts(dataset),
        estimator=_estimator_facts(estimator),
        seed=seed,
        notices=(*_notices(dataset, split, results[0]), *absent),
        result=results[0],
        leaking=results[1] if len(results) > 1 else None,
        versions=_versions(),
    )


def _common_channels(dataset: Dataset) -> tuple[Dataset, tuple[Notice, ...]]:
    """Take away channels that some people's source did not deliver: nobody could be tested on them."""
    people = range(dataset.n_participants)
    delivered = np.array([np.isfinite(dataset.X[dataset.participant == i]).mean(axis=0) for i in people])
    partly = (delivered.min(axis=0) < DELIVERED) & (delivered.max(axis=0) > 0)
    if not partly.any():
        return dataset, ()
    names = ", ".join(name for name, gone in zip(BLEND_SHAPES, partly, strict=True) if gone)
    text = f"Not delivered by every participant's source, and left out for all: {names}."
    X = np.where(partly, np.float32(np.nan), dataset.X)
    return replace(dataset, X=X), (Notice("channels-left-out", "warning", text),)


def _gathered(dataset: Dataset, predictions: Predictions) -> SplitResult:
    k, split, predicted = len(dataset.expressions), predictions.split, predictions.codes
    tested = predictions.tested
    matrix = confusion(dataset.y[tested], predicted[tested], k)
    training = sum((run.training for run in predictions.folds), np.zeros((k, k), dtype=np.int64))
    return SplitResult(
        kind=split.kind,
        meaning=split.kind.meaning,
        n_folds=split.n_folds,
        scores=scores(matrix, dataset.expressions),
        training_scores=scores(training, dataset.expressions),
        folds=tuple(_fold_result(dataset, split, run) for run in predictions.folds),
        people=_people(dataset, predicted),
    )


def _fold_result(dataset: Dataset, split: Split, run: FoldRun) -> FoldResult:
    k, n = len(dataset.expressions), run.fold + 1
    test = dataset.y[split.test(run.fold)]
    found = scores(confusion(test, run.proba.argmax(axis=1), k), dataset.expressions)
    return FoldResult(
        training=composition(f"fold {n}, training", dataset.y[split.train(run.fold)], k),
        test=composition(f"fold {n}, test", test, k),
        accuracy=found.accuracy,
        balanced_accuracy=found.balanced_accuracy,
        history=run.history,
    )


def _people(dataset: Dataset, predicted: NDArray[np.int64]) -> tuple[PersonResult, ...]:
    """Score each participant; ``predicted`` (n,) holds codes, -1 where a frame was never tested."""
    k, n_people = len(dataset.expressions), dataset.n_participants
    tested = predicted >= 0
    cells = dataset.participant[tested].astype(np.int64) * k + dataset.y[tested]
    hit = (predicted == dataset.y)[tested]
    shown = np.bincount(cells, minlength=n_people * k).reshape(n_people, k)
    hits = np.bincount(cells[hit], minlength=n_people * k).reshape(n_people, k)
    return tuple(
        PersonResult(
            participant=name,
            frames=int(n.sum()),
            accuracy=float(h.sum() / n.sum()),
            balanced_accuracy=float(np.mean(h[n > 0] / n[n > 0])),
        )
        for name, n, h in zip(dataset.participants, shown, hits, strict=True)
        if n.sum()
    )


def _notices(dataset: Dataset, split: Split, result: SplitResult) -> tuple[Notice, ...]:
    notices = []
    if dataset.synthetic:
        notices.append(
            Notice(
                "synthetic-data",
                "serious",
                "Simulated people: these numbers show that the road works, and say nothing about real faces.",
            )
        )
    notices += split.notices
    if 1 < dataset.n_participants < FEW_PEOPLE:
        notices.append(
            Notice(
                "few-participants",
                "warning",
                f"Only {dataset.n_participants} people: with fewer than {FEW_PEOPLE}, the spread between "
                "people can't be estimated, and no interval drawn from it can be trusted.",
            )
        )
    return (*notices, *_missing(dataset, result))


def _missing(dataset: Dataset, result: SplitResult) -> Iterator[Notice]:
    for side, weight, consequence in (
        ("training", "serious", "it could not be learned there"),
        ("test", "info", "it was not tested there"),
    ):
        for i, name in enumerate(dataset.expressions):
            empty = [str(n) for n, fold in enumerate(result.folds, 1) if not getattr(fold, side).counts[i]]
            if empty:
                where = f"fold{'s' if len(empty) > 1 else ''} {', '.join(empty)}"
                text = f"{name!r} is missing from the {side} frames of {where}: {consequence}."
                yield Notice(f"expression-missing-{side}", weight, text)  # type: ignore[arg-type]  # two literals


def _data_facts(dataset: Dataset) -> DataFacts:
    return DataFacts(
        title=dataset.title,
        synthetic=dataset.synthetic,
        fingerprint=dataset.fingerprint,
        participants=dataset.n_participants,
        recordings=dataset.n_recordings,
        composition=composition("all frames", dataset.y, len(dataset.expressions)),
        expressions=dataset.expressions,
    )


def _estimator_facts(estimator: Any) -> EstimatorFacts:
    params = estimator.get_params(deep=False)
    return EstimatorFacts(type(estimator).__name__, {name: repr(value) for name, value in params.items()})


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
