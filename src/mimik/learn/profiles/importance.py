"""How much worse people never seen are recognised when a group of channels says nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.context import wants_context

with needs_extra("learn"):
    from sklearn.base import clone
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.profiles.groups import Group
    from mimik.learn.splits import Split

__all__ = ["Drops", "recall_drops"]


@dataclass(frozen=True, eq=False)
class Drops:
    """What shuffling took from the recall of each participant.

    Attributes:
        recall: float64 (participants, expressions), share of frames recognised; NaN where there are none.
        drop: float64 (participants, expressions, groups), how much of it was lost, -1..1.
    """

    recall: NDArray[np.float64]
    drop: NDArray[np.float64]


def recall_drops(
    dataset: Dataset,
    estimator: Any,
    split: Split,
    groups: Sequence[Group],
    *,
    per_recording: int | None,
    repeats: int,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Drops:
    """Shuffle groups of channels among the test frames of one person at a time, across their trials.

    Permutation importance (Breiman 2001, Mach. Learn. 45: 5-32, section 10; Fisher, Rudin and Dominici 2019,
    J. Mach. Learn. Res. 20: 177) on people the classifier has not seen. Values never pass from one person to
    another: else the faces of people would count, besides what they do with them.

    Args:
        dataset: the frames.
        estimator: a scikit-learn classifier; one clone is trained per fold.
        split: which frames train and which test.
        groups: of channels.
        per_recording: so many test frames of each recording, evenly apart, are used; None is all, as needed
            by a classifier that looks at the course of time.
        repeats: shuffles of each group, averaged.
        seed: of the shuffling, and of estimators without one.
        on_progress: called with (steps done, steps in all), a step being a training or a group.

    Raises:
        DataError: the classifier cannot learn from this data.
    """
    rows = np.arange(len(dataset)) if per_recording is None else _thinned(dataset, per_recording)
    hit = np.full(len(dataset), np.nan)
    drop = np.full((len(dataset), len(groups)), np.nan, dtype=np.float32)
    steps, done = split.n_folds * (len(groups) + 1), 0

    def step() -> None:
        nonlocal done
        done += 1
        if on_progress is not None:
            on_progress(done, steps)

    for fold in range(split.n_folds):
        model = _fitted(dataset, estimator, split.train(fold), seed)
        test = np.intersect1d(split.test(fold), rows, assume_unique=True)
        step()
        orders = _orders(dataset.participant[test], repeats, seed)
        with threadpool_limits(1):  # so few rows at a time take longer in several threads
            hit[test] = _hits(dataset, model, test, dataset.X[test])
            for g, group in enumerate(groups):
                shuffled = [_hits(dataset, model, test, _shuffled(dataset.X[test], group, o)) for o in orders]
                drop[test, g] = hit[test] - np.mean(shuffled, axis=0)
                step()
    tested = np.isfinite(hit)
    k = len(dataset.expressions)
    cell = (dataset.participant.astype(np.int64) * k + dataset.y)[tested]
    shape = (dataset.n_participants, k)
    return Drops(
        _means(cell, hit[tested, None], shape)[..., 0], _means(cell, drop[tested].astype(np.float64), shape)
    )


def _thinned(dataset: Dataset, per_recording: int) -> NDArray[np.intp]:
    """Return so many positions of each recording, evenly apart."""
    chosen = []
    for rows in np.split(np.arange(len(dataset)), 1 + np.flatnonzero(np.diff(dataset.recording))):
        few = min(per_recording, len(rows))
        chosen.append(rows[((np.arange(few) + 0.5) * len(rows) / few).astype(np.intp)])
    return np.concatenate(chosen)


def _fitted(dataset: Dataset, estimator: Any, train: NDArray[np.intp], seed: int) -> Any:
    model = clone(estimator)
    if model.get_params().get("random_state", 0) is None:
        model.set_params(random_state=seed)
    given = {"context": dataset.context.rows(train)} if wants_context(model) else {}
    try:
        return model.fit(dataset.X[train], dataset.y[train], **given)
    except ValueError as error:
        raise DataError(f"{type(model).__name__} could not learn from this data: {error}") from error


def _hits(dataset: Dataset, model: Any, test: NDArray[np.intp], X: NDArray[np.float32]) -> NDArray[np.bool_]:
    if not wants_context(model):
        return np.asarray(model.predict(X) == dataset.y[test])
    proba = model.predict_proba(X, context=dataset.context.rows(test))
    return np.asarray(model.classes_[proba.argmax(axis=1)] == dataset.y[test])


def _orders(person: NDArray[np.int32], repeats: int, seed: int) -> list[NDArray[np.intp]]:
    """Return permutations (m,) that keep to each person's own rows."""
    rng = np.random.default_rng([seed, 0x70726F])
    orders = []
    for _ in range(repeats):
        order = np.arange(len(person))
        for who in np.unique(person):
            own = np.flatnonzero(person == who)
            order[own] = rng.permutation(own)
        orders.append(order)
    return orders


def _shuffled(X: NDArray[np.float32], group: Group, order: NDArray[np.intp]) -> NDArray[np.float32]:
    channels = list(group.channels)
    shuffled = X.copy()
    shuffled[:, channels] = X[order][:, channels]
    return shuffled


def _means(
    cell: NDArray[np.int64], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the mean over the rows of each cell, (*shape, columns); NaN where there are none."""
    sums = np.zeros((shape[0] * shape[1], values.shape[1]))
    np.add.at(sums, cell, values)
    members = np.bincount(cell, minlength=len(sums))[:, None]
    means = np.divide(sums, members, out=np.full_like(sums, np.nan), where=members > 0)
    return means.reshape(*shape, values.shape[1])
