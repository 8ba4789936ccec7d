"""A self-normalizing network that sees a moment together with what came before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.card import new_card
from mimik.learn.channels import delivered
from mimik.learn.class_labels import class_labels, refuse_single_class
from mimik.learn.classifier import SNNClassifier
from mimik.learn.features import Features
from mimik.learn.fitted import FittedModel
from mimik.learn.forward import probabilities
from mimik.learn.memory import time_constants
from mimik.learn.model import Model, coefficients, refuse_missing
from mimik.learn.presets import DEFAULT, WITH_MEMORY, find_preset

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.epochs import EpochLog

__all__ = ["TemporalRecognizer"]


class TemporalRecognizer(FittedModel, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types there
    """Recognises shown expressions from a frame and the moments before it, never from those after it.

    The network sees the features of the default recipe, now and as running means of the recording. Live,
    these means are all the state there is.

    Args:
        memories: time constants of the running means, seconds; one to eight.
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
            DataError: X, y or memories can't be learned from, or there is no context of these frames.
        """
        recipe, X = find_preset(DEFAULT), coefficients(X)
        labels, context = class_labels(y, len(X)), _fitting(context, len(X))
        channels = delivered(X)
        names = tuple(BLEND_SHAPES[i] for i in channels)
        memories = _remembered(self.memories)
        features = Features.raw(names, resting=recipe.resting, power=recipe.power, memories=memories)
        # Left out before anything is remembered: live such a frame is refused and passes no time.
        whole = np.flatnonzero(np.isfinite(X[:, channels]).all(axis=1))
        thinned = slice(None, None, recipe.thinning(len(X)))
        inputs = _inputs(features, X[whole], context.rows(whole))[thinned]
        labels = labels[whole][thinned]
        refuse_single_class(labels)
        features = features.scaled_to(inputs)
        parameters = recipe.parameters_for(len(inputs), self.epochs)
        network = SNNClassifier(**parameters, random_state=self.random_state)
        network.fit(features.scaled(inputs), labels, on_epoch=on_epoch)
        card = new_card(
            network.classes_, names, preset=WITH_MEMORY, parameters=parameters, frames=len(inputs)
        )
        self._take(Model(card, features, tuple(network.coefs_), tuple(network.intercepts_)))
        self.history_ = network.history_
        return self

    def predict_proba(self, X: Any, *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the probability of each label after each frame, float32 (n, labels).

        Raises:
            DataError: there is no context of these frames, or a coefficient in use is missing.
        """
        check_is_fitted(self)
        model = self.model_
        X = coefficients(X)
        context = _fitting(context, len(X))
        refuse_missing(X[:, [INDEX[name] for name in model.card.channels]], model.card.channels)
        return probabilities(_inputs(model.features, X, context), model.kernels, model.biases)

    def predict(self, X: Any, *, context: Context | None = None) -> NDArray[Any]:
        """Return the most probable label after each frame (n,); errors as ``predict_proba``."""
        return np.asarray(self.classes_[self.predict_proba(X, context=context).argmax(axis=1)])

    @classmethod
    def _like(cls, model: Model) -> Self:
        return cls(model.features.memories, epochs=model.card.parameters.get("epochs"))


def _fitting(context: Context | None, frames: int) -> Context:
    if context is None:
        raise DataError(
            "expected the context of the frames: without it nobody knows which one came before",
            hint="fit(dataset.X, dataset.y, context=dataset.context)",
        )
    if len(context) != frames:
        raise DataError(f"expected the context of {frames} frames, got that of {len(context)}")
    return context


def _remembered(memories: tuple[float, ...]) -> tuple[float, ...]:
    try:
        seconds = time_constants(memories)
    except ValueError as error:
        raise DataError(str(error), hint="such as (0.3, 1.0, 3.0)") from error
    if not seconds:
        raise DataError("expected a time constant or more, found none", hint="Recognizer() remembers nothing")
    return seconds


def _inputs(features: Features, X: NDArray[np.float32], context: Context) -> NDArray[np.float32]:
    """Return the features now and as running means, float32 (n, channels x (1 + memories))."""
    return features.of(X, context.resting[context.recording], context)
