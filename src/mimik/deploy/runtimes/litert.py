"""LiteRT (.tflite), the fastest of the well-kept runtimes for one frame at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.deploy.facts import METADATA, read_facts
from mimik.deploy.graph import COEFFICIENTS, MEMORY, NEXT_MEMORY, PROBABILITIES
from mimik.deploy.runtimes.exported import ExportedRuntime
from mimik.deploy.seal import check_seal
from mimik.errors import ModelDamaged
from mimik.extras import needs_extra
from mimik.quiet import quiet

with needs_extra("runtime"):
    from ai_edge_litert import schema_py_generated as schema
    from ai_edge_litert.interpreter import Interpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["LiteRTRuntime"]


class LiteRTRuntime(ExportedRuntime):
    """A ``Runtime`` on LiteRT, one thread.

    Args:
        content: the bytes of a file that Mimik exported.
        where: names it in errors.

    Raises:
        ModelDamaged: it is no such file.
    """

    name = "LiteRT"

    def __init__(self, content: bytes, *, where: str) -> None:
        super().__init__(read_facts(_metadata(content, where), where=where))
        self._content = content
        self._stream = _Interpreter(content)
        self._invoke, self._memory = self._stream.in_place()
        self._batch: _Interpreter | None = None
        self._coefficients = self._memory[COEFFICIENTS][0]
        self._probabilities = self._memory[PROBABILITIES]
        self._rest(None)

    def run(
        self, inputs: Mapping[str, NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the file on many frames as it is; see ``ExportedRuntime.run``."""
        if self._batch is None:
            self._batch = _Interpreter(self._content)
        return self._batch.run(inputs)

    def _one(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        self._coefficients[:] = x
        self._invoke()
        if self.remembers:
            self._set(MEMORY, self._memory[NEXT_MEMORY])
        # A copy: the next frame's answer is written into the same memory.
        return self._probabilities.copy()

    def _set(self, name: str, value: NDArray[np.float32]) -> None:
        self._memory[name][:] = value


class _Interpreter:
    """LiteRT's interpreter with inputs and outputs by name, for any number of frames.

    Attributes:
        inputs: name -> tensor.
        outputs: name -> tensor.
    """

    def __init__(self, content: bytes) -> None:
        with quiet():  # the first one of a process says that it has XNNPACK
            self._interpreter = Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        self.inputs = {d["name"]: d["index"] for d in self._interpreter.get_input_details()}
        self.outputs = {d["name"]: d["index"] for d in self._interpreter.get_output_details()}
        self._rows = 1

    def in_place(self) -> tuple[Callable[[], None], dict[str, NDArray[np.float32]]]:
        """Return what invokes, and the memory of inputs and outputs by name, each (1, width).

        Writing and reading there instead of handing arrays over saves half a microsecond a frame. It is for
        one frame at a time only: with another number of frames the memory would be somewhere else. That is
        why the public ``invoke`` refuses to run while it is held; the wrapped C++ object's is called.
        """
        tensors = (self.inputs | self.outputs).items()
        memory = {name: self._interpreter.tensor(index)() for name, index in tensors}
        return self._interpreter._interpreter.Invoke, memory

    def run(
        self, inputs: Mapping[str, NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        rows = len(inputs[COEFFICIENTS])
        if rows != self._rows:
            for name, value in inputs.items():
                self._interpreter.resize_tensor_input(self.inputs[name], value.shape)
            self._interpreter.allocate_tensors()
            self._rows = rows
        for name, value in inputs.items():
            self._interpreter.set_tensor(self.inputs[name], value)
        self._interpreter.invoke()
        p = self._interpreter.get_tensor(self.outputs[PROBABILITIES])
        if NEXT_MEMORY not in self.outputs:
            return p, np.empty((rows, 0), dtype=np.float32)
        return p, self._interpreter.get_tensor(self.outputs[NEXT_MEMORY])


def _metadata(content: bytes, where: str) -> str:
    """Return the JSON text inside the file."""
    check_seal(content, where=where)
    model = schema.Model.GetRootAs(content)
    entries = (model.Metadata(i) for i in range(model.MetadataLength()))
    entry = next((entry for entry in entries if entry.Name() == METADATA.encode()), None)
    if entry is None:
        raise ModelDamaged(
            f"{where} is no LiteRT file that Mimik exported.",
            hint="Export the model again: mimik export MODEL --to litert",
        )
    return bytes(model.Buffers(entry.Buffer()).DataAsNumpy()).decode()
