"""What a file says of the frames of a study, against what the recognizer says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.frame import N_COLUMNS, Block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.model import Model
    from mimik.learn.runtime import Runtime

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A file and its recognizer on the same frames.

    Attributes:
        frames: how many.
        same: share of frames with the same label, 0..1.
        largest: largest difference of a probability.
        accuracy: share of frames whose shown expression the recognizer names, 0..1.
        accuracy_of_file: that of the file.
    """

    frames: int
    same: float
    largest: float
    accuracy: float
    accuracy_of_file: float


def agreement(dataset: Dataset, model: Model, runtime: Runtime) -> Agreement:
    """Compare a file with its recognizer on the frames of a study, recording by recording.

    Args:
        dataset: the frames; those without one of the model's labels are passed over.
        model: the recognizer.
        runtime: the file.

    Raises:
        DataError: not one frame shows an expression that the model knows.
    """
    labels = np.array([str(label) for label in model.card.labels])
    code = {label: i for i, label in enumerate(labels.tolist())}
    expected = np.array([code.get(name, -1) for name in dataset.expressions])[dataset.y]
    known = (expected >= 0) & np.isfinite(dataset.X).any(axis=1)
    if not known.any():
        raise DataError(
            f"Expected frames of {', '.join(labels)} in the study, found none.",
            hint="Name the study that the model was trained on, or one with the same expressions.",
        )
    # Recording by recording, so in the order of the recordings.
    y = expected[known][np.argsort(dataset.recording[known], kind="stable")]
    ours, theirs = (_predicted(dataset, known, machine) for machine in (model, runtime))
    return Agreement(
        frames=int(known.sum()),
        same=float(np.mean(ours.argmax(axis=1) == theirs.argmax(axis=1))),
        largest=float(np.abs(ours - theirs).max()),
        accuracy=float(np.mean(ours.argmax(axis=1) == y)),
        accuracy_of_file=float(np.mean(theirs.argmax(axis=1) == y)),
    )


def _predicted(dataset: Dataset, known: NDArray[np.bool_], machine: Model | Runtime) -> NDArray[np.float32]:
    """Return the probabilities of the chosen frames, float32 (m, labels)."""
    parts = []
    for recording in np.unique(dataset.recording[known]):
        rows = np.flatnonzero(known & (dataset.recording == recording))
        block = _block(dataset.X[rows], dataset.device_time[rows])
        parts.append(machine.predict_proba(block, resting=dataset.resting[recording]))
    return np.concatenate(parts)


def _block(X: NDArray[np.float32], device_time: NDArray[np.float64]) -> Block:
    values = np.full((len(X), N_COLUMNS), np.nan, dtype=np.float32)
    values[:, : X.shape[1]] = X
    nowhere = np.full(len(X), -1, dtype=np.int32)
    return Block(nowhere, device_time, np.full(len(X), np.nan), np.ones(len(X), dtype=np.bool_), values)
