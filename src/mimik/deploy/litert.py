"""LiteRT files (.tflite), written directly: no TensorFlow, and a graph that XNNPACK takes as one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.facts import METADATA
from mimik.deploy.graph import SELU_ALPHA, SELU_SCALE, outputs_of, write_graph
from mimik.extras import needs_extra

with needs_extra("runtime"):
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["litert_file"]

_VERSION = 3
_IDENTIFIER = b"TFL3"
_SIGNATURE = "serving_default"
_Op, _Options = schema.BuiltinOperator, schema.BuiltinOptions


def litert_file(model: Model, facts: str, *, int8: bool = False) -> bytes:
    """Return a recognizer as the bytes of a LiteRT file.

    Args:
        model: the recognizer.
        facts: JSON text that is kept as the file's metadata.
        int8: store the weights in 8 bits, one scale per unit: a quarter of the size, less exact.
    """
    operations = _LiteRTOperations(int8=int8)
    write_graph(model, operations)
    return operations.file(facts, outputs_of(model))


class _LiteRTOperations:
    """Collects tensors and operators of one subgraph; a tensor is its index."""

    selu_scale = SELU_SCALE

    def __init__(self, *, int8: bool) -> None:
        self._int8 = int8
        self._buffers = [schema.BufferT()]
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: list[int] = []
        self._widths: list[int] = []
        self._inputs: dict[str, int] = {}
        self._outputs: dict[str, int] = {}

    def input(self, name: str, width: int) -> int:
        self._inputs[name] = self._tensor(name, width)
        return self._inputs[name]

    def output(self, name: str, tensor: int) -> None:
        self._tensors[tensor].name = name.encode()
        self._outputs[name] = tensor

    def subtract(self, a: int, b: int) -> int:
        return self._operator(_Op.SUB, [a, b], self._widths[a], _Options.SubOptions, schema.SubOptionsT())

    def add(self, a: int, b: int) -> int:
        return self._operator(_Op.ADD, [a, b], self._widths[a], _Options.AddOptions, schema.AddOptionsT())

    def multiply(self, a: int, b: Any) -> int:
        factor = b if isinstance(b, int) else self._constant(np.asarray(b, dtype=np.float32))
        width = max(self._widths[a], self._widths[factor])
        return self._operator(_Op.MUL, [a, factor], width, _Options.MulOptions, schema.MulOptionsT())

    def within_one(self, x: int) -> int:
        return self._operator(_Op.RELU_N1_TO_1, [x], self._widths[x])

    def at_least(self, x: int, least: float) -> int:
        floor = self._constant(np.float32(least))
        return self._operator(
            _Op.MAXIMUM,
            [x, floor],
            self._widths[x],
            _Options.MaximumMinimumOptions,
            schema.MaximumMinimumOptionsT(),
        )

    def absolute(self, x: int) -> int:
        return self._operator(_Op.ABS, [x], self._widths[x], _Options.AbsOptions, schema.AbsOptionsT())

    def log(self, x: int) -> int:
        return self._operator(_Op.LOG, [x], self._widths[x])

    def exp(self, x: int) -> int:
        return self._operator(_Op.EXP, [x], self._widths[x], _Options.ExpOptions, schema.ExpOptionsT())

    def beside(self, parts: Sequence[int]) -> int:
        options = schema.ConcatenationOptionsT()
        options.axis = 1
        width = sum(self._widths[part] for part in parts)
        return self._operator(_Op.CONCATENATION, list(parts), width, _Options.ConcatenationOptions, options)

    def dense(self, x: int, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> int:
        weights = np.ascontiguousarray(kernel.T)  # LiteRT wants (outputs, inputs)
        # Zeros stay single: they are there to pass on NaN, which 8 bits can't.
        stored = self._quantized(weights) if self._int8 and weights.any() else self._constant(weights)
        options = schema.FullyConnectedOptionsT()
        options.keepNumDims = False
        return self._operator(
            _Op.FULLY_CONNECTED,
            [x, stored, self._constant(bias)],
            len(bias),
            _Options.FullyConnectedOptions,
            options,
        )

    def selu(self, x: int) -> int:
        """ELU, then its negative part times alpha; the scale stands in the next layer's weights."""
        width = self._widths[x]
        options = schema.LeakyReluOptionsT()
        options.alpha = SELU_ALPHA
        return self._operator(
            _Op.LEAKY_RELU, [self._operator(_Op.ELU, [x], width)], width, _Options.LeakyReluOptions, options
        )

    def softmax(self, x: int) -> int:
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        return self._operator(_Op.SOFTMAX, [x], self._widths[x], _Options.SoftmaxOptions, options)

    def file(self, facts: str, outputs: Sequence[str]) -> bytes:
        """Return the whole file."""
        self._outputs = {name: self._outputs[name] for name in outputs}
        model = schema.ModelT()
        model.version = _VERSION
        model.description = b"Mimik"
        model.subgraphs = [self._subgraph()]
        model.operatorCodes = [_code(code) for code in self._codes]
        model.metadata = [self._metadata(facts)]
        model.signatureDefs = [self._signature()]
        model.buffers = self._buffers
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), file_identifier=_IDENTIFIER)
        return bytes(builder.Output())

    def _subgraph(self) -> Any:
        subgraph = schema.SubGraphT()
        subgraph.name = b"main"
        subgraph.tensors, subgraph.operators = self._tensors, self._operators
        subgraph.inputs, subgraph.outputs = list(self._inputs.values()), list(self._outputs.values())
        return subgraph

    def _metadata(self, facts: str) -> Any:
        metadata = schema.MetadataT()
        metadata.name = METADATA.encode()
        metadata.buffer = self._buffer(facts.encode())
        return metadata

    def _signature(self) -> Any:
        signature = schema.SignatureDefT()
        signature.signatureKey = _SIGNATURE.encode()
        signature.subgraphIndex = 0
        signature.inputs, signature.outputs = _named(self._inputs), _named(self._outputs)
        return signature

    def _operator(self, code: int, inputs: list[int], width: int, kind: int = 0, options: Any = None) -> int:
        if code not in self._codes:
            self._codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = self._codes.index(code)
        operator.inputs = inputs
        output = self._tensor(f"tensor_{len(self._tensors)}", width)
        operator.outputs = [output]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        self._operators.append(operator)
        return output

    def _tensor(self, name: str, width: int) -> int:
        """Add a tensor that is computed: one frame, or as many as it is resized to."""
        return self._append(name, [1, width], schema.TensorType.FLOAT32, 0, signature=[-1, width])

    def _constant(self, array: NDArray[np.float32] | np.float32) -> int:
        array = np.asarray(array, dtype="<f4")
        shape = list(array.shape)
        return self._append(
            f"constant_{len(self._tensors)}",
            shape,
            schema.TensorType.FLOAT32,
            self._buffer(array.tobytes()),
        )

    def _quantized(self, weights: NDArray[np.float32]) -> int:
        """Add weights (outputs, inputs) in 8 bits, symmetric, with one scale per output."""
        scale = np.maximum(np.abs(weights).max(axis=1), np.float32(1e-12)) / np.float32(127)
        stored = np.clip(np.round(weights / scale[:, np.newaxis]), -127, 127).astype(np.int8)
        index = self._append(
            f"constant_{len(self._tensors)}",
            list(weights.shape),
            schema.TensorType.INT8,
            self._buffer(stored.tobytes()),
        )
        quantization = schema.QuantizationParametersT()
        quantization.scale = scale.tolist()
        quantization.zeroPoint = [0] * len(scale)
        quantization.quantizedDimension = 0
        self._tensors[index].quantization = quantization
        return index

    def _append(
        self, name: str, shape: list[int], kind: int, buffer: int, *, signature: list[int] | None = None
    ) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name.encode(), shape, kind, buffer
        tensor.shapeSignature = signature
        tensor.hasRank = True
        self._tensors.append(tensor)
        self._widths.append(shape[-1] if shape else 1)
        return len(self._tensors) - 1

    def _buffer(self, content: bytes) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, dtype=np.uint8)
        self._buffers.append(buffer)
        return len(self._buffers) - 1


def _code(builtin: int) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = builtin
    code.deprecatedBuiltinCode = min(builtin, 127)
    code.version = 1
    return code


def _named(tensors: Mapping[str, int]) -> list[Any]:
    maps = []
    for name, index in tensors.items():
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = name.encode(), index
        maps.append(entry)
    return maps
