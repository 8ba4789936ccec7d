"""A trained recognizer as plain arrays: what is saved, loaded and run, without Keras or scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX, blend_shape
from mimik.errors import DataError
from mimik.frame import Block, Frame
from mimik.learn.context import one_recording
from mimik.learn.forward import probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.card import ModelCard
    from mimik.learn.context import Context
    from mimik.learn.features import Features

__all__ = ["Model", "coefficients", "refuse_missing"]

_N = len(BLEND_SHAPES)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Features and network of a trained recognizer.

    Attributes:
        card: what it is and what it was trained on.
        features: from coefficients to the network's inputs.
        kernels: weights of the dense layers, float32 (inputs, outputs); SELU between, softmax at the end.
        biases: float32 (outputs,), one per kernel.
    """

    card: ModelCard
    features: Features
    kernels: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]

    def predict_proba(
        self,
        X: Any,
        *,
        resting: NDArray[np.float32] | None = None,
        device_time: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels).

        Args:
            X: coefficients (n, 52) in the order of ``BLEND_SHAPES``, or a ``Block``, or a ``Frame`` (n is 1).
                For a model that remembers they are one recording, in the order of time.
            resting: the person's resting face, float32 (52,), or one per frame (n, 52); NaN or None where it
                is not known, which costs accuracy if the model uses it.
            device_time: seconds (n,), for a model that remembers; a ``Block`` has its own.

        Raises:
            DataError: X has another shape, or a coefficient that the model needs, or the times, are missing.
        """
        chosen = coefficients(X)
        refuse_missing(chosen[:, [INDEX[name] for name in self.card.channels]], self.card.channels)
        context = self._course(X, len(chosen), device_time) if self.features.memories else None
        return probabilities(self.features.of(chosen, resting, context), self.kernels, self.biases)

    def predict(
        self,
        X: Any,
        *,
        resting: NDArray[np.float32] | None = None,
        device_time: NDArray[np.float64] | None = None,
    ) -> NDArray[Any]:
        """Return the most probable label of each frame (n,); arguments and errors as ``predict_proba``."""
        labels: NDArray[Any] = np.array(self.card.labels)
        p = self.predict_proba(X, resting=resting, device_time=device_time)
        predicted: NDArray[Any] = labels[p.argmax(axis=1)]
        return predicted

    def _course(self, X: Any, n: int, device_time: NDArray[np.float64] | None) -> Context:
        """Return the context of a recording of n frames that a memory needs."""
        if device_time is None and isinstance(X, Block):
            device_time = X.device_time
        if device_time is None:
            raise DataError(
                "The model remembers what came before; expected a recording with its times, found none.",
                hint="Hand in a Block or device_time=..., or frame by frame: mimik.load or mimik.Stream.",
            )
        times = np.asarray(device_time, dtype=np.float64)
        if times.shape != (n,):
            raise DataError(
                f"There must be one time per frame, found the shape {times.shape} for {n} frames."
            )
        return one_recording(times)


def refuse_missing(chosen: NDArray[np.float32], channels: Sequence[str]) -> None:
    """Raise ``DataError`` if coefficients (n, channels) of frames are not all finite."""
    finite = np.isfinite(chosen)
    if finite.all():
        return
    rows = np.flatnonzero(~finite.all(axis=1))
    names = [channels[i] for i in np.flatnonzero(~finite.all(axis=0)).tolist()]
    raise DataError(
        f"The model needs {len(channels)} coefficients of every frame;"
        f" {len(rows)} of {len(chosen)} frames (the first is number {rows[0]}) lack {_some(names)}.",
        hint="Leave out frames without a face. If the source never delivers these coefficients,"
        " train a model without them.",
    )


def coefficients(X: Any) -> NDArray[np.float32]:
    """Return the coefficients of an array, a ``Block``, a ``Frame`` or a table as float32 (n, 52).

    Columns of a pandas or Polars frame are taken by name, in any known spelling; others are passed over.

    Raises:
        DataError: the array has another shape or does not hold numbers.
    """
    if isinstance(X, Frame):
        return X.coefficients[np.newaxis]
    if isinstance(X, Block):
        return X.values[:, :_N]
    if hasattr(X, "columns"):
        return _by_name(X)
    try:
        array = np.asarray(X, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"Coefficients must be numbers: {error}.") from error
    if array.ndim != 2 or array.shape[1] != _N:
        raise DataError(
            f"Coefficients must be an array (frames, {_N}), found the shape {array.shape}.",
            hint="One row per frame, columns in the order of mimik.blendshapes.BLEND_SHAPES,"
            " NaN where not delivered.",
        )
    return array


def _by_name(table: Any) -> NDArray[np.float32]:
    """Return the coefficients of a pandas or Polars frame: columns by name, NaN where there is none."""
    chosen = np.full((len(table), _N), np.nan, dtype=np.float32)
    known = {name: INDEX[found] for name in table.columns if (found := blend_shape(str(name)))}
    if not known:
        raise DataError(
            f"Expected columns named as blend shapes, found {_some([str(name) for name in table.columns])}.",
            hint="Any known spelling will do, such as mouthSmileLeft or mouthSmile_L.",
        )
    for name, position in known.items():
        chosen[:, position] = table[name].to_numpy()
    return chosen


def _some(names: list[str], most: int = 5) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
