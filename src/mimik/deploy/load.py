"""``mimik.load``: a model file, ready to recognise frame by frame in microseconds."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.deploy.facts import facts_of
from mimik.deploy.formats import litert_content, onnx_content
from mimik.errors import ModelError
from mimik.learn.modelfile import load_model
from mimik.learn.runtime import PlainRuntime, Runtime

if TYPE_CHECKING:
    from mimik.learn.model import Model

__all__ = ["RUNTIMES", "load", "ready", "runs_here"]

RUNTIMES = ("litert", "onnx", "numpy")
"""What a ``.mimik`` file can run on, the fastest first."""

_PACKAGES = {"litert": ("ai_edge_litert",), "onnx": ("onnx", "onnxruntime"), "numpy": ()}
_CONTENTS = {"litert": litert_content, "onnx": onnx_content}
_ENDINGS = {".tflite": "litert", ".onnx": "onnx"}


def load(path: str | Path, *, runtime: str | None = None) -> Runtime:
    """Return a recognizer that is ready to run: ``load("model.mimik").predict_proba(frame)``.

    Args:
        path: a ``.mimik`` file, or a ``.tflite`` or ``.onnx`` file that ``mimik export`` wrote.
        runtime: for a ``.mimik`` file one of ``RUNTIMES``; by default the fastest that is installed.

    Raises:
        ModelError: the file cannot be read or used, or the runtime is unknown or not one for this file.
        MissingExtra: the runtime is not installed.
    """
    path = Path(path)
    if path.suffix.lower() == ".mlpackage":
        raise ModelError(
            f"{path} is for Core ML, which runs on Apple devices only.",
            hint="Load the .mimik file that it was exported from.",
        )
    if path.suffix.lower() not in _ENDINGS:
        return ready(load_model(path), runtime=runtime)
    kind = _ENDINGS[path.suffix.lower()]
    if runtime not in (None, kind):
        raise ModelError(
            f"Expected a runtime for {path.suffix} files, found {runtime!r}.",
            hint=f"Leave it out, or load the .mimik file that {path.name} was exported from.",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", hint="Check the path.") from error
    return _of_file(kind, content, str(path))


def ready(model: Model, *, runtime: str | None = None) -> Runtime:
    """Return a model in memory, ready to run; arguments and errors as for ``load``."""
    chosen = runtime or next(name for name in RUNTIMES if _installed(name))
    if chosen == "numpy":
        return PlainRuntime(model)
    if chosen not in RUNTIMES:
        raise ModelError(
            f"Expected a runtime such as {', '.join(RUNTIMES)}, found {chosen!r}.",
            hint="Leave it out for the fastest that is installed.",
        )
    content = _CONTENTS[chosen](model, facts_of(model, data_licence=""))
    return _of_file(chosen, content, "the model in memory")


def runs_here(path: Path) -> bool:
    """Whether ``load`` can run such a file with what is installed."""
    kind = _ENDINGS.get(path.suffix.lower())
    return kind is not None and _installed(kind)


def _installed(runtime: str) -> bool:
    return all(find_spec(package) is not None for package in _PACKAGES[runtime])


def _of_file(kind: str, content: bytes, where: str) -> Runtime:
    if kind == "litert":
        from mimik.deploy.runtimes.litert import LiteRTRuntime

        return LiteRTRuntime(content, where=where)
    from mimik.deploy.runtimes.onnx import OnnxRuntime

    return OnnxRuntime(content, where=where)
