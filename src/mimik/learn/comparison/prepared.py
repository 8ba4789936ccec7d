"""Any classifier on what the networks get: delivered channels, the face at rest taken away, one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.extras import needs_extra
from mimik.learn.channels import delivered
from mimik.learn.features import Features

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context

__all__ = ["Prepared"]


class Prepared(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Gives a classifier the features that a ``Recognizer`` gives its network, learned in ``fit`` alone.

    Channels that less than 99 % of the training frames have are not used; training frames that lack another
    are left out. A frame to recognise that lacks one is given the mean of the training frames.

    Args:
        estimator: a scikit-learn classifier; it gets inputs float32 (n, channels) of mean 0 and variance 1.
        resting: whether the person's resting face is subtracted where it is known.
        power: to which their sizes are raised then, see ``Features``; 1 leaves them.
        most: if there are more training frames, only each second, third, ... is used, so that at most so many
            are left: neighbours are nearly the same. None uses all.

    Attributes:
        estimator_: the fitted classifier.
        features_: the ``Features`` it gets.
        classes_: labels, sorted.
    """

    uses_context = True

    def __init__(
        self, estimator: Any, *, resting: bool = False, power: float = 1.0, most: int | None = None
    ) -> None:
        self.estimator = estimator
        self.resting = resting
        self.power = power
        self.most = most

    def fit(self, X: NDArray[np.float32], y: ArrayLike, *, context: Context | None = None) -> Self:
        """Train on frames.

        Args:
            X: float32 (n, 52), NaN where not delivered.
            y: labels (n,).
            context: how the people look at rest; without it no resting face is known.

        Raises:
            DataError: there is no frame, or no channel was delivered.
        """
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y)
        channels = delivered(X)
        rows = np.arange(0, len(X), 1 if self.most is None else max(1, -(-len(X) // self.most)))
        rows = rows[np.isfinite(X[np.ix_(rows, channels)]).all(axis=1)]
        names = tuple(BLEND_SHAPES[i] for i in channels)
        features = Features.raw(names, resting=self.resting, power=self.power)
        inputs = features.of(X[rows], _resting(context, rows))
        self.features_ = features.scaled_to(inputs)
        inputs = self.features_.of(X[rows], _resting(context, rows))
        self.estimator_ = clone(self.estimator).fit(inputs, y[rows])
        self.classes_ = self.estimator_.classes_
        self.n_features_in_ = X.shape[1]
        return self

    def predict(self, X: NDArray[np.float32], *, context: Context | None = None) -> NDArray[Any]:
        """Return the label of each frame (n,)."""
        return np.asarray(self.estimator_.predict(self._inputs(X, context)))

    @available_if(lambda self: hasattr(self.estimator, "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: NDArray[np.float32], *, context: Context | None = None) -> NDArray[Any]:
        """Return the probability of each label (n, labels)."""
        return np.asarray(self.estimator_.predict_proba(self._inputs(X, context)))

    def _inputs(self, X: NDArray[np.float32], context: Context | None) -> NDArray[np.float32]:
        check_is_fitted(self)
        inputs = self.features_.of(np.asarray(X, dtype=np.float32), _resting(context, slice(None)))
        return np.nan_to_num(inputs, nan=0.0, copy=False)


def _resting(context: Context | None, rows: Any) -> NDArray[np.float32] | None:
    return None if context is None else context.resting[context.recording[rows]]
