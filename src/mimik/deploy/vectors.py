"""Made-up inputs with the outputs they must give: for the check at export, and to check a port on a phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.deploy.graph import (
    COEFFICIENTS,
    ELAPSED,
    FIRST,
    MEMORY,
    NEXT_MEMORY,
    PROBABILITIES,
    RESTING,
    inputs_of,
)
from mimik.deploy.reference import reference
from mimik.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mimik.learn.model import Model

__all__ = ["Vectors", "write_golden"]

_GOLDEN_FRAMES = 32
_NOTE = "Made-up inputs, of no person. A port of the model must give these outputs within the tolerance."


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Inputs and what they must give.

    Attributes:
        inputs: by name, float32 (n, width).
        probabilities: float64 (n, labels).
        memory: float64 (n, channels x memories), after each frame; no columns without a memory.
    """

    inputs: dict[str, NDArray[np.float32]]
    probabilities: NDArray[np.floating]
    memory: NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.probabilities)

    @classmethod
    def made_up(cls, model: Model, frames: int, *, seed: int = 0) -> Vectors:
        """Return random faces, as trackers give them, some of them at rest, some of unknown resting face."""
        rng = np.random.default_rng(seed)
        inputs = {name: _random(rng, name, frames, width) for name, width in inputs_of(model).items()}
        if RESTING in inputs:
            unknown, at_rest = rng.random((2, frames, 1)) < 0.1
            inputs[RESTING] = np.where(unknown, np.float32(0), inputs[RESTING])
            inputs[COEFFICIENTS] = np.where(at_rest, inputs[RESTING], inputs[COEFFICIENTS])
        if MEMORY in inputs:
            inputs[MEMORY] = _remembered(rng, model, frames)
            first = inputs[ELAPSED] == np.float32(FIRST)
            inputs[MEMORY] = np.where(first, np.float32(0), inputs[MEMORY])
        return cls(inputs, *reference(model, inputs))


def _random(rng: np.random.Generator, name: str, frames: int, width: int) -> NDArray[np.float32]:
    if name == ELAPSED:
        seconds = rng.exponential(0.03, (frames, width))
        seconds[rng.random(frames) < 0.05] = FIRST
        return seconds.astype(np.float32)
    if name == RESTING:
        return rng.beta(0.5, 8.0, (frames, width)).astype(np.float32)
    return _faces(rng, frames, width)


def _remembered(rng: np.random.Generator, model: Model, frames: int) -> NDArray[np.float32]:
    """Return running means as other faces leave them, (frames, channels x memories)."""
    n = len(model.features.channels)
    face = np.full((frames, len(BLEND_SHAPES)), np.nan, dtype=np.float32)
    means = []
    for _ in model.features.memories:
        face[:, [INDEX[name] for name in model.features.channels]] = _faces(rng, frames, n)
        means.append(model.features.now(face))
    return np.concatenate(means, axis=1)


def _faces(rng: np.random.Generator, frames: int, width: int) -> NDArray[np.float32]:
    """Return faces as trackers give them: many channels at 0, most weak, some strong, a few out of range."""
    faces = rng.beta(0.3, 5.0, (frames, width)) * (rng.random((frames, width)) < 0.6)
    strong = rng.random(frames) < 0.2
    faces[strong] = rng.beta(0.4, 3.0, (int(strong.sum()), width))
    edges = rng.random((frames, width)) < 0.02
    faces[edges] = rng.uniform(-0.02, 1.06, int(edges.sum()))
    return faces.astype(np.float32)


def write_golden(path: Path, model: Model, tolerances: Mapping[str, float]) -> None:
    """Write vectors as JSON, for files of all formats.

    Args:
        path: the file.
        model: the recognizer.
        tolerances: how far a probability may be off, by how weights are stored.

    Raises:
        ModelError: the file cannot be written.
    """
    vectors = Vectors.made_up(model, _GOLDEN_FRAMES, seed=1)
    outputs: dict[str, Any] = {PROBABILITIES: _rows(vectors.probabilities)}
    if vectors.memory.shape[1]:
        outputs[NEXT_MEMORY] = _rows(vectors.memory)
    content = {
        "synthetic": True,
        "note": _NOTE,
        "labels": list(model.card.labels),
        "channels": list(model.card.channels),
        "tolerance": dict(tolerances),
        "inputs": {name: _rows(array) for name, array in vectors.inputs.items()},
        "outputs": outputs,
    }
    try:
        path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"The golden vectors cannot be written to {path}: {error.strerror}.") from error


def _rows(array: NDArray[np.floating]) -> list[list[float]]:
    return [[float(f"{value:.9g}") for value in row] for row in array]
