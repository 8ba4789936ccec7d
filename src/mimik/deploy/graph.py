"""The computation that every exported file holds, told once for all formats.

A format gives the elementary operations; ``write_graph`` puts them together:

    coefficients ─ less the resting face ─ signed root ─ beside its running means ─ dense, SELU ... softmax

Scaling of the inputs stands in the weights of the first layer. A coefficient that is NaN makes all
probabilities NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.features import Features
    from mimik.learn.model import Model

__all__ = [
    "COEFFICIENTS",
    "ELAPSED",
    "FIRST",
    "MEMORY",
    "NEXT_MEMORY",
    "PROBABILITIES",
    "RESTING",
    "SELU_ALPHA",
    "SELU_SCALE",
    "Operations",
    "inputs_of",
    "outputs_of",
    "write_graph",
]

COEFFICIENTS = "coefficients"
"""Input (frames, channels): in the order of the card's channels, about 0..1."""
RESTING = "resting"
"""Input (frames, channels): the person's resting face, zeros where not known."""
ELAPSED = "elapsed"
"""Input (frames, 1): seconds since the frame before, ``FIRST`` for the first one of a recording."""
FIRST = 1e9
"""Seconds since the frame before, for a frame that has none: nothing is remembered."""
MEMORY = "memory"
"""Input (frames, channels x memories): what ``next_memory`` was after the frame before; zeros at first."""
PROBABILITIES = "probabilities"
"""Output (frames, labels): add up to 1."""
NEXT_MEMORY = "next_memory"
"""Output (frames, channels x memories): to be handed in with the next frame."""

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772
"""Constants of SELU: Klambauer et al. 2017, Self-Normalizing Neural Networks, equation 2."""

_TINY = 1e-30
"""Coefficients below it count as it: a logarithm needs some size. Their root is below 1e-10."""


class Operations(Protocol):
    """What a format must be able to do. Tensors are the format's own; constants are float32 arrays.

    Attributes:
        selu_scale: by which ``selu`` is too small, so that the next layer's weights make up for it; 1 where
            the format knows SELU itself.
    """

    selu_scale: float

    def input(self, name: str, width: int) -> Any:
        """Return an input (frames, width)."""

    def output(self, name: str, tensor: Any) -> None:
        """Make a tensor an output."""

    def subtract(self, a: Any, b: Any) -> Any:
        """Return a - b."""

    def add(self, a: Any, b: Any) -> Any:
        """Return a + b."""

    def multiply(self, a: Any, b: Any) -> Any:
        """Return a * b; b is a tensor or a constant, and may be one number or one row."""

    def within_one(self, x: Any) -> Any:
        """Return x cut to -1..1."""

    def at_least(self, x: Any, least: float) -> Any:
        """Return the larger of x and a number."""

    def absolute(self, x: Any) -> Any:
        """Return the size of x."""

    def log(self, x: Any) -> Any:
        """Return the natural logarithm."""

    def exp(self, x: Any) -> Any:
        """Return e to the x."""

    def beside(self, parts: Sequence[Any]) -> Any:
        """Return tensors (frames, a), (frames, b) ... as one (frames, a + b + ...)."""

    def dense(self, x: Any, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> Any:
        """Return x @ kernel + bias; the kernel is (inputs, outputs)."""

    def selu(self, x: Any) -> Any:
        """Return SELU(x) / ``selu_scale``."""

    def softmax(self, x: Any) -> Any:
        """Return the softmax over the last axis."""


def inputs_of(model: Model) -> dict[str, int]:
    """Return the names of a recognizer's inputs and how many numbers of each belong to a frame."""
    features, n = model.features, len(model.features.channels)
    inputs = {COEFFICIENTS: n}
    if features.resting:
        inputs[RESTING] = n
    if features.memories:
        inputs |= {ELAPSED: 1, MEMORY: n * len(features.memories)}
    return inputs


def outputs_of(model: Model) -> tuple[str, ...]:
    """Return the names of a recognizer's outputs, the probabilities first."""
    return (PROBABILITIES, NEXT_MEMORY) if model.features.memories else (PROBABILITIES,)


def write_graph(model: Model, operations: Operations) -> None:
    """Write a recognizer's whole computation in the operations of a format."""
    ops, features = operations, model.features
    inputs = {name: ops.input(name, width) for name, width in inputs_of(model).items()}
    x = inputs[COEFFICIENTS]
    if features.resting:
        x = ops.subtract(x, inputs[RESTING])
    if features.power != 1.0:
        x = _signed_power(x, features.power, ops)
    if features.memories:
        x = _remember(x, inputs, features, ops)
    layers = _layers(model, ops.selu_scale)
    for layer in layers[:-1]:
        x = ops.selu(ops.dense(x, layer.kernel, layer.bias))
    scores = ops.dense(x, layers[-1].kernel, layers[-1].bias)
    ops.output(PROBABILITIES, ops.softmax(ops.add(scores, _spoilt(inputs[COEFFICIENTS], model, ops))))


def _spoilt(coefficients: Any, model: Model, ops: Operations) -> Any:
    """Return 0 for each label, or NaN where a coefficient is missing or infinite.

    Cutting and activations may turn NaN into a number, by the processor: a probability must not come of it.
    """
    labels = len(model.card.labels)
    nothing = np.zeros((len(model.features.channels), labels), dtype=np.float32)
    return ops.dense(coefficients, nothing, np.zeros(labels, dtype=np.float32))


def _signed_power(x: Any, power: float, ops: Operations) -> Any:
    """Return the size of x, at most 1, raised to a power, with the sign of x: x * |x| ** (power - 1)."""
    x = ops.within_one(x)
    log = ops.log(ops.at_least(ops.absolute(x), _TINY))
    return ops.multiply(x, ops.exp(ops.multiply(log, np.float32(power - 1.0))))


def _remember(now: Any, inputs: dict[str, Any], features: Features, ops: Operations) -> Any:
    """Return x beside its running means, and output these: mean += (1 - exp(-dt / s)) * (now - mean)."""
    memories, before = features.memories, inputs[MEMORY]
    rates = np.repeat(-1.0 / np.array(memories), len(features.channels)).astype(np.float32)[np.newaxis]
    wide = ops.beside([now] * len(memories)) if len(memories) > 1 else now
    fading = ops.exp(ops.multiply(inputs[ELAPSED], rates))
    means = ops.add(wide, ops.multiply(fading, ops.subtract(before, wide)))
    ops.output(NEXT_MEMORY, means)
    return ops.beside([now, means])


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


def _layers(model: Model, selu_scale: float) -> list[_Layer]:
    """Return the dense layers: scaling of the inputs in the first, the rest of SELU in the later ones."""
    kernels = [kernel.astype(np.float64) for kernel in model.kernels]
    biases = [bias.astype(np.float64) for bias in model.biases]
    mean, scale = (np.asarray(a, dtype=np.float64) for a in (model.features.mean, model.features.scale))
    kernels[0] = kernels[0] / scale[:, np.newaxis]
    biases[0] = biases[0] - mean @ kernels[0]
    kernels[1:] = [kernel * selu_scale for kernel in kernels[1:]]
    return [_Layer(k.astype(np.float32), b.astype(np.float32)) for k, b in zip(kernels, biases, strict=True)]
