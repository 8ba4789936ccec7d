"""A model ready to run frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mimik.learn.card import ModelCard
    from mimik.learn.model import Model

__all__ = ["PlainRuntime", "Runtime"]


@runtime_checkable
class Runtime(Protocol):
    """A model ready to run frame by frame."""

    name: str
    card: ModelCard

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels)."""

    def forget(self) -> None:
        """Begin anew: the next frame is the first of a recording."""


class PlainRuntime:
    """The model in NumPy."""

    name = "NumPy"

    def __init__(self, model: Model) -> None:
        self.card = model.card
        self._model = model

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels)."""
        return self._model.predict_proba(X, resting=resting)

    def forget(self) -> None:
        """Begin anew."""
