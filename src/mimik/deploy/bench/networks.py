"""A recognizer's network on Keras and on JAX, as contenders: what one would write without a runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import ModelError
from mimik.extras import needs_extra
from mimik.learn.model import coefficients

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["Predicting", "jit_jax", "keras_predict"]


class Predicting:
    """A ``Runtime`` whose network is a function; features are those of the model, in NumPy.

    Args:
        name: of the runtime.
        model: the recognizer; one of single frames.
        network: from inputs float32 (n, features) to probabilities (n, labels).

    Raises:
        ModelError: the model remembers what came before.
    """

    def __init__(
        self, name: str, model: Model, network: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    ) -> None:
        if model.features.memories:
            raise ModelError(
                f"Expected a recognizer of single frames for {name}; this one remembers what came before.",
                hint="Compare with litert, onnx or numpy.",
            )
        self.name = name
        self.card = model.card
        self.takes_resting = model.features.resting
        self.remembers = False
        self._features = model.features
        self._network = network

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels)."""
        return self._network(self._features.of(coefficients(X), resting))

    def forget(self) -> None:
        """Do nothing: there is nothing to forget."""


def keras_predict(model: Model) -> Predicting:
    """Return the model on Keras with JAX, asked by ``keras.Model.predict``.

    Raises:
        ModelError: the model remembers what came before.
        MissingExtra: Keras or JAX is not installed.
    """
    from mimik.learn.network import Architecture, build_network

    kernels, biases = model.kernels, model.biases
    shape = Architecture(
        kernels[0].shape[0], len(biases[-1]), kernels[0].shape[1], len(kernels) - 1, l2_layers=0
    )
    network = build_network(shape, seed=0)
    network.set_weights([array for pair in zip(kernels, biases, strict=True) for array in pair])
    return Predicting("Keras on JAX, predict", model, lambda x: np.asarray(network.predict(x, verbose=0)))


def jit_jax(model: Model) -> Predicting:
    """Return the model on JAX, compiled as one function.

    Raises:
        ModelError: the model remembers what came before.
        MissingExtra: JAX is not installed.
    """
    with needs_extra("learn"):
        import jax

    def forward(x: Any) -> Any:
        for kernel, bias in zip(model.kernels[:-1], model.biases[:-1], strict=True):
            x = jax.nn.selu(x @ kernel + bias)
        return jax.nn.softmax(x @ model.kernels[-1] + model.biases[-1])

    compiled = jax.jit(forward)
    return Predicting("JAX, compiled", model, lambda x: np.asarray(compiled(x)))
