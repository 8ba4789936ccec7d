"""One face per recording: the expression while it is held, as a change from how its person looks else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.channels import DELIVERED
from mimik.learn.labels.onset import find_spans
from mimik.learn.labels.plateau import held_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["BASELINES", "Plateaus", "plateaus"]

BASELINES: Final = {
    "resting": "the person's resting face",
    "own": "the mean of the person's own expressions",
    "none": "no baseline",
}
"""What is taken away from a plateau, and how that reads."""


@dataclass(frozen=True, eq=False)
class Plateaus:
    """Held expressions, one row for each, or some rows per recording.

    Attributes:
        changes: float64 (m, 52), coefficients less the person's baseline, about -1..1; 0 where ``delivered``
            is not.
        start: float64 (52,), the mean baseline of all people, 0..1; 0 where not delivered.
        expression, participant, recording: int64 (m,), codes of the data set.
        delivered: bool (52,), channels that everybody's source delivered.
        baseline: key of ``BASELINES``.
    """

    changes: NDArray[np.float64]
    start: NDArray[np.float64]
    expression: NDArray[np.int64]
    participant: NDArray[np.int64]
    recording: NDArray[np.int64]
    delivered: NDArray[np.bool_]
    baseline: str

    def __len__(self) -> int:
        return len(self.changes)


def plateaus(
    dataset: Dataset,
    *,
    baseline: str | None = None,
    moments: int = 1,
    on_progress: Callable[[int, int], None] | None = None,
) -> Plateaus:
    """Return the median of each recording's held frames, from onset to offset, less a baseline.

    A median is not moved by blinks and short dips.

    Args:
        dataset: the frames.
        baseline: "resting", "own" (the mean of the person's expressions, each counting the same) or "none".
            None takes the first of these that everybody has: a resting face, two expressions.
        moments: rows per recording: its held frames are cut into so many parts of equal length.
        on_progress: called with (recordings done, recordings in all).

    Raises:
        DataError: the baseline is unknown, or somebody has none.
    """
    if moments < 1:
        raise DataError(f"expected at least 1 moment per recording, got {moments}")
    delivered = _delivered(dataset)
    faces, recording = _held_faces(dataset, delivered, moments, on_progress)
    first = np.zeros(dataset.n_recordings, dtype=np.int64)
    first[dataset.recording[::-1]] = np.arange(len(dataset))[::-1]
    expression = dataset.y[first][recording]
    participant = dataset.participant[first][recording].astype(np.int64)
    chosen = _checked(dataset, baseline, expression, participant)
    if chosen == "own":
        base = _own(faces, expression, participant)
    elif chosen == "resting":
        base = np.where(delivered, dataset.resting[recording].astype(np.float64), 0.0)
    else:
        base = np.zeros_like(faces)
    return Plateaus(faces - base, base.mean(axis=0), expression, participant, recording, delivered, chosen)


def _delivered(dataset: Dataset) -> NDArray[np.bool_]:
    share = np.ones(len(BLEND_SHAPES))
    for person in range(dataset.n_participants):
        share = np.minimum(share, np.isfinite(dataset.X[dataset.participant == person]).mean(axis=0))
    delivered: NDArray[np.bool_] = share >= DELIVERED
    if not delivered.any():
        raise DataError(
            f"expected channels that everybody's source delivered in {dataset.title!r}, found none",
            hint="leave out participants whose source delivers other channels",
        )
    return delivered


def _held_faces(
    dataset: Dataset,
    delivered: NDArray[np.bool_],
    moments: int,
    on_progress: Callable[[int, int], None] | None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    faces, recording = [], []
    start = 0
    for span in find_spans(dataset.X, dataset.context, on_progress=on_progress):
        rows = slice(start, start + span.frames)
        start += span.frames
        held = dataset.X[rows][held_frames(dataset.device_time[rows], span)].astype(np.float64)
        held = held[np.isfinite(held[:, delivered]).all(axis=1)]
        parts = [part for part in np.array_split(held, moments) if len(part)]
        faces += [np.where(delivered, np.median(np.nan_to_num(part), axis=0), 0.0) for part in parts]
        recording += [span.recording] * len(parts)
    return np.array(faces), np.array(recording, dtype=np.int64)


def _checked(
    dataset: Dataset,
    baseline: str | None,
    expression: NDArray[np.int64],
    participant: NDArray[np.int64],
) -> str:
    """Return the baseline to take, if everybody has it."""
    pairs = np.unique(np.stack([participant, expression]), axis=1)[0]
    has = {
        "resting": bool(np.isfinite(dataset.resting).any(axis=1).all()),
        "own": bool((np.bincount(pairs, minlength=dataset.n_participants) > 1).all()),
        "none": True,
    }
    if baseline is None:
        return next(name for name, there in has.items() if there)
    if baseline not in has:
        raise DataError(f"expected a baseline of {', '.join(has)}; got {baseline!r}")
    if not has[baseline]:
        lacks = {"resting": "a neutral trial in every session", "own": "two expressions of every person"}
        possible = " or ".join(name for name, there in has.items() if there)
        raise DataError(
            f"the baseline {baseline!r} needs {lacks[baseline]}, which {dataset.title!r} does not have",
            hint=f"take the baseline {possible}",
        )
    return baseline


def _own(
    faces: NDArray[np.float64], expression: NDArray[np.int64], participant: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean over each person's expressions of the mean of each, for every row (m, 52)."""
    base = np.empty_like(faces)
    for person in np.unique(participant):
        own = participant == person
        means = [faces[own & (expression == e)].mean(axis=0) for e in np.unique(expression[own])]
        base[own] = np.mean(means, axis=0)
    return base
