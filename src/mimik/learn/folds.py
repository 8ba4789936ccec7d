"""Run the folds of splits, in parallel processes, with the same outcome however many there are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.learn.backend import needs_extra, one_thread
from mimik.learn.curves import curves
from mimik.learn.tables import confusion

with needs_extra("learn"):
    import joblib
    from sklearn.base import clone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.splits import Split

__all__ = ["FoldRun", "run_folds"]


@dataclass(frozen=True)
class FoldRun:
    """What comes back from one fold.

    Attributes:
        split: which split, from 0.
        fold: which of its folds, from 0.
        predicted: int16 (m,), recognised expression of each test frame, as code.
        training: (k, k) confusion matrix of the training frames, recognised anew after training.
        history: figures per epoch of training, if the classifier keeps any.
    """

    split: int
    fold: int
    predicted: NDArray[np.int16]
    training: NDArray[np.int64]
    history: Mapping[str, tuple[float, ...]] | None


def run_folds(
    dataset: Dataset,
    estimator: Any,
    splits: Sequence[Split],
    *,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[list[FoldRun]]:
    """Train and test a clone of ``estimator`` for each fold of each split.

    Args:
        dataset: the frames.
        estimator: a scikit-learn classifier; where its ``random_state`` is None, it is set to ``seed``.
        splits: which frames train and which test.
        seed: see ``estimator``.
        jobs: processes at work at once, one thread each; None is one per core.
        on_progress: called with (folds done, folds in all) as they finish.

    Returns:
        For each split its folds in order.

    Raises:
        DataError: the classifier cannot learn from this data.
    """
    estimator = _seeded(estimator, seed)
    tasks = [
        joblib.delayed(_run_fold)(dataset.X, dataset.y, s.fold, estimator, i, fold)
        for i, s in enumerate(splits)
        for fold in range(s.n_folds)
    ]
    runs: list[FoldRun] = []
    with closing(_computed(tasks, jobs)) as finished:
        for run in finished:
            runs.append(run)
            if on_progress is not None:
                on_progress(len(runs), len(tasks))
    runs.sort(key=lambda run: (run.split, run.fold))
    return [[run for run in runs if run.split == i] for i in range(len(splits))]


def _run_fold(
    X: NDArray[np.float32],
    y: NDArray[np.int64],
    fold_of: NDArray[np.int16],
    estimator: Any,
    split: int,
    fold: int,
) -> FoldRun:
    train, test = fold_of != fold, fold_of == fold
    X_train, y_train = X[train], y[train]
    model = clone(estimator)
    try:
        model.fit(X_train, y_train)
        predicted, again = model.predict(X[test]), model.predict(X_train)
    except ValueError as error:
        raise DataError(
            f"{type(estimator).__name__} could not learn from this data (fold {fold + 1}): {error}",
            hint="channels that were not delivered are NaN: use a Recognizer, which leaves them out",
        ) from error
    training = confusion(y_train, again, int(y.max()) + 1)
    return FoldRun(split, fold, predicted.astype(np.int16), training, _history(model))


def _computed(tasks: list[Any], jobs: int | None) -> Generator[FoldRun]:
    """Yield results as they come. joblib hands its processes large arrays as memory maps, not as copies."""
    jobs = min(jobs or joblib.cpu_count(), len(tasks))
    if jobs == 1:
        yield from (function(*args, **kwargs) for function, args, kwargs in tasks)
        return
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        alone = [(_alone, (function, *args), kwargs) for function, args, kwargs in tasks]
        yield from joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(alone)


def _alone(function: Callable[..., FoldRun], *args: Any, **kwargs: Any) -> FoldRun:
    """Run in a process of the pool, where JAX, too, must keep to one thread."""
    if "jax" not in sys.modules:
        one_thread()
    return function(*args, **kwargs)


def _seeded(estimator: Any, seed: int) -> Any:
    estimator = clone(estimator)
    open_seeds = [
        name
        for name, value in estimator.get_params(deep=True).items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    ]
    return estimator.set_params(**dict.fromkeys(open_seeds, seed))


def _history(model: Any) -> Mapping[str, tuple[float, ...]] | None:
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    return curves(getattr(last, "history_", None))
