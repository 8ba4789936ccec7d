"""What quick classifiers that never saw a person say of that person's frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.splits import group_split

with needs_extra("learn"):
    from sklearn.base import clone
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["centred", "outside_proba", "quick_classifier"]

_FRAMES = 20_000  # that a quick classifier learns from; neighbouring frames are nearly the same


def quick_classifier() -> Any:
    """Return a linear discriminant analysis whose covariances are shrunk as Ledoit & Wolf (2004) estimate."""
    return make_pipeline(StandardScaler(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"))


def outside_proba(
    X: NDArray[np.float32],
    codes: NDArray[np.integer],
    context: Context,
    *,
    estimator: Any = None,
    folds: int = 5,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Return the probability of each class, from classifiers trained on other people.

    A single person's recordings are judged by that person's other ones.

    Args:
        X: float32 (n, 52), NaN where not delivered.
        codes: (n,) of the labels, 0..k-1, each of which occurs.
        context: of these frames.
        estimator: a scikit-learn classifier with ``predict_proba``; by default ``quick_classifier()``.
        folds: how many, fewer where there are fewer people.
        seed: of the dealing into folds.

    Returns:
        float32 (n, k). Rows are NaN where nobody else was given the label: such labels can't be judged.

    Raises:
        DataError: there is only one recording.
    """
    people = len(np.unique(context.participant))
    whose = context.participant if people > 1 else context.recording
    groups, group = np.unique(whose, return_inverse=True)
    if len(groups) < 2:
        raise DataError(
            "expected frames of two recordings or more to judge labels by, found one recording",
            hint="judge labels once there are several recordings",
        )
    names = [f"{i:06d}" for i in range(len(groups))]
    fold = group_split(codes, group, names, folds=min(folds, len(groups)), seed=seed)
    faces = centred(X, context)
    proba = np.full((len(X), int(codes.max()) + 1), np.nan, dtype=np.float32)
    for k in range(int(fold.max()) + 1):
        _judge(proba, faces, codes, fold == k, quick_classifier() if estimator is None else clone(estimator))
    return proba


def centred(X: NDArray[np.float32], context: Context) -> NDArray[np.float32]:
    """Return the frames (n, 52) as differences from their person's mean face; 0 where not delivered.

    All of a person's recordings are there when labels are judged, so how somebody looks on average need not
    count for an expression.
    """
    _, person = np.unique(context.participant, return_inverse=True)
    order = np.argsort(person, kind="stable")
    starts = np.flatnonzero(np.diff(person[order], prepend=-1))
    there = np.isfinite(X)
    faces = np.where(there, X, np.float32(0))
    sums = np.add.reduceat(faces[order], starts, axis=0, dtype=np.float64)
    counts = np.add.reduceat(there[order], starts, axis=0, dtype=np.int64)
    faces -= (sums / np.maximum(counts, 1)).astype(np.float32)[person]
    faces[~there] = 0.0
    return faces


def _judge(
    proba: NDArray[np.float32],
    faces: NDArray[np.float32],
    codes: NDArray[np.integer],
    test: NDArray[np.bool_],
    classifier: Any,
) -> None:
    """Fill in the rows of ``proba`` that are tested."""
    train = np.flatnonzero(~test)
    train = train[:: max(1, len(train) // _FRAMES)]
    known = np.unique(codes[train])
    if len(known) < 2:
        return
    classifier.fit(faces[train], codes[train])
    rows = np.flatnonzero(test & np.isin(codes, known))
    if len(rows):
        proba[rows] = 0.0
        proba[np.ix_(rows, known)] = classifier.predict_proba(faces[rows])
