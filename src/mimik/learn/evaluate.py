"""Evaluate a classifier on people it has not seen, and show by how much shuffled frames would flatter it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.channels import common_channels
from mimik.learn.checks import check_evaluation, notices
from mimik.learn.evaluation import DataFacts, EstimatorFacts, Evaluation, Spread
from mimik.learn.folds import cross_predict
from mimik.learn.scoring import quick_figures, score
from mimik.learn.splits import Split, SplitKind, choose_split, frame_split
from mimik.learn.tables import composition

with needs_extra("learn"):
    from sklearn.base import is_classifier

if TYPE_CHECKING:
    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.checks import CheckReport
    from mimik.learn.dataset import Dataset
    from mimik.learn.notices import Notice
    from mimik.learn.predictions import Predictions

__all__ = ["evaluate", "versions"]

_FRAME_FOLDS = 10
"""The leaking split needs no more folds, however many people there are."""

_SIMULATED = "EVAL010"

_LIBRARIES = ("mimik", "numpy", "scikit-learn", "keras", "jax")


def evaluate(
    dataset: Dataset,
    estimator: Any,
    *,
    folds: int | None = 5,
    split: Split | SplitKind | str | None = None,
    repeats: int = 1,
    compare_frame_split: bool = True,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Evaluation:
    """Train and test a classifier fold by fold.

    Whatever learns from data (scaling, choice of channels) must happen inside the classifier's ``fit``, which
    gets the training side only. The outcome does not depend on ``jobs``.

    Args:
        dataset: the frames.
        estimator: any scikit-learn classifier; cloned for each fold, never changed. It is given X float32
            (m, 52) with NaN for "not delivered" and codes y (m,). Where its ``random_state`` is None, it is
            set to ``seed``. If its class says ``uses_context = True``, ``fit`` and ``predict_proba`` also
            get ``context=``, a ``Context``.
        folds: how many; fewer, with a notice, where there are fewer participants. None leaves one participant
            (or recording) out in turn.
        split: a ready split, or "participant", "site", "device", "recording" or "frame"; None holds
            participants out, or recordings in a study of one person.
        repeats: how often to deal and train, each time with the next seed, to see how much figures vary.
        compare_frame_split: also run the leaking split of single frames, with as many folds.
        seed: makes splits and training repeatable.
        jobs: processes at work at once, one thread each; None is one per core.
        on_progress: called with (folds done, folds in all) as they finish.
        checkpoints: where finished folds are kept, so that an interrupted evaluation goes on.

    Raises:
        DataError: the data cannot be split honestly, or the classifier cannot learn from it.
    """
    if not is_classifier(estimator):
        raise DataError(f"expected a scikit-learn classifier, got {type(estimator).__name__}")
    if len(dataset.expressions) < 2:
        raise DataError(
            f"expected at least 2 expressions to tell apart, found {', '.join(dataset.expressions) or 'none'}"
        )
    as_recorded = dataset
    dataset, absent = common_channels(dataset)
    if not isinstance(split, Split):
        split = choose_split(dataset, kind=split, folds=folds, seed=seed)
    splits = [split, *_again(dataset, split, repeats, seed)]
    if compare_frame_split and split.kind is not SplitKind.FRAME:
        splits.append(frame_split(len(dataset), folds=min(split.n_folds, _FRAME_FOLDS), seed=seed))
    found = cross_predict(
        dataset, estimator, splits, seed=seed, jobs=jobs, on_progress=on_progress, checkpoints=checkpoints
    )
    shuffled = found[-1] if len(splits) > repeats else None
    checks = check_evaluation(as_recorded, found[0], shuffled)
    return Evaluation(
        data=_data_facts(dataset),
        estimator=EstimatorFacts.of(estimator),
        seed=seed,
        notices=(*_notices(checks), *dataset.notices, *_of_dealing(split), *absent),
        checks=checks.findings,
        result=score(dataset, found[0]),
        leaking=None if shuffled is None else score(dataset, shuffled),
        spread=_spread(dataset, found[:repeats]),
        versions=versions(),
    )


def _again(dataset: Dataset, split: Split, repeats: int, seed: int) -> list[Split]:
    """Return the splits of the repeats: dealt anew, where there is something to deal."""
    if repeats < 1:
        raise DataError(f"expected at least 1 repeat, got {repeats}")
    one_left_out = split.n_folds in (dataset.n_participants, dataset.n_recordings) or split.apart is not None
    if repeats > 1 and one_left_out:
        raise DataError(
            f"repeats would all be the same: one {split.kind} is left out in turn",
            hint="choose a number of folds that is smaller than the number of people, or no repeats",
        )
    return [
        choose_split(dataset, kind=split.kind, folds=split.n_folds, seed=seed + i) for i in range(1, repeats)
    ]


def _spread(dataset: Dataset, found: Sequence[Predictions]) -> tuple[Spread, ...]:
    """Return how much each figure varies over repeats of the same split; nothing without repeats."""
    if len(found) < 2:
        return ()
    repeats = [quick_figures(dataset, predictions) for predictions in found]
    rows = []
    for unit, figures in repeats[0].items():
        for name in figures:
            values = tuple(repeat[unit][name] for repeat in repeats if name in repeat[unit])
            rows.append(Spread(unit, name, values, float(np.std(values, ddof=1))))
    return tuple(rows)


def _notices(checks: CheckReport) -> tuple[Notice, ...]:
    """Return what the checks found that changes how a number is read; simulated people before all else."""
    found = [f for f in checks.found if f.severity != "info"]
    return notices(sorted(found, key=lambda f: f.code != _SIMULATED))


def _of_dealing(split: Split) -> tuple[Notice, ...]:
    """Return what a split did; what it means, the checks say."""
    return tuple(notice for notice in split.notices if notice.code == "folds-reduced")


def _data_facts(dataset: Dataset) -> DataFacts:
    return DataFacts(
        title=dataset.title,
        synthetic=dataset.synthetic,
        fingerprint=dataset.fingerprint,
        participants=dataset.n_participants,
        recordings=dataset.n_recordings,
        composition=composition("all frames", dataset.y, len(dataset.expressions)),
        expressions=dataset.expressions,
        scale=dataset.scale,
        unit=dataset.unit,
    )


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that results hang on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
