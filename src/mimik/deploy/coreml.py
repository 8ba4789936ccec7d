"""Core ML files (.mlpackage) for iPhone, iPad and Mac, written with the MIL builder of coremltools.

An ML program in single precision, for iOS 15 and macOS 12 or later. It takes one frame at a time: a phone has
one new frame at a time, and Core ML plans ahead for shapes that are fixed; an app with many frames hands them
over as a batch of such inputs. Probabilities are a row of numbers as in every other format. A classifier of
Core ML would give a dictionary, built anew for every frame, and would not take every label that Mimik takes.

Nothing of this was run on an Apple device yet: ``mimik.deploy.coreml_reference`` runs what was written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.coreml_package import settle
from mimik.deploy.facts import METADATA
from mimik.deploy.graph import (
    COEFFICIENTS,
    PROBABILITIES,
    SELU_ALPHA,
    SELU_SCALE,
    inputs_of,
    outputs_of,
    write_graph,
)
from mimik.extras import needs_extra
from mimik.quiet import quiet_library

with needs_extra("coreml"), quiet_library("coremltools"):
    import coremltools
    from coremltools.converters.mil import Builder
    from coremltools.converters.mil.mil import Function, Program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["write_coreml"]

_TARGET = coremltools.target.iOS15
"""The first that knows ML programs; macOS 12 likewise."""

_FIELDS = {"author": "author", "description": "short_description", "license": "license", "version": "version"}
"""Properties that Core ML has a field for -> the field; Xcode shows them."""


def write_coreml(model: Model, facts: str, properties: Mapping[str, str], path: Path) -> None:
    """Write a recognizer as a Core ML package.

    Args:
        model: the recognizer.
        facts: JSON text that is kept as the file's metadata; what it says under ``inputs`` and ``outputs``
            (name -> ``{"is": text}``) becomes their descriptions too, which Xcode shows.
        properties: further short texts for people who look into the file, by name; ``author``,
            ``description``, ``license`` and ``version`` go where Xcode shows them.
        path: of the package, a folder that ends in ``.mlpackage``; one that is there is replaced.

    Raises:
        OSError: it cannot be written.
    """
    with quiet_library("coremltools"):
        package = coremltools.convert(
            _program(model),
            convert_to="mlprogram",
            minimum_deployment_target=_TARGET,
            compute_precision=coremltools.precision.FLOAT32,
            skip_model_load=True,  # on a Mac it would be compiled and loaded too
        )
        _describe(package, model, facts, properties)
        package.save(str(path))
    settle(path)


def _program(model: Model) -> Any:
    """Return the recognizer as a MIL program."""
    inputs = {name: Builder.placeholder(shape=(1, width)) for name, width in inputs_of(model).items()}
    program = Program()
    with Function(inputs, opset_version=_TARGET) as function:
        operations = _CoreMLOperations(function.inputs)
        write_graph(model, operations)
        function.set_outputs([operations.outputs[name] for name in outputs_of(model)])
    program.add_function("main", function)
    return program


def _describe(package: Any, model: Model, facts: str, properties: Mapping[str, str]) -> None:
    """Write into the package what it is, for people and for programs."""
    told = json.loads(facts)
    meanings = {name: entry["is"] for name, entry in {**told["inputs"], **told["outputs"]}.items()}
    meanings[COEFFICIENTS] += f". Channels: {', '.join(model.features.channels)}"
    meanings[PROBABILITIES] += f". Labels: {', '.join(str(label) for label in model.card.labels)}"
    for name in inputs_of(model):
        package.input_description[name] = meanings[name]
    for name in outputs_of(model):
        package.output_description[name] = meanings[name]
    package.user_defined_metadata[METADATA] = facts
    for name, text in properties.items():
        if name in _FIELDS:
            setattr(package, _FIELDS[name], text)
        else:
            package.user_defined_metadata[name] = text


class _CoreMLOperations:
    """Adds operations to the MIL function that is being built; a tensor is a MIL variable.

    Attributes:
        outputs: by name.
    """

    selu_scale = SELU_SCALE

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._inputs = inputs
        self.outputs: dict[str, Any] = {}

    def input(self, name: str, width: int) -> Any:  # noqa: ARG002 - told by ``inputs_of`` in ``_program``
        return self._inputs[name]

    def output(self, name: str, tensor: Any) -> None:
        self.outputs[name] = Builder.identity(x=tensor, name=name)

    def subtract(self, a: Any, b: Any) -> Any:
        return Builder.sub(x=a, y=b)

    def add(self, a: Any, b: Any) -> Any:
        return Builder.add(x=a, y=b)

    def multiply(self, a: Any, b: Any) -> Any:
        return Builder.mul(x=a, y=b)

    def within_one(self, x: Any) -> Any:
        return Builder.clip(x=x, alpha=np.float32(-1), beta=np.float32(1))

    def at_least(self, x: Any, least: float) -> Any:
        return Builder.maximum(x=x, y=np.float32(least))

    def absolute(self, x: Any) -> Any:
        return Builder.abs(x=x)

    def log(self, x: Any) -> Any:
        return Builder.log(x=x, epsilon=np.float32(0))

    def exp(self, x: Any) -> Any:
        return Builder.exp(x=x)

    def beside(self, parts: Sequence[Any]) -> Any:
        return Builder.concat(values=list(parts), axis=1)

    def dense(self, x: Any, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> Any:
        weights = np.ascontiguousarray(kernel.T)  # Core ML wants (outputs, inputs)
        return Builder.linear(x=x, weight=weights, bias=bias)

    def selu(self, x: Any) -> Any:
        """ELU with an alpha of its own; the scale stands in the next layer's weights."""
        return Builder.elu(x=x, alpha=np.float32(SELU_ALPHA))

    def softmax(self, x: Any) -> Any:
        return Builder.softmax(x=x, axis=1)
