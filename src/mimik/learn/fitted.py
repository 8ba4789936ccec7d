"""What recognizers have in common once they are fitted: a model with a card, to be described and saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import ModelError
from mimik.extras import needs_extra
from mimik.learn.modelfile import load_model, save_model

with needs_extra("learn"):
    from sklearn.utils.validation import check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mimik.learn.card import ModelCard, TrainedOn
    from mimik.learn.epochs import EpochLog
    from mimik.learn.model import Model

__all__ = ["FittedModel"]


class FittedModel:
    """Mixin of recognizers whose trained state is ``model_``.

    Attributes:
        classes_: labels, sorted.
        model_: the trained ``Model``, all that is saved.
        history_: one ``EpochLog`` per epoch; empty if loaded from a file.
    """

    model_: Model
    history_: list[EpochLog]
    _remembers = False

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
    def load(cls, path: str | Path) -> Self:
        """Return the fitted recognizer from a file; see ``load_model`` for errors.

        Raises:
            ModelError: also if the file is of the other kind, with or without a memory.
        """
        model = load_model(path)
        if bool(model.features.memories) != cls._remembers:
            other = "TemporalRecognizer" if model.features.memories else "Recognizer"
            raise ModelError(
                f"{path} is no {cls.__name__}.", hint=f"{other}.load(...), or mimik.load(...) for either"
            )
        recognizer = cls._like(model)
        recognizer._take(model)
        recognizer.history_ = []
        return recognizer

    @classmethod
    def _like(cls, model: Model) -> Self:
        """Return an unfitted recognizer with the parameters that a model was trained with."""
        raise NotImplementedError

    def _take(self, model: Model) -> None:
        """Be the recognizer that a model is."""
        self.model_ = model
        self.classes_ = np.array(model.card.labels)
        self.n_features_in_ = len(BLEND_SHAPES)
