"""Probabilities averaged over the last second: the least that a recipe with a memory has to beat."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.context import wants_context

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context

__all__ = ["Averaged", "mean_of_last"]


class Averaged(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Averages a classifier's probabilities over the frames of the last seconds, as one could live.

    Nothing is learned from time. Each recording begins anew, and frames that were lost are not made up for.

    Args:
        estimator: a scikit-learn classifier with ``predict_proba``; it gets the context if it uses one.
        seconds: how far back from each frame, > 0.

    Attributes:
        estimator_: the fitted classifier.
        classes_: labels, sorted.
    """

    uses_context = True

    def __init__(self, estimator: Any, seconds: float = 1.0) -> None:
        self.estimator = estimator
        self.seconds = seconds

    def fit(self, X: Any, y: ArrayLike, *, context: Context) -> Self:
        """Train the classifier on frames (n, 52), labels (n,) and their context."""
        if not self.seconds > 0:
            raise DataError(f"expected seconds above 0, got {self.seconds}")
        self.estimator_ = clone(self.estimator).fit(X, y, **self._passed_on(context))
        self.classes_ = self.estimator_.classes_
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X: Any, *, context: Context) -> NDArray[np.float64]:
        """Return the mean probability of each label over the last seconds, float64 (n, labels)."""
        check_is_fitted(self)
        p = self.estimator_.predict_proba(X, **self._passed_on(context))
        return mean_of_last(self.seconds, p, context.recording, context.device_time)

    def predict(self, X: Any, *, context: Context) -> NDArray[Any]:
        """Return the label that was most probable over the last seconds (n,)."""
        return np.asarray(self.classes_[self.predict_proba(X, context=context).argmax(axis=1)])

    def _passed_on(self, context: Context) -> dict[str, Context]:
        return {"context": context} if wants_context(self.estimator) else {}


def mean_of_last(
    seconds: float,
    values: NDArray[np.floating],
    recording: NDArray[np.integer],
    device_time: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return for each frame the mean over itself and the frames less than ``seconds`` before it.

    Args:
        seconds: > 0.
        values: (n, k).
        recording: (n,) codes; frames of one recording follow each other, and are averaged among themselves.
        device_time: (n,) seconds, not falling within a recording.

    Returns:
        float64 (n, k).
    """
    means = np.empty(values.shape, dtype=np.float64)
    edges = np.flatnonzero(np.diff(recording, prepend=-1, append=-1))
    for start, end in pairwise(edges):
        sums = np.zeros((end - start + 1, values.shape[1]))
        np.cumsum(values[start:end], axis=0, dtype=np.float64, out=sums[1:])
        last = np.arange(1, end - start + 1)
        time = device_time[start:end]
        first = np.minimum(np.searchsorted(time, time - seconds, side="right"), last - 1)
        means[start:end] = (sums[last] - sums[first]) / (last - first)[:, None]
    return means
