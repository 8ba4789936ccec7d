"""The network of the paper: dense SELU layers and alpha dropout in turn, then a softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mimik.learn.backend import use_jax

keras = use_jax()

from mimik.learn.dropout import AlphaDropout  # noqa: E402  (after the backend is chosen)

__all__ = ["Architecture", "build_network"]


@dataclass(frozen=True, slots=True)
class Architecture:
    """What fixes the shape of a network and of its loss.

    Attributes:
        features: inputs, 52 for all coefficients.
        classes: outputs.
        width: units of each hidden dense layer.
        depth: number of hidden dense layers, each followed by alpha dropout.
        dropout: share of units dropped while training, 0 <= dropout < 1.
        l2: penalty on squared weights (not biases) of the layers that carry it.
        l2_layers: how many of the last hidden dense layers carry the penalty.
    """

    features: int
    classes: int
    width: int = 128
    depth: int = 10
    dropout: float = 0.1
    l2: float = 0.25
    l2_layers: int = 2


def build_network(architecture: Architecture, *, seed: int) -> Any:
    """Return a ``keras.Model`` from float32 (batch, features) to probabilities (batch, classes).

    With the defaults it has 22 layers: input, ten times dense and dropout, output.

    Args:
        architecture: the shape.
        seed: of the initial weights and of dropout.
    """
    a = architecture
    seeds = iter(np.random.SeedSequence(seed).generate_state(2 * a.depth + 1).tolist())
    inputs = keras.Input((a.features,), name="coefficients")
    x = inputs
    for layer in range(a.depth):
        penalty = keras.regularizers.L2(a.l2) if a.l2 and layer >= a.depth - a.l2_layers else None
        x = keras.layers.Dense(
            a.width,
            activation="selu",
            kernel_initializer=keras.initializers.LecunNormal(next(seeds)),
            kernel_regularizer=penalty,
            name=f"dense_{layer + 1}",
        )(x)
        x = AlphaDropout(a.dropout, seed=next(seeds), name=f"dropout_{layer + 1}")(x)
    start = keras.initializers.LecunNormal(next(seeds))
    outputs = keras.layers.Dense(a.classes, "softmax", kernel_initializer=start, name="expressions")(x)
    return keras.Model(inputs, outputs, name="self_normalizing_network")
