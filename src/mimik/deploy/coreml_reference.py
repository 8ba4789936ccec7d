"""What a Core ML package computes, in NumPy: the check of such files where there is no Mac to run them.

It knows nothing of what was meant to be written. It reads the package from disk, its program and its weights,
and does what each operation of the program is documented to do, in single precision. So it finds a wrong or
damaged file; it can't find a fault of Core ML itself, and says nothing about time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.coreml_package import read_parts
from mimik.deploy.coreml_weights import CoreMLWeights
from mimik.errors import DataError, ModelDamaged, ModelError
from mimik.extras import needs_extra
from mimik.quiet import quiet_library

with needs_extra("coreml"), quiet_library("coremltools"):
    from coremltools.proto import MIL_pb2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["OPERATIONS", "run_coreml"]

_WEIGHTS = "@model_path/weights/weight.bin"
"""How a program names the file of its weights."""
_HINT = "Export the model again."


def run_coreml(path: Path, inputs: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Run a Core ML package on many frames, as so many calls with one frame each.

    Args:
        path: of the package.
        inputs: by name, float32 (n, width).

    Returns:
        The outputs by name, float32 (n, width).

    Raises:
        ModelDamaged: the package can't be read or contradicts itself.
        ModelError: it does something that Mimik's files don't.
        DataError: the inputs are not those that the package asks for.
    """
    parts = read_parts(path)
    weights = CoreMLWeights(parts.weights, where=str(path))
    program = _program(parts.model, path)
    _refuse_other(inputs, parts.model.description)
    values: dict[str, Any] = {name: np.asarray(value, dtype=np.float32) for name, value in inputs.items()}
    try:
        for operation in program.operations:
            _step(operation, values, weights)
        return {name: values[name] for name in program.outputs}
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(f"{path} contradicts itself: {error!r}.", hint=_HINT) from error


def _program(model: Any, path: Path) -> Any:
    """Return the one block of the program's only function, a protobuf message ``Block``."""
    functions = model.mlProgram.functions
    if list(functions) != ["main"] or len(functions["main"].block_specializations) != 1:
        raise ModelDamaged(f"{path} holds no ML program with one function.", hint=_HINT)
    return next(iter(functions["main"].block_specializations.values()))


def _refuse_other(inputs: Mapping[str, NDArray[np.float32]], description: Any) -> None:
    """Raise ``DataError`` if the inputs are not those of the file, one row per frame."""
    asked = {entry.name: tuple(entry.type.multiArrayType.shape) for entry in description.input}
    found = {name: value.shape for name, value in inputs.items()}
    one_frame = {name: (1, *shape[1:]) for name, shape in found.items()}
    if one_frame != asked or len({shape[0] for shape in found.values()}) != 1:
        raise DataError(
            f"Expected the inputs {asked}, one row per frame, found {found}.",
            hint="All inputs have as many rows as there are frames.",
        )


def _step(operation: Any, values: dict[str, Any], weights: CoreMLWeights) -> None:
    """Do one operation, and keep what it gives under its name."""
    output = operation.outputs[0]
    if operation.type == "const":
        values[output.name] = _value(operation.attributes["val"], weights)
        return
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is found when compared
        values[output.name] = _compute(operation, values, weights)
    _refuse_unlike(values[output.name], output)


def _refuse_unlike(value: NDArray[np.float32], declared: Any) -> None:
    """Raise ``ModelDamaged`` if what was computed is not of the type that the program declares."""
    kind = declared.type.tensorType
    shape = tuple(dimension.constant.size for dimension in kind.dimensions)
    if kind.dataType != MIL_pb2.FLOAT32 or value.dtype != np.float32 or shape != (1, *value.shape[1:]):
        raise ModelDamaged(
            f"{declared.name} is declared float32 {shape}, but comes out as {value.dtype} with the"
            f" shape {(1, *value.shape[1:])} for one frame.",
            hint=_HINT,
        )


def _value(value: Any, weights: CoreMLWeights) -> Any:
    """Return a constant: float32 array, int, bool; a scalar has the shape ()."""
    kind = value.type.tensorType
    shape = tuple(dimension.constant.size for dimension in kind.dimensions)
    if value.HasField("blobFileValue"):
        if value.blobFileValue.fileName != _WEIGHTS:
            raise ModelDamaged(f"Weights lie in the unknown file {value.blobFileValue.fileName}.", hint=_HINT)
        return weights.at(value.blobFileValue.offset).reshape(shape)
    tensor = value.immediateValue.tensor
    if kind.dataType == MIL_pb2.FLOAT32:
        return np.array(tensor.floats.values, dtype=np.float32).reshape(shape)
    if kind.dataType == MIL_pb2.INT32:
        return int(tensor.ints.values[0])
    if kind.dataType == MIL_pb2.BOOL:
        return bool(tensor.bools.values[0])
    raise ModelError(f"A constant of the type {kind.dataType} is none that Mimik writes.", hint=_HINT)


def _compute(operation: Any, values: Mapping[str, Any], weights: CoreMLWeights) -> NDArray[np.float32]:
    """Return what an operation gives."""
    if operation.type not in OPERATIONS:
        raise ModelError(
            f"The Core ML operation {operation.type!r} is none that Mimik writes; known are"
            f" {', '.join(sorted(OPERATIONS))}.",
            hint="Only files that Mimik exported can be run here; others need a Mac.",
        )
    arguments = {}
    for name, argument in operation.inputs.items():
        bound = [
            values[binding.name] if binding.HasField("name") else _value(binding.value, weights)
            for binding in argument.arguments
        ]
        arguments[name] = bound if name == "values" else bound[0]
    result: NDArray[np.float32] = OPERATIONS[operation.type](**arguments)
    return result


def _concat(values: list[NDArray[np.float32]], axis: int, interleave: bool) -> NDArray[np.float32]:
    _refuse_across_frames(axis)
    if interleave:
        raise ModelError("Core ML's concat with interleaving is nothing that Mimik writes.", hint=_HINT)
    return np.concatenate(values, axis=axis)


def _softmax(x: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    _refuse_across_frames(axis)
    size = np.exp(x - x.max(axis=axis, keepdims=True))
    softmax: NDArray[np.float32] = size / size.sum(axis=axis, keepdims=True)
    return softmax


def _refuse_across_frames(axis: int) -> None:
    """Raise ``ModelError`` if an operation mixes frames: rows would no longer be calls of their own."""
    if axis not in (1, -1):
        raise ModelError(
            f"Expected an operation over the axis 1 of (frames, width), found axis {axis}.", hint=_HINT
        )


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "abs": lambda x: np.abs(x),
    "add": lambda x, y: x + y,
    "clip": lambda x, alpha, beta: np.minimum(np.maximum(x, alpha), beta),
    "concat": _concat,
    "elu": lambda x, alpha: np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - np.float32(1))),
    "exp": lambda x: np.exp(x),
    "identity": lambda x: x,
    "linear": lambda x, weight, bias: x @ weight.T + bias,
    "log": lambda x, epsilon: np.log(x + epsilon),
    "maximum": lambda x, y: np.maximum(x, y),
    "mul": lambda x, y: x * y,
    "softmax": _softmax,
    "sub": lambda x, y: x - y,
}
"""Kind of operation -> what it gives, by the names of its arguments; opset of iOS 15."""
