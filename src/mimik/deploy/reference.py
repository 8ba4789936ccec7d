"""A recognizer from its definition, in double precision: what every exported file is held against."""

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
    model: Model, inputs: Mapping[str, NDArray[np.float32]], *, precision: type[np.floating] = np.float64
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the probabilities (n, labels) and the next memory (n, channels x memories).

    Args:
        model: the recognizer.
        inputs: by name, float32 (n, width), as ``inputs_of`` tells.
        precision: in which to calculate; in single, it tells how exact any single-precision file can be.
    """
    features = model.features
    given = {name: array.astype(precision) for name, array in inputs.items()}
    x = given[COEFFICIENTS]
    if features.resting:
        x = x - given[RESTING]
    if features.power != 1.0:
        x = np.sign(x) * np.minimum(np.abs(x), precision(1)) ** precision(features.power)
    memory = np.empty((len(x), 0), dtype=precision)
    if features.memories:
        seconds = np.repeat(np.array(features.memories, dtype=precision), x.shape[1])
        now = np.tile(x, len(features.memories))
        memory = given[MEMORY] - np.expm1(-given[ELAPSED] / seconds) * (now - given[MEMORY])
        x = np.concatenate([x, memory], axis=1)
    x = (x - features.mean.astype(precision)) / features.scale.astype(precision)
    layers = [
        (k.astype(precision), b.astype(precision)) for k, b in zip(model.kernels, model.biases, strict=True)
    ]
    for kernel, bias in layers[:-1]:
        x = x @ kernel + bias
        x = precision(SELU_SCALE) * np.where(x > 0, x, precision(SELU_ALPHA) * np.expm1(np.minimum(x, 0)))
    x = x @ layers[-1][0] + layers[-1][1]
    p = np.exp(x - x.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True), memory
