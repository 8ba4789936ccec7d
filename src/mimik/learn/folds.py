"""Run the folds of splits, in parallel processes, with the same outcome however many there are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.backend import one_thread
from mimik.learn.context import Context, wants_context
from mimik.learn.curves import curves
from mimik.learn.predictions import FoldRun, Predictions
from mimik.learn.tables import confusion

with needs_extra("learn"):
    import joblib
    from joblib.parallel import get_active_backend
    from sklearn.base import clone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.checkpoints import Checkpoints
    from mimik.learn.dataset import Dataset
    from mimik.learn.splits import Split

__all__ = ["cross_predict"]

_LEAST_AGAIN = 20_000
"""So many training frames of a fold are recognised anew at least, if there are as many."""

_Task = tuple[int, FoldRun]


def cross_predict(
    dataset: Dataset,
    estimator: Any,
    splits: Sequence[Split],
    *,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> list[Predictions]:
    """Train and test a clone of ``estimator`` for each fold of each split.

    Folds run in processes of this machine, or wherever a joblib backend sends them that the caller chose, as
    in ``with joblib.parallel_config(backend="dask"): ...``.

    Args:
        dataset: the frames.
        estimator: a scikit-learn classifier; where its ``random_state`` is None, it is set to ``seed``. If
            its class says ``uses_context = True``, ``fit`` and ``predict_proba`` also get ``context=``.
        splits: which frames train and which test.
        seed: see ``estimator``.
        jobs: processes at work at once, one thread each; None is one per core.
        on_progress: called with (folds done, folds in all) as they finish.
        checkpoints: where finished folds are kept and looked for.

    Returns:
        What the classifiers say of the test frames, for each split.

    Raises:
        DataError: the classifier cannot learn from this data.
    """
    estimator = _seeded(estimator, seed)
    wanted = [(i, fold) for i, split in enumerate(splits) for fold in range(split.n_folds)]
    keys = _keys(dataset, estimator, splits, wanted, checkpoints)
    done = {place: run for place, key in keys.items() if checkpoints and (run := checkpoints.load(key))}
    tasks = [_task(dataset, estimator, splits[i], i, fold) for i, fold in wanted if (i, fold) not in done]
    if on_progress is not None and done:
        on_progress(len(done), len(wanted))
    with closing(_computed(tasks, jobs)) as finished:
        for i, run in finished:
            done[i, run.fold] = run
            if checkpoints:
                checkpoints.save(keys[i, run.fold], run)
            if on_progress is not None:
                on_progress(len(done), len(wanted))
    return [
        Predictions.gathered(split, [run for (of, _), run in done.items() if of == i])
        for i, split in enumerate(splits)
    ]


def _keys(
    dataset: Dataset,
    estimator: Any,
    splits: Sequence[Split],
    wanted: Sequence[tuple[int, int]],
    checkpoints: Checkpoints | None,
) -> Mapping[tuple[int, int], str]:
    if checkpoints is None:
        return {}
    return {(i, fold): checkpoints.key(dataset.fingerprint, estimator, splits[i], fold) for i, fold in wanted}


def _task(dataset: Dataset, estimator: Any, split: Split, number: int, fold: int) -> Any:
    """Return a fold to run. Large arrays are arguments of their own: so backends share instead of copying."""
    c = dataset.context
    return joblib.delayed(_run_fold)(
        *(dataset.X, dataset.y, c.participant, c.recording, c.device_time, c.resting),
        *(split.fold, split.apart),
        *(estimator, len(dataset.expressions), number, fold),
    )


def _run_fold(
    X: NDArray[np.float32],
    y: NDArray[np.int64],
    participant: NDArray[np.int32],
    recording: NDArray[np.int32],
    device_time: NDArray[np.float64],
    resting: NDArray[np.float32],
    fold_of: NDArray[np.int16],
    apart: NDArray[np.integer] | None,
    estimator: Any,
    n_expressions: int,
    number: int,
    fold: int,
) -> _Task:
    started = time.perf_counter()
    test = fold_of == fold
    train = np.flatnonzero(~test if apart is None else ~np.isin(apart, apart[test]))
    context = Context(participant, recording, device_time, resting)
    again = train[:: -(-len(train) // max(_LEAST_AGAIN, len(X) // (int(fold_of.max()) + 1)))]
    model = clone(estimator)
    try:
        model.fit(X[train], y[train], **_given(model, context, train))
        proba, graded = _proba(model, X[test], _given(model, context, test), n_expressions)
        trained, _ = _proba(model, X[again], _given(model, context, again), n_expressions)
    except ValueError as error:
        raise DataError(
            f"{type(estimator).__name__} could not learn from this data (fold {fold + 1}): {error}",
            hint="channels that were not delivered are NaN: use a Recognizer, which leaves them out",
        ) from error
    training = confusion(y[again], trained.argmax(axis=1), n_expressions)
    return number, FoldRun(fold, proba, graded, training, _history(model), time.perf_counter() - started)


def _given(model: Any, context: Context, rows: Any) -> dict[str, Context]:
    return {"context": context.rows(rows)} if wants_context(model) else {}


def _proba(
    model: Any, X: NDArray[np.float32], given: Mapping[str, Context], n_expressions: int
) -> tuple[NDArray[np.float32], bool]:
    """Return what the model says of frames (m, k), and whether that is graded."""
    proba = np.zeros((len(X), n_expressions), dtype=np.float32)
    if hasattr(model, "predict_proba"):
        proba[:, model.classes_] = model.predict_proba(X, **given)
        return proba, True
    proba[np.arange(len(X)), model.predict(X, **given)] = 1.0
    return proba, False


def _computed(tasks: list[Any], jobs: int | None) -> Generator[_Task]:
    """Yield results as they come. joblib hands its processes large arrays as memory maps, not as copies."""
    backend, chosen_jobs = get_active_backend()
    elsewhere = backend.__class__.__name__ != "LokyBackend"
    jobs = chosen_jobs if elsewhere else min(jobs or joblib.cpu_count(), len(tasks))
    if not tasks or jobs == 1:
        yield from (function(*args, **kwargs) for function, args, kwargs in tasks)
        return
    alone = [(_alone, (function, *args), kwargs) for function, args, kwargs in tasks]
    here = joblib.parallel_config(backend="loky", inner_max_num_threads=1)
    with nullcontext() if elsewhere else here:
        yield from joblib.Parallel(n_jobs=jobs, return_as="generator_unordered")(alone)


def _alone(function: Callable[..., _Task], *args: Any, **kwargs: Any) -> _Task:
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
