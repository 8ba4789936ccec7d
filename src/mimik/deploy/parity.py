"""Whether an exported file, run by its own runtime, says what the recognizer says in double precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.deploy.reference import reference
from mimik.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from mimik.deploy.vectors import Vectors
    from mimik.learn.model import Model

    Run = Callable[[Mapping[str, NDArray[np.float32]]], tuple[NDArray[np.float32], NDArray[np.float32]]]
    """From inputs by name to probabilities (n, labels) and next memory (n, channels x memories)."""

__all__ = ["TOLERANCE", "Parity", "measure", "tolerance_for"]

TOLERANCE = 1e-5
"""Largest difference of a probability, of files in single precision; see also ``tolerance_for``."""

_AS_GOOD_AS = 2.0
"""A file may be so many times as far off as NumPy in single precision."""

_MEMORY_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a file is from the recognizer.

    Attributes:
        frames: number of frames compared.
        largest: largest difference of a probability.
        memory: largest difference of what is remembered; 0 without a memory.
        other_labels: frames of another label, ties aside: those whose two best are nearer than twice
            ``largest``, so that such a difference may turn them.
        ties: frames of another label that are such ties.
    """

    frames: int
    largest: float
    memory: float
    other_labels: int
    ties: int

    def refuse_beyond(self, tolerance: float, *, what: str, labels_may_differ: bool = False) -> None:
        """Raise ``ModelError`` if the file differs by more than the tolerance, or in a label."""
        near = self.largest <= tolerance and self.memory <= _MEMORY_TOLERANCE
        if near and (labels_may_differ or not self.other_labels):
            return
        raise ModelError(
            f"{what} differs from the model: a probability by {self.largest:.2g} (expected at most"
            f" {tolerance:g}), what is remembered by {self.memory:.2g}, the label of {self.other_labels} of"
            f" {self.frames:,} frames. Nothing was written.",
            hint="Is the runtime a recent one? Otherwise please report it: the export is wrong.",
        )


def tolerance_for(model: Model, vectors: Vectors) -> float:
    """Return how far a file in single precision may be off: 1e-5, or what single precision itself costs.

    Networks that are very sure of themselves magnify the last digit: there even NumPy is off by more.
    """
    p, _ = reference(model, vectors.inputs, precision=np.float32)
    return max(TOLERANCE, _AS_GOOD_AS * float(np.abs(p - vectors.probabilities).max(initial=0.0)))


def measure(vectors: Vectors, run: Run) -> Parity:
    """Run a file on vectors and compare.

    Args:
        vectors: inputs and what they must give.
        run: the file in its runtime.
    """
    p, memory = run(vectors.inputs)
    expected = vectors.probabilities
    apart = np.abs(p - expected)
    largest = float(apart.max(initial=0.0)) if np.isfinite(p).all() else float("inf")
    other = p.argmax(axis=1) != expected.argmax(axis=1)
    best = np.sort(expected[other], axis=1)
    ties = int(np.count_nonzero(best[:, -1] - best[:, -2] <= 2 * largest))
    remembered = np.abs(memory - vectors.memory).max(initial=0.0)
    return Parity(len(vectors), largest, float(remembered), int(np.count_nonzero(other)) - ties, ties)
