"""A self-normalizing network that sees a moment together with what came before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.channels import delivered
from mimik.learn.classifier import SNNClassifier
from mimik.learn.features import Features
from mimik.learn.memory import running_means
from mimik.learn.model import coefficients
from mimik.learn.presets import DEFAULT, find_preset

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context

__all__ = ["TemporalRecognizer"]


class TemporalRecognizer(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Recognises shown expressions from a frame and the moments before it, never from those after it.

    The network sees the features of the default recipe, now and as running means of the recording. Live,
    these means are all the state there is.

    Args:
        memories: time constants of the running means, seconds.
        epochs: in place of the recipe's number.
        random_state: seed.

    Attributes:
        classes_: labels, sorted.
    """

    uses_context = True

    def __init__(
        self,
        memories: tuple[float, ...] = (0.3, 1.0, 3.0),
        *,
        epochs: int | None = None,
        random_state: Any = 0,
    ) -> None:
        self.memories = memories
        self.epochs = epochs
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike, *, context: Context | None = None) -> Self:
        """Train on frames.

        Args:
            X: coefficients (n, 52), NaN where not delivered; frames that lack a channel in use don't train.
            y: labels (n,).
            context: of these frames; needed.

        Raises:
            DataError: X can't be learned from, or there is no context.
        """
        recipe, X, labels = find_preset(DEFAULT), coefficients(X), np.asarray(y)
        names = tuple(BLEND_SHAPES[i] for i in delivered(X))
        self.features_ = Features.raw(names, resting=recipe.resting, power=recipe.power)
        inputs = self._inputs(X, context)
        rows = np.flatnonzero(np.isfinite(inputs).all(axis=1))[:: recipe.thinning(len(X))]
        inputs = inputs[rows]
        self.mean_ = inputs.mean(axis=0)
        self.scale_ = np.maximum(inputs.std(axis=0), np.float32(0.01))
        parameters = recipe.parameters_for(len(rows), self.epochs)
        network = SNNClassifier(**parameters, random_state=self.random_state)
        self.network_ = network.fit((inputs - self.mean_) / self.scale_, labels[rows])
        self.classes_, self.history_ = network.classes_, network.history_
        return self

    def predict_proba(self, X: Any, *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the probability of each label after each frame, float32 (n, labels).

        Raises:
            DataError: there is no context, or a coefficient in use is missing.
        """
        check_is_fitted(self)
        inputs = self._inputs(coefficients(X), context)
        if not np.isfinite(inputs).all():
            raise DataError(
                f"The model needs {len(self.features_.channels)} coefficients of every frame; some lack one.",
                hint="Leave out frames without a face, or train a model without these coefficients.",
            )
        p: NDArray[np.float32] = self.network_.predict_proba((inputs - self.mean_) / self.scale_)
        return p

    def predict(self, X: Any, *, context: Context | None = None) -> NDArray[Any]:
        """Return the most probable label after each frame (n,); errors as ``predict_proba``."""
        return np.asarray(self.classes_[self.predict_proba(X, context=context).argmax(axis=1)])

    def _inputs(self, X: NDArray[np.float32], context: Context | None) -> NDArray[np.float32]:
        """Return the features now and as running means, float32 (n, channels x (1 + memories))."""
        if context is None:
            raise DataError(
                "expected the context of the frames: without it nobody knows which one came before",
                hint="fit(dataset.X, dataset.y, context=dataset.context)",
            )
        now = self.features_.of(X, context.resting[context.recording])
        return np.concatenate([now, *(running_means(now, context, s) for s in self.memories)], axis=1)
