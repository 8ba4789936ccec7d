"""Who is timed: a model file, the same network on other runtimes, other files."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.deploy.bench.networks import jit_jax, keras_predict
from mimik.deploy.formats import FORMATS
from mimik.deploy.load import RUNTIMES, load
from mimik.errors import ModelError
from mimik.learn.modelfile import load_model

if TYPE_CHECKING:
    from mimik.learn.model import Model
    from mimik.learn.runtime import Runtime

__all__ = ["KINDS", "Contender", "contenders"]

_NETWORKS = {"keras": keras_predict, "jax": jit_jax}

KINDS = (*RUNTIMES, *_NETWORKS)
"""What the network of a ``.mimik`` file can be held against by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Contender:
    """Something that recognises, ready to run, and never run before.

    Attributes:
        name: as tables call it.
        runtime: what recognises.
        seconds: from the file to being ready.
    """

    name: str
    runtime: Runtime
    seconds: float


def contenders(model: Path, against: Sequence[str] = ()) -> list[Contender]:
    """Return a model on its fastest runtime, then what it is held against.

    Args:
        model: a ``.mimik``, ``.tflite`` or ``.onnx`` file.
        against: names of ``KINDS``, which need a ``.mimik`` file, or other files.

    Raises:
        ModelError: a file cannot be used, or a name is none of ``KINDS`` and no file.
        MissingExtra: what one of them needs is not installed.
    """
    first = _ready(lambda: load(model), file=model)
    found = [first, *(_contender(model, asked) for asked in against)]
    names = [contender.name for contender in found]
    return [
        Contender(f"{c.name} ({names[:i].count(c.name) + 1})", c.runtime, c.seconds)
        if names.count(c.name) > 1
        else c
        for i, c in enumerate(found)
    ]


def _contender(model: Path, asked: str) -> Contender:
    if asked in RUNTIMES:
        return _ready(lambda: load(model, runtime=asked))
    if asked in _NETWORKS:
        return _ready(lambda: _NETWORKS[asked](_trained(model, asked)))
    if not Path(asked).exists():
        raise ModelError(
            f"Expected a file, or one of {', '.join(KINDS)}, to hold the model against; found {asked!r}.",
            hint="Check the spelling and the path.",
        )
    return _ready(lambda: load(asked), file=Path(asked))


def _trained(path: Path, asked: str) -> Model:
    """Return the model itself, which only a .mimik file holds."""
    if path.suffix.lower() in {format.ending for format in FORMATS.values()}:
        raise ModelError(
            f"Expected a .mimik file to hold against {asked}, found {path}.",
            hint=f"Name the .mimik file that {path.name} was exported from.",
        )
    return load_model(path)


def _ready(make: Callable[[], Runtime], *, file: Path | None = None) -> Contender:
    before = time.perf_counter()
    runtime = make()
    seconds = time.perf_counter() - before
    name = f"{file.name} on {runtime.name}" if file else runtime.name
    return Contender(name, runtime, seconds)
