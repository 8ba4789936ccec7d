"""LiteRT files of networks that Mimik did not build: any function in JAX, any Keras network on JAX.

The file appears only after it was run, and gave what the function gives. ``mimik.load`` does not take such a
file, as it can't know what goes in; LiteRT itself does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.from_jax import NamedFunction, litert_of, with_facts
from mimik.errors import ModelError
from mimik.extras import needs_extra
from mimik.learn.backend import use_jax
from mimik.quiet import quiet

with needs_extra("convert"):
    from ai_edge_litert.interpreter import Interpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["CHECKED_INPUTS", "TOLERANCE", "Converted", "convert_jax", "convert_keras"]

CHECKED_INPUTS = 100
"""Random inputs that each file is run on before it is kept."""

TOLERANCE = 1e-5
"""Largest difference of an output, relative to its size where that is above 1."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A file that was written and checked.

    Attributes:
        path: the file.
        size: bytes.
        inputs: name -> shape.
        outputs: names.
        checked: number of random inputs it was run on.
        largest: largest difference of an output from the function's, relative to its size where that is
            above 1.
    """

    path: Path
    size: int
    inputs: Mapping[str, tuple[int, ...]]
    outputs: tuple[str, ...]
    checked: int
    largest: float


def convert_jax(
    function: Callable[..., Any],
    inputs: Mapping[str, tuple[int, ...]],
    path: str | Path,
    *,
    facts: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
) -> Converted:
    """Write a function in JAX as a LiteRT file.

    It is run on random inputs first, half of them between 0 and 1 as coefficients are, half of them normal
    with variance 1, and refused if anything that comes out differs from what the function returns.

    Args:
        function: takes one float32 array per input, in their order, and returns one array, which is then
            called ``probabilities``, or a dictionary of arrays by name.
        inputs: name -> shape; shapes are fixed, such as (1, 30, 52) for one window of 30 frames.
        path: of the file; one that is there is replaced.
        facts: what the file says of itself, such as its labels and channels, and whether it learned from
            simulated people; kept inside it as JSON under the name ``mimik``.
        tolerance: largest difference, relative to an output's size where that is above 1.

    Raises:
        ModelError: the function can't be converted, the file differs from it, or can't be written.
        MissingExtra: the extra ``convert`` is not installed.
    """
    path = Path(path)
    text = _json(facts or {})
    named = NamedFunction.of(function, dict(inputs))
    content = with_facts(litert_of(named), text)
    largest = _largest_difference(content, named)
    if not largest <= tolerance:
        raise ModelError(
            f"{path}: the converted file differs from the network by {largest:.2g} (expected at most"
            f" {tolerance:g}). Nothing was written.",
            hint="Outputs that jump, such as a rounded one, differ most. If yours may, give tolerance.",
        )
    _put(path, content)
    return Converted(path, len(content), named.inputs, named.outputs, CHECKED_INPUTS, largest)


def convert_keras(
    network: Any,
    path: str | Path,
    *,
    facts: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
) -> Converted:
    """Write a Keras network, as it is in inference, as a LiteRT file for one input at a time.

    Args:
        network: a built ``keras.Model`` on JAX; names of inputs are those of its ``keras.Input``.
        path: as for ``convert_jax``; likewise the others, and errors.

    Raises:
        BackendError: Keras runs on another backend than JAX.
    """
    keras = use_jax()
    if not isinstance(network, keras.Model) or not getattr(network, "inputs", None):
        raise ModelError(
            f"Expected a built Keras network, found {type(network).__name__}.",
            hint="Give a Sequential network a keras.Input first, or use the functional style.",
        )
    inputs = {tensor.name: _one(tensor) for tensor in network.inputs}

    def infer(*arrays: Any) -> Any:
        by_name = dict(zip(inputs, arrays, strict=True))
        returned = network(by_name if len(arrays) > 1 else arrays[0], training=False)
        if isinstance(returned, list | tuple):
            return dict(zip(network.output_names, returned, strict=True))
        return returned

    return convert_jax(infer, inputs, path, facts=facts, tolerance=tolerance)


def _one(tensor: Any) -> tuple[int, ...]:
    """Return the shape of an input of a Keras network, for one of it."""
    shape = tuple(tensor.shape[1:])
    if None in shape or tensor.dtype != "float32":
        raise ModelError(
            f"Expected an input of a fixed shape and float32, found {tensor.name} {tuple(tensor.shape)}"
            f" {tensor.dtype}.",
            hint="Give keras.Input a shape without None; only the first axis may vary, and is 1 in the file.",
        )
    return (1, *shape)


def _json(facts: Mapping[str, Any]) -> str:
    try:
        return json.dumps(dict(facts), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise ModelError(
            f"The facts of a file must be what JSON can hold: {error}.", hint="Use text, numbers and lists."
        ) from error


def _largest_difference(content: bytes, function: NamedFunction) -> float:
    """Return the largest difference of an output, relative where outputs are above 1; infinity for NaN."""
    run = _runner(content)
    rng = np.random.default_rng(0)
    largest = 0.0
    for number in range(CHECKED_INPUTS):
        inputs = {
            name: _random(rng, shape, normal=number % 2 == 1) for name, shape in function.inputs.items()
        }
        found = run(**inputs)
        for name, array in zip(function.outputs, function.call(*inputs.values()), strict=True):
            largest = max(largest, _difference(name, found[name], np.asarray(array, dtype=np.float64)))
    return largest


def _difference(name: str, found: NDArray[Any], expected: NDArray[np.float64]) -> float:
    if not np.isfinite(expected).all():
        raise ModelError(
            f"Expected numbers on random inputs, found an output {name!r} that is infinite or none.",
            hint="Keep logarithms, roots and quotients within their range.",
        )
    if found.shape != expected.shape or not np.isfinite(found).all():
        return float("inf")
    apart = np.abs(found - expected) / np.maximum(np.abs(expected), 1.0)
    return float(apart.max(initial=0.0))


def _runner(content: bytes) -> Any:
    try:
        with quiet():
            return Interpreter(model_content=content, num_threads=1).get_signature_runner()
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"LiteRT can't run the converted file: {str(error).splitlines()[0]}",
            hint="Leave out what the message names, such as a sort.",
        ) from error


def _random(rng: np.random.Generator, shape: tuple[int, ...], *, normal: bool) -> NDArray[np.float32]:
    drawn = rng.normal(size=shape) if normal else rng.random(shape)
    return drawn.astype(np.float32)


def _put(path: Path, content: bytes) -> None:
    """Write a file that is whole when it appears."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ModelError(
            f"The network cannot be written to {path}: {error.strerror}.", hint="Choose another folder."
        ) from error
