"""A self-normalizing network that sees a moment together with what came before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.card import new_card
from mimik.learn.channels import delivered
from mimik.learn.classifier import SNNClassifier
from mimik.learn.features import Features
from mimik.learn.fitted import FittedModel
from mimik.learn.forward import probabilities
from mimik.learn.model import Model, coefficients
from mimik.learn.presets import DEFAULT, find_preset

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.epochs import EpochLog

__all__ = ["WITH_MEMORY", "TemporalRecognizer"]

WITH_MEMORY = f"{DEFAULT}+memory"
"""What its recipe is called."""


class TemporalRecognizer(FittedModel, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Recognises shown expressions from a frame and the moments before it, never from those after it.

    The network sees the features of the default recipe, now and as running means of the recording. Live,
    these means are all the state there is.

    Args:
        memories: time constants of the running means, seconds.
        epochs: in place of the recipe's number.
        random_state: seed.

    Attributes:
        classes_: labels, sorted.
        model_: the trained ``Model``, all that is saved.
        history_: one ``EpochLog`` per epoch; empty if loaded from a file.
    """

    uses_context = True
    _remembers = True

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

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        context: Context | None = None,
        on_epoch: Callable[[EpochLog], object] | None = None,
    ) -> Self:
        """Train on frames.

        Args:
            X: coefficients (n, 52), NaN where not delivered; frames that lack a channel in use don't train.
            y: labels (n,).
            context: of these frames; needed.
            on_epoch: called with the ``EpochLog`` after each epoch; raise in it to stop the training.

        Raises:
            DataError: X can't be learned from, or there is no context.
        """
        recipe, X, labels = find_preset(DEFAULT), coefficients(X), np.asarray(y)
        names = tuple(BLEND_SHAPES[i] for i in delivered(X))
        features = Features.raw(
            names, resting=recipe.resting, power=recipe.power, memories=tuple(map(float, self.memories))
        )
        inputs = _inputs(features, X, context)
        rows = np.flatnonzero(np.isfinite(inputs).all(axis=1))[:: recipe.thinning(len(X))]
        features = features.scaled_to(inputs[rows])
        parameters = recipe.parameters_for(len(rows), self.epochs)
        network = SNNClassifier(**parameters, random_state=self.random_state)
        network.fit(features.scaled(inputs[rows]), labels[rows], on_epoch=on_epoch)
        card = new_card(network.classes_, names, preset=WITH_MEMORY, parameters=parameters, frames=len(rows))
        self._take(Model(card, features, tuple(network.coefs_), tuple(network.intercepts_)))
        self.history_ = network.history_
        return self

    def predict_proba(self, X: Any, *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the probability of each label after each frame, float32 (n, labels).

        Raises:
            DataError: there is no context, or a coefficient in use is missing.
        """
        check_is_fitted(self)
        model = self.model_
        inputs = _inputs(model.features, coefficients(X), context)
        if not np.isfinite(inputs).all():
            raise DataError(
                f"The model needs {len(model.card.channels)} coefficients of every frame; some lack one.",
                hint="Leave out frames without a face, or train a model without these coefficients.",
            )
        return probabilities(inputs, model.kernels, model.biases)

    def predict(self, X: Any, *, context: Context | None = None) -> NDArray[Any]:
        """Return the most probable label after each frame (n,); errors as ``predict_proba``."""
        return np.asarray(self.classes_[self.predict_proba(X, context=context).argmax(axis=1)])

    @classmethod
    def _like(cls, model: Model) -> Self:
        return cls(model.features.memories, epochs=model.card.parameters.get("epochs"))


def _inputs(features: Features, X: NDArray[np.float32], context: Context | None) -> NDArray[np.float32]:
    """Return the features now and as running means, float32 (n, channels x (1 + memories))."""
    if context is None:
        raise DataError(
            "expected the context of the frames: without it nobody knows which one came before",
            hint="fit(dataset.X, dataset.y, context=dataset.context)",
        )
    return features.of(X, context.resting[context.recording], context)
