"""What classifiers of ordered labels share: labels in the order of numbers, and decisions that mind distance.

Labels are numbers or text that says numbers, such as "0" to "10". With K labels there are K - 1 questions "is
it more than label k?" (Frank and Hall 2001, "A simple approach to ordinal classification", ECML, LNCS 2167,
p. 145-156). Their probabilities fall as k rises, so those of the labels are differences of neighbours.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.channels import DELIVERED
from mimik.learn.decisions import median_label

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["OrdinalClassifier"]

_SMALLEST_SCALE = 0.01
"""Columns that hardly move are not blown up: coefficients are about 0 to 1."""


class OrdinalClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier of ordered labels; subclasses answer the questions "more than label k?".

    Columns that less than 99 % of the training rows have are not used, and rows that lack one of the others
    are left out of the training; to predict they are an error. Columns are brought to mean 0 and variance 1.

    Attributes:
        classes_: labels in the order of numbers (K,).
        columns_: positions of the columns used (c,).
        mean_, scale_: of these, float32 (c,).
        n_features_in_: number of columns of X.
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on rows X (n, columns), NaN where not delivered, with labels y (n,).

        Raises:
            DataError: labels are no numbers, or there is nothing to learn from.
        """
        checked: Any = validate_data(self, X, dtype=np.float32, ensure_all_finite="allow-nan")
        labels = np.asarray(y)
        if labels.shape != (len(checked),):
            raise DataError(f"expected one label per row, got {labels.shape} for {len(checked)} rows")
        present = np.isfinite(checked).mean(axis=0, dtype=np.float64)
        self.columns_ = np.flatnonzero(present >= DELIVERED)
        chosen = checked[:, self.columns_]
        whole = np.isfinite(chosen).all(axis=1)
        if not len(self.columns_) or not whole.any():
            raise DataError(f"expected columns that {DELIVERED:.0%} of the rows have, found none")
        chosen, labels = chosen[whole], labels[whole]
        self.classes_, codes = _ordered(labels)
        self.mean_ = chosen.mean(axis=0, dtype=np.float64).astype(np.float32)
        spread = chosen.std(axis=0, dtype=np.float64).astype(np.float32)
        self.scale_ = np.maximum(spread, np.float32(_SMALLEST_SCALE))
        self._fit((chosen - self.mean_) / self.scale_, codes)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each label, float64 (n, K), in the order of ``classes_``.

        Raises:
            DataError: a row lacks a column that is used.
        """
        check_is_fitted(self)
        checked: Any = validate_data(self, X, dtype=np.float32, ensure_all_finite="allow-nan", reset=False)
        chosen = checked[:, self.columns_]
        lacking = np.flatnonzero(~np.isfinite(chosen).all(axis=1))
        if len(lacking):
            raise DataError(
                f"{len(lacking)} of {len(chosen)} rows (the first is number {lacking[0]}) lack a column",
                hint="Leave out frames without a face.",
            )
        more = np.minimum.accumulate(self._more_than((chosen - self.mean_) / self.scale_), axis=1)
        ends = np.ones((len(more), 1)), np.zeros((len(more), 1))
        proba: NDArray[np.float64] = -np.diff(np.concatenate([ends[0], more, ends[1]], axis=1), axis=1)
        return proba

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the median label of each row (n,), which has the least expected distance in steps."""
        return np.asarray(self.classes_[median_label(self.predict_proba(X))])

    def expected(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the mean on the scale (n,), for labels whose distances mean something."""
        return np.asarray(self.predict_proba(X) @ self.classes_.astype(np.float64))

    @abstractmethod
    def _fit(self, X: NDArray[np.float32], codes: NDArray[np.intp]) -> None:
        """Learn from scaled rows (n, c) with positions in ``classes_`` (n,)."""

    @abstractmethod
    def _more_than(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability that the label is more than each but the last, float64 (n, K - 1)."""


def _ordered(labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the labels in the order of numbers, and the position of each row's."""
    names, codes = np.unique(labels, return_inverse=True)
    try:
        numbers = names.astype(np.float64)
    except (TypeError, ValueError):
        numbers = np.full(len(names), np.nan)
    if not np.isfinite(numbers).all():
        raise DataError(f"expected labels that are numbers, found {', '.join(map(repr, names.tolist()[:5]))}")
    if len(names) < 2 or len(set(numbers.tolist())) < len(names):
        raise DataError(f"expected at least 2 different numbers as labels, found {names.tolist()}")
    order = np.argsort(numbers)
    position = np.empty(len(names), dtype=np.intp)
    position[order] = np.arange(len(names))
    return names[order], position[codes]
