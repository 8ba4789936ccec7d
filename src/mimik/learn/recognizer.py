"""The recognizer: choice of channels, scaling and network in one scikit-learn classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.extras import needs_extra
from mimik.learn.calibration import held_out_people, softened, temperature
from mimik.learn.card import new_card
from mimik.learn.channels import delivered
from mimik.learn.class_labels import class_labels, refuse_single_class
from mimik.learn.classifier import SNNClassifier
from mimik.learn.features import Features
from mimik.learn.fitted import FittedModel
from mimik.learn.forward import probabilities
from mimik.learn.model import Model, coefficients
from mimik.learn.presets import DEFAULT, find_preset

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin, clone
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.epochs import EpochLog

__all__ = ["Recognizer"]


class Recognizer(FittedModel, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Recognises shown expressions from the 52 coefficients of single frames.

    Channels that less than 99 % of the training frames have are not used. Frames that lack one of the others
    are left out of the training; to predict they are an error.

    Recipes that use the resting face learn from each frame twice, with and without it, so that people whose
    resting face is not known are recognised, too. With a context, large sets are thinned as the recipe says.

    Args:
        preset: name of a recipe in ``PRESETS``.
        epochs: in place of the recipe's number.
        random_state: seed.

    Attributes:
        classes_: labels, sorted.
        model_: the trained ``Model``, all that is saved.
        history_: one ``EpochLog`` per epoch; empty if loaded from a file.
        temperature_: by which the last layer was divided, 1 where the recipe does not calibrate or there were
            fewer than ``calibration.LEAST_PEOPLE`` people.
    """

    uses_context = True

    def __init__(self, preset: str = DEFAULT, *, epochs: int | None = None, random_state: Any = 0) -> None:
        self.preset = preset
        self.epochs = epochs
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        context: Context | None = None,
        validation: tuple[Any, ArrayLike] | None = None,
        on_epoch: Callable[[EpochLog], object] | None = None,
    ) -> Self:
        """Train on frames.

        Args:
            X: coefficients (n, 52) in the order of ``BLEND_SHAPES``, NaN where not delivered; in the order of
                time.
            y: labels (n,), text or numbers.
            context: whose the frames are and how these people look at rest; without it the resting face is
                not used and probabilities are not calibrated.
            validation: X and y of frames that are only looked at after each epoch, for the history.
            on_epoch: called with the ``EpochLog`` after each epoch; raise in it to stop the training.

        Raises:
            DataError: X or y cannot be learned from, or the preset is unknown.
        """
        recipe = find_preset(self.preset)
        X = coefficients(X)
        channels = delivered(X)
        frames = _Frames.chosen(X, y, channels, context, every=recipe.thinning(len(X)) if context else 1)
        refuse_single_class(frames.y)
        names = tuple(BLEND_SHAPES[i] for i in channels)
        features = Features.raw(names, resting=recipe.resting, power=recipe.power)
        if recipe.standardise:
            features = features.scaled_to(frames.inputs(features)[0])
        parameters = recipe.parameters_for(len(frames), self.epochs)
        network = SNNClassifier(**parameters, random_state=self.random_state)
        self.temperature_ = 1.0
        if recipe.calibrated and frames.person is not None:
            self.temperature_ = self._temperature(frames, features, network)
        network.fit(*frames.inputs(features), validation=_seen(validation, features), on_epoch=on_epoch)
        card = new_card(
            network.classes_,
            names,
            preset=self.preset,
            parameters={**parameters, "temperature": self.temperature_},
            frames=len(frames),
        )
        self._take(Model(card, features, *softened(network.coefs_, network.intercepts_, self.temperature_)))
        self.history_ = network.history_
        return self

    def _temperature(self, frames: _Frames, features: Features, network: SNNClassifier) -> float:
        """Return how bold a network of this kind is on people it has not seen; 1 with too few people."""
        assert frames.person is not None
        away = held_out_people(
            frames.person, seed=int(check_random_state(self.random_state).randint(2**31 - 1))
        )
        if away is None or set(frames.y[away]) - set(frames.y[~away]):
            return 1.0
        trial = clone(network).fit(*frames.where(~away).inputs(features))
        p = probabilities(features.of(*frames.where(away).faces), trial.coefs_, trial.intercepts_)
        return temperature(p, np.searchsorted(trial.classes_, frames.y[away]))

    def predict_proba(self, X: Any, *, context: Context | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels); see ``Model.predict_proba``.

        ``context`` tells how the people look at rest.
        """
        check_is_fitted(self)
        resting = None if context is None else context.resting[context.recording]
        return self.model_.predict_proba(X, resting=resting)

    def predict(self, X: Any, *, context: Context | None = None) -> NDArray[Any]:
        """Return the most probable label of each frame (n,); see ``predict_proba``."""
        p = self.predict_proba(X, context=context)
        return np.asarray(self.classes_[p.argmax(axis=1)])

    @classmethod
    def _like(cls, model: Model) -> Self:
        recognizer = cls(model.card.preset, epochs=model.card.parameters.get("epochs"))
        recognizer.temperature_ = model.card.parameters.get("temperature", 1.0)
        return recognizer


@dataclass(frozen=True, eq=False)
class _Frames:
    """Frames to learn from: none lacks a channel that is used.

    Attributes:
        X: float32 (n, 52).
        y: labels (n,).
        resting: float32 (n, 52), NaN where not known; None without a context.
        person: (n,) codes; None without a context.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    resting: NDArray[np.float32] | None
    person: NDArray[np.int32] | None

    def __len__(self) -> int:
        return len(self.y)

    @classmethod
    def chosen(
        cls,
        X: NDArray[np.float32],
        y: ArrayLike,
        channels: NDArray[np.intp],
        context: Context | None,
        *,
        every: int = 1,
    ) -> _Frames:
        """Return every so-manieth frame without those that lack a channel."""
        labels = class_labels(y, len(X))
        rows = np.arange(0, len(X), every)
        rows = rows[np.isfinite(X[rows][:, channels]).all(axis=1)]
        if context is None:
            return cls(X[rows], labels[rows], None, None)
        return cls(X[rows], labels[rows], context.resting[context.recording[rows]], context.participant[rows])

    def where(self, mask: NDArray[np.bool_]) -> _Frames:
        """Return some of the frames."""
        resting = None if self.resting is None else self.resting[mask]
        return _Frames(
            self.X[mask], self.y[mask], resting, None if self.person is None else self.person[mask]
        )

    @property
    def faces(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Coefficients and resting faces."""
        return self.X, self.resting

    def inputs(self, features: Features) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Return the network's inputs and labels: each frame without resting face, and with it if known."""
        if not features.resting or self.resting is None:
            return features.of(self.X), self.y
        known = np.isfinite(self.resting).any(axis=1)
        if not known.any():
            return features.of(self.X), self.y
        risen = features.of(self.X[known], self.resting[known])
        return np.concatenate([risen, features.of(self.X)]), np.concatenate([self.y[known], self.y])


def _seen(validation: tuple[Any, ArrayLike] | None, features: Features) -> tuple[Any, Any] | None:
    """Return the inputs and labels of validation frames."""
    if validation is None:
        return None
    channels = np.array([INDEX[name] for name in features.channels])
    return _Frames.chosen(coefficients(validation[0]), validation[1], channels, None).inputs(features)
