"""The layers of a network as they were built: what the paper's Figure 2 draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.learn.network import Architecture, build_network
from mimik.learn.presets import find_preset

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Layer", "layers_of", "network_of"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        name: distinct in the network.
        kind: "input", "dense" or "dropout".
        units: values it passes on.
        parameters: numbers it learns.
        activation: of a dense layer, such as "selu"; else "".
        dropped: share of units dropped while training, 0..1; 0 but for dropout.
        l2: factor of the penalty on its squared weights, 0 for none.
    """

    name: str
    kind: str
    units: int
    parameters: int
    activation: str = ""
    dropped: float = 0.0
    l2: float = 0.0


def network_of(preset: str, *, features: int, classes: int) -> Any:
    """Build the untrained ``keras.Model`` of a recipe; raises DataError if there is none of that name."""
    parameters: Mapping[str, Any] = find_preset(preset).parameters
    shape = {name: parameters[name] for name in ("width", "depth", "dropout", "l2", "l2_layers")}
    return build_network(Architecture(features, classes, **shape), seed=0)


def layers_of(network: Any) -> tuple[Layer, ...]:
    """Read the layers off a ``keras.Model``, from input to output."""
    return tuple(_layer(layer) for layer in network.layers)


def _layer(layer: Any) -> Layer:
    units, parameters = int(layer.output.shape[-1]), int(layer.count_params())
    if hasattr(layer, "kernel"):
        penalty = layer.kernel_regularizer
        l2 = float(penalty.l2) if penalty is not None else 0.0
        return Layer(layer.name, "dense", units, parameters, layer.activation.__name__, l2=l2)
    if hasattr(layer, "rate"):
        return Layer(layer.name, "dropout", units, parameters, dropped=float(layer.rate))
    return Layer(layer.name, "input", units, parameters)
