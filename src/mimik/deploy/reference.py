"""A recognizer in double precision, from its definition: what every exported file is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.deploy.graph import COEFFICIENTS, ELAPSED, MEMORY, RESTING, SELU_ALPHA, SELU_SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["reference"]


def reference(
    model: Model, inputs: Mapping[str, NDArray[np.float32]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the probabilities (n, labels) and the next memory (n, channels x memories), float64.

    Args:
        model: the recognizer.
        inputs: by name, float32 (n, width), as ``inputs_of`` tells.
    """
    features = model.features
    x = inputs[COEFFICIENTS].astype(np.float64)
    if features.resting:
        x = x - inputs[RESTING]
    if features.power != 1.0:
        x = np.sign(x) * np.minimum(np.abs(x), 1.0) ** features.power
    memory = np.empty((len(x), 0))
    if features.memories:
        seconds = np.repeat(np.array(features.memories), x.shape[1])
        now = np.tile(x, len(features.memories))
        take = 1.0 - np.exp(-inputs[ELAPSED].astype(np.float64) / seconds)
        memory = inputs[MEMORY] + take * (now - inputs[MEMORY])
        x = np.concatenate([x, memory], axis=1)
    x = (x - features.mean) / features.scale
    for kernel, bias in zip(model.kernels[:-1], model.biases[:-1], strict=True):
        x = x @ kernel.astype(np.float64) + bias
        x = SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))
    x = x @ model.kernels[-1].astype(np.float64) + model.biases[-1]
    p = np.exp(x - x.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True), memory
