"""ONNX Runtime (.onnx): wherever there is one, the browser included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.facts import METADATA, read_facts
from mimik.deploy.graph import COEFFICIENTS, MEMORY, NEXT_MEMORY, PROBABILITIES
from mimik.deploy.runtimes.exported import ExportedRuntime
from mimik.deploy.seal import check_seal
from mimik.errors import ModelDamaged
from mimik.extras import needs_extra

with needs_extra("export"):
    import onnxruntime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["OnnxRuntime"]

_ERRORS_ONLY = 3


class OnnxRuntime(ExportedRuntime):
    """A ``Runtime`` on ONNX Runtime, one thread.

    Args:
        content: the bytes of a file that Mimik exported.
        where: names it in errors.

    Raises:
        ModelDamaged: it is no such file.
    """

    name = "ONNX Runtime"

    def __init__(self, content: bytes, *, where: str) -> None:
        check_seal(content, where=where)
        self._session = _session(content, where)
        properties = self._session.get_modelmeta().custom_metadata_map
        super().__init__(read_facts(properties.get(METADATA, ""), where=where))
        outputs = [output.name for output in self._session.get_outputs()]
        self._outputs = [name for name in (PROBABILITIES, NEXT_MEMORY) if name in outputs]
        self._feed: dict[str, NDArray[np.float32]] = {}
        self._rest(None)

    def run(
        self, inputs: Mapping[str, NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the file on many frames as it is; see ``ExportedRuntime.run``."""
        p, *memory = self._session.run(self._outputs, dict(inputs))
        return p, memory[0] if memory else np.empty((len(p), 0), dtype=np.float32)

    def _one(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        self._feed[COEFFICIENTS] = x[np.newaxis]
        p, *memory = self._session.run(self._outputs, self._feed)
        if memory:
            self._feed[MEMORY] = memory[0]
        probabilities: NDArray[np.float32] = p
        return probabilities

    def _set(self, name: str, value: NDArray[np.float32]) -> None:
        self._feed[name] = value


def _session(content: bytes, where: str) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no other base
        raise ModelDamaged(
            f"{where} is no ONNX file that ONNX Runtime can run: {str(error)[:200]}",
            hint="Export the model again: mimik export MODEL --to onnx",
        ) from error
