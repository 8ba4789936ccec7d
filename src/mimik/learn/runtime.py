"""A model that is ready to run frame by frame, on whatever it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.frame import Block, Frame
from mimik.learn.forward import probabilities
from mimik.learn.model import refuse_missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.card import ModelCard
    from mimik.learn.model import Model

__all__ = ["PlainRuntime", "Runtime", "timeless"]

_N = len(BLEND_SHAPES)


@runtime_checkable
class Runtime(Protocol):
    """A model that is ready to run frame by frame.

    Attributes:
        name: what it runs on, such as "LiteRT".
        card: what the recognizer is and what it was trained on.
        takes_resting: whether the person's resting face is of use to it.
        remembers: whether what it says of a frame hangs on those before.
    """

    name: str
    card: ModelCard
    takes_resting: bool
    remembers: bool

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels).

        Args:
            X: a ``Frame`` or coefficients (52,): the next frame of the stream, n is 1. Or many frames: a
                ``Block``, an array (n, 52) or a table. Where it remembers, a ``Block`` is a recording of its
                own that leaves the stream alone, and frames must come with their times.
            resting: the person's resting face, float32 (52,), or for many frames one per frame (n, 52); NaN
                or None where it is not known.

        Raises:
            DataError: X has another shape, lacks a coefficient that the model needs, or its times.
        """

    def forget(self) -> None:
        """Begin anew: the next frame is the first of a recording."""


class PlainRuntime:
    """A ``Runtime`` in NumPy, which needs nothing else."""

    name = "NumPy"

    def __init__(self, model: Model) -> None:
        self.card = model.card
        self.takes_resting = model.features.resting
        self.remembers = bool(model.features.memories)
        self._model = model
        self._columns = [INDEX[name] for name in model.card.channels]
        self._seconds = np.repeat(np.array(model.features.memories), len(self._columns))
        self._means: NDArray[np.float32] | None = None
        self._last = float("nan")

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels); see ``Runtime``."""
        if isinstance(X, Frame):
            return self._one(X.coefficients[np.newaxis], X.device_time, resting)
        if isinstance(X, np.ndarray) and X.shape == (_N,):
            return self._one(X[np.newaxis].astype(np.float32, copy=False), None, resting)
        if self.remembers and not isinstance(X, Block):
            raise timeless()
        return self._model.predict_proba(X, resting=resting)

    def forget(self) -> None:
        """Begin anew: the next frame is the first of a recording."""
        self._last = float("nan")

    def _one(
        self, x: NDArray[np.float32], time: float | None, resting: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        refuse_missing(x[:, self._columns], self.card.channels)
        inputs = self._model.features.now(x, resting)
        if self.remembers:
            if time is None:
                raise timeless()
            inputs = np.concatenate([inputs, self._remember(inputs, time)], axis=1)
        return probabilities(self._model.features.scaled(inputs), self._model.kernels, self._model.biases)

    def _remember(self, now: NDArray[np.float32], time: float) -> NDArray[np.float32]:
        """Return the running means after a frame, float32 (1, channels x memories)."""
        wide = np.tile(now, len(self._seconds) // now.shape[1])
        elapsed, self._last = time - self._last, time
        if self._means is None or not elapsed >= 0.0:  # the first frame, or a clock that was set back
            self._means = wide
        else:
            take = -np.expm1(-elapsed / self._seconds).astype(np.float32)
            self._means = self._means + take * (wide - self._means)
        return self._means


def timeless() -> DataError:
    """Return the error for frames without times, where something is remembered."""
    return DataError(
        "The model remembers what came before; expected frames with their times, found numbers only.",
        hint="Hand in a mimik.Frame, or a mimik.Block for a whole recording.",
    )
