"""The trained network in plain NumPy: predicting needs neither Keras nor JAX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["probabilities"]

_SCALE = np.float32(1.0507009873554805)
_SCALE_ALPHA = np.float32(1.7580993408473766)
_ROWS = 1024
"""Rows at a time: their activations stay in the processor's cache."""


def probabilities(
    X: NDArray[np.float32],
    kernels: Sequence[NDArray[np.float32]],
    biases: Sequence[NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Return the network's probabilities (n, classes), each row adding up to 1.

    Args:
        X: float32 (n, features).
        kernels: weights of the dense layers, float32 (inputs, outputs), the last for the softmax.
        biases: float32 (outputs,), one per kernel.
    """
    out = np.empty((len(X), len(biases[-1])), dtype=np.float32)
    for start in range(0, len(X), _ROWS):
        rows = slice(start, start + _ROWS)
        x = X[rows]
        for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
            x = _selu(x @ kernel + bias)
        out[rows] = _softmax(x @ kernels[-1] + biases[-1])
    return out


def _selu(x: NDArray[np.float32]) -> NDArray[np.float32]:
    negative = np.minimum(x, 0)
    np.exp(negative, out=negative)
    negative -= 1
    negative *= _SCALE_ALPHA
    np.maximum(x, 0, out=x)
    x *= _SCALE
    x += negative
    return x


def _softmax(x: NDArray[np.float32]) -> NDArray[np.float32]:
    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    return x
