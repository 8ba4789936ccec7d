"""ONNX files, by ``onnx.helper``: for ONNX Runtime everywhere and onnxruntime-web in the browser."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.facts import METADATA
from mimik.deploy.graph import inputs_of, outputs_of, write_graph
from mimik.extras import needs_extra
from mimik.version import __version__

with needs_extra("export"):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["onnx_file"]

_OPSET = 13
"""Old enough for every runtime of the last years; all operations here have been the same since."""
_IR_VERSION = 8
_FRAMES = "frames"


def onnx_file(model: Model, facts: str, properties: Mapping[str, str]) -> bytes:
    """Return a recognizer as the bytes of an ONNX file; any number of frames at once.

    Args:
        model: the recognizer.
        facts: JSON text that is kept as the file's metadata.
        properties: further short texts for people who look into the file, by name.
    """
    operations = _OnnxOperations()
    write_graph(model, operations)
    return operations.file(model, {METADATA: facts, **properties})


class _OnnxOperations:
    """Collects the nodes of one graph; a tensor is its name."""

    selu_scale = 1.0

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._numbers = count()

    def input(self, name: str, width: int) -> str:  # noqa: ARG002 - told by ``inputs_of`` in ``file``
        return name

    def output(self, name: str, tensor: str) -> None:
        self._nodes.append(helper.make_node("Identity", [tensor], [name]))

    def subtract(self, a: str, b: str) -> str:
        return self._node("Sub", a, b)

    def add(self, a: str, b: str) -> str:
        return self._node("Add", a, b)

    def multiply(self, a: str, b: Any) -> str:
        return self._node("Mul", a, b if isinstance(b, str) else self._constant(b))

    def within_one(self, x: str) -> str:
        return self._node("Clip", x, self._constant(np.float32(-1)), self._constant(np.float32(1)))

    def at_least(self, x: str, least: float) -> str:
        return self._node("Max", x, self._constant(np.float32(least)))

    def absolute(self, x: str) -> str:
        return self._node("Abs", x)

    def log(self, x: str) -> str:
        return self._node("Log", x)

    def exp(self, x: str) -> str:
        return self._node("Exp", x)

    def beside(self, parts: Sequence[str]) -> str:
        return self._node("Concat", *parts, axis=1)

    def dense(self, x: str, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        return self._node("Gemm", x, self._constant(kernel), self._constant(bias))

    def selu(self, x: str) -> str:
        return self._node("Selu", x)

    def softmax(self, x: str) -> str:
        return self._node("Softmax", x, axis=1)

    def file(self, model: Model, properties: Mapping[str, str]) -> bytes:
        """Return the whole file."""
        inputs = [_frames(name, width) for name, width in inputs_of(model).items()]
        outputs = [_frames(name, None) for name in outputs_of(model)]
        graph = helper.make_graph(self._nodes, "mimik", inputs, outputs, self._constants)
        file = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            producer_name="mimik",
            producer_version=__version__,
        )
        helper.set_model_props(file, dict(properties))
        file = onnx.shape_inference.infer_shapes(file)
        onnx.checker.check_model(file, full_check=True)
        return bytes(file.SerializeToString(deterministic=True))

    def _node(self, kind: str, *inputs: str, **attributes: int) -> str:
        name = f"tensor_{next(self._numbers)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def _constant(self, array: Any) -> str:
        name = f"constant_{next(self._numbers)}"
        self._constants.append(numpy_helper.from_array(np.asarray(array, dtype=np.float32), name))
        return name


def _frames(name: str, width: int | None) -> Any:
    """Return what is said of an input or output (frames, width); a width of None is left to be inferred."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [_FRAMES, width])
