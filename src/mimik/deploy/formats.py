"""The formats a recognizer can be exported to, each with the runtime that checks what was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.facts import summary
from mimik.deploy.graph import NEXT_MEMORY, PROBABILITIES
from mimik.deploy.seal import sealed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.deploy.parity import Run
    from mimik.learn.model import Model

__all__ = ["FORMATS", "Format", "litert_content", "onnx_content"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        name: as users call it.
        ending: of its files.
        runtime: what checks a file that was written.
        int8: whether weights can be stored in 8 bits.
        write: writes a model with its facts to a path.
        open: returns what runs the file at a path.
    """

    name: str
    ending: str
    runtime: str
    int8: bool
    write: Callable[[Model, Mapping[str, Any], Path], None]
    open: Callable[[Path], Run]


def litert_content(model: Model, facts: Mapping[str, Any]) -> bytes:
    """Return a LiteRT file; 8-bit weights if the facts say so."""
    from mimik.deploy.litert import litert_file

    text = json.dumps(facts, ensure_ascii=False)
    return sealed(litert_file(model, text, int8=facts["weights"] == "int8"))


def onnx_content(model: Model, facts: Mapping[str, Any]) -> bytes:
    """Return an ONNX file."""
    from mimik.deploy.onnx import onnx_file

    return sealed(onnx_file(model, json.dumps(facts, ensure_ascii=False), summary(facts)))


def _open_litert(path: Path) -> Run:
    from mimik.deploy.runtimes.litert import LiteRTRuntime

    return LiteRTRuntime(path.read_bytes(), where=str(path)).run


def _open_onnx(path: Path) -> Run:
    from mimik.deploy.runtimes.onnx import OnnxRuntime

    return OnnxRuntime(path.read_bytes(), where=str(path)).run


def _write_coreml(model: Model, facts: Mapping[str, Any], path: Path) -> None:
    from mimik.deploy.coreml import write_coreml

    write_coreml(model, json.dumps(facts, ensure_ascii=False), summary(facts), path)


def _open_coreml(path: Path) -> Run:
    from mimik.deploy.coreml_reference import run_coreml

    def run(inputs: Mapping[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        outputs = run_coreml(path, inputs)
        p = outputs[PROBABILITIES]
        return p, outputs.get(NEXT_MEMORY, np.empty((len(p), 0), dtype=np.float32))

    return run


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "litert": Format(
            "LiteRT",
            ".tflite",
            "LiteRT",
            True,
            lambda model, facts, path: _put(path, litert_content(model, facts)),
            _open_litert,
        ),
        "onnx": Format(
            "ONNX",
            ".onnx",
            "ONNX Runtime",
            False,
            lambda model, facts, path: _put(path, onnx_content(model, facts)),
            _open_onnx,
        ),
        "coreml": Format("Core ML", ".mlpackage", "NumPy", False, _write_coreml, _open_coreml),
    }
)
"""Name for ``--to`` -> format."""


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
