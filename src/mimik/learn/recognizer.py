"""The recognizer: choice of channels, scaling and network in one scikit-learn classifier."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.backend import needs_extra
from mimik.learn.card import ModelCard, TrainedOn
from mimik.learn.classifier import SNNClassifier
from mimik.learn.model import Model, coefficients
from mimik.learn.modelfile import load_model, save_model
from mimik.learn.presets import find_preset

with needs_extra("learn"):
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.epochs import EpochLog
    from mimik.learn.presets import Preset

__all__ = ["Recognizer"]

_DELIVERED = 0.99
"""A channel is used if at least this share of the training frames has it."""

_SMALLEST_SCALE = 0.01
"""Channels that hardly move are not blown up: coefficients are about 0 to 1."""


class Recognizer(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Recognises shown expressions from the 52 coefficients of single frames.

    Channels that less than 99 % of the training frames have are not used. Frames that lack one of the others
    are left out of the training; to predict they are an error.

    Args:
        preset: name of a recipe in ``PRESETS``.
        epochs: in place of the recipe's number.
        random_state: seed.

    Attributes:
        classes_: labels, sorted.
        model_: the trained ``Model``, all that is saved.
        history_: one ``EpochLog`` per epoch; empty if loaded from a file.
    """

    def __init__(self, preset: str = "fast", *, epochs: int | None = None, random_state: Any = 0) -> None:
        self.preset = preset
        self.epochs = epochs
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        validation: tuple[Any, ArrayLike] | None = None,
        on_epoch: Callable[[EpochLog], object] | None = None,
    ) -> Self:
        """Train on frames.

        Args:
            X: coefficients (n, 52) in the order of ``BLEND_SHAPES``, NaN where not delivered; in the order of
                time.
            y: labels (n,), text or numbers.
            validation: X and y of frames that are only looked at after each epoch, for the history.
            on_epoch: called with the ``EpochLog`` after each epoch; raise in it to stop the training.

        Raises:
            DataError: X or y cannot be learned from, or the preset is unknown.
        """
        recipe = find_preset(self.preset)
        X = coefficients(X)
        channels = _delivered(X)
        chosen, labels = _whole_rows(X, y, channels, every=recipe.every)
        if len(set(labels.tolist())) < 2:
            raise DataError("There must be frames of two expressions or more to tell apart.")
        mean, scale = _scaling(chosen, recipe)
        if validation is not None:
            seen, seen_labels = _whole_rows(coefficients(validation[0]), validation[1], channels)
            validation = (_scaled(seen, mean, scale), seen_labels)
        parameters = self._parameters(recipe, len(chosen))
        network = SNNClassifier(**parameters, random_state=self.random_state)
        network.fit(_scaled(chosen, mean, scale), labels, validation=validation, on_epoch=on_epoch)
        card = self._card(channels, network.classes_, parameters, len(chosen))
        self.model_ = Model(card, mean, scale, tuple(network.coefs_), tuple(network.intercepts_))
        self.classes_, self.history_ = network.classes_, network.history_
        self.n_features_in_ = len(BLEND_SHAPES)
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels); see ``Model.predict_proba``."""
        check_is_fitted(self)
        return self.model_.predict_proba(X)

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the most probable label of each frame (n,); see ``Model.predict_proba``."""
        p = self.predict_proba(X)
        return np.asarray(self.classes_[p.argmax(axis=1)])

    @property
    def card(self) -> ModelCard:
        """What the fitted recognizer is and what it was trained on."""
        check_is_fitted(self)
        return self.model_.card

    def describe(
        self, *, trained_on: TrainedOn | None = None, metrics: Mapping[str, Any] | None = None
    ) -> Self:
        """Write down on the card what it was trained on and how well it does."""
        card = self.card
        card = replace(card, trained_on=trained_on or card.trained_on, metrics=metrics or card.metrics)
        self.model_ = replace(self.model_, card=card)
        return self

    def save(self, path: str | Path) -> Path:
        """Write the fitted recognizer to one file; see ``save_model``."""
        check_is_fitted(self)
        return save_model(self.model_, path)

    @classmethod
    def load(cls, path: str | Path) -> Recognizer:
        """Return the fitted recognizer from a file; see ``load_model`` for errors."""
        model = load_model(path)
        recognizer = cls(model.card.preset, epochs=model.card.parameters.get("epochs"))
        recognizer.model_ = model
        recognizer.classes_ = np.array(model.card.labels)
        recognizer.history_ = []
        recognizer.n_features_in_ = len(BLEND_SHAPES)
        return recognizer

    def _parameters(self, recipe: Preset, frames: int) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(recipe.parameters)
        steps = -(-frames // parameters["batch_size"])
        parameters["epochs"] = max(parameters["epochs"], -(-recipe.least_steps // steps))
        return parameters if self.epochs is None else {**parameters, "epochs": self.epochs}

    def _card(
        self, channels: NDArray[np.intp], classes: NDArray[Any], parameters: dict[str, Any], frames: int
    ) -> ModelCard:
        return ModelCard(
            labels=tuple(classes.tolist()),
            channels=tuple(BLEND_SHAPES[i] for i in channels),
            preset=self.preset,
            parameters=parameters,
            trained_on=TrainedOn(frames),
            versions={name: version(name) for name in ("mimik", "keras", "jax", "numpy")},
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def _labels(y: ArrayLike) -> NDArray[Any]:
    labels = np.asarray(y)
    if labels.ndim != 1 or labels.dtype.kind not in "UOiub":
        raise DataError(
            f"Labels must be text or whole numbers, one per frame, found {labels.dtype} {labels.shape}."
        )
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def _delivered(X: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the positions of the channels to use (channels,)."""
    if len(X) == 0:
        raise DataError("There is not one frame to learn from.")
    present = np.isfinite(X).mean(axis=0, dtype=np.float64)
    chosen = np.flatnonzero(present >= _DELIVERED)
    if len(chosen) == 0:
        raise DataError(
            f"No coefficient is present in {_DELIVERED:.0%} of the {len(X)} frames.",
            hint="Leave out frames without a face, and check which coefficients the source delivers.",
        )
    return chosen


def _whole_rows(
    X: NDArray[np.float32], y: ArrayLike, channels: NDArray[np.intp], *, every: int = 1
) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Return a new array of the chosen channels, without rows that lack one, and the labels."""
    labels = _labels(y)
    if len(X) != len(labels):
        raise DataError(f"There must be one label per frame, found {len(labels)} labels of {len(X)} frames.")
    chosen = np.ascontiguousarray(X[::every, channels])
    whole = np.isfinite(chosen).all(axis=1)
    if whole.all():
        return chosen, labels[::every]
    return chosen[whole], labels[::every][whole]


def _scaling(X: NDArray[np.float32], recipe: Preset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what to subtract from the channels and what to divide them by, float32 (channels,) each."""
    if not recipe.standardise:
        return np.zeros(X.shape[1], dtype=np.float32), np.ones(X.shape[1], dtype=np.float32)
    mean = X.mean(axis=0, dtype=np.float64).astype(np.float32)
    # Column by column: all at once would need another copy of the data, in double precision.
    scale = np.array([column.std(dtype=np.float64) for column in X.T], dtype=np.float32)
    return mean, np.maximum(scale, np.float32(_SMALLEST_SCALE))


def _scaled(
    X: NDArray[np.float32], mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Scale the rows where they lie; they are our own."""
    X -= mean
    X /= scale
    return X
