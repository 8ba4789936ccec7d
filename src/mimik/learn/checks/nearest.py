"""How near people's faces come to each other, frame by frame.

A few frames of each person are looked up among many frames of everybody: the Euclidean distance of the
coefficients to the nearest one. Two frames of one person are far nearer than two of different people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.channels import DELIVERED

with needs_extra("learn"):
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["SAME", "Nearest"]

SAME = 0.5
"""Frames nearer than this share of what is usual between people are taken for one person's.

Measured on simulated people: the same person under two pseudonyms came to 0.17-0.29, two different people
never below 0.70 (cohorts of 5 to 226). Real takes of one person came to 0.44 of that to another person.
"""

_SAMPLED, _LEAST_EACH, _MOST_EACH = 1024, 4, 20
_LOOKED_UP = 1000  # frames of each person; neighbouring frames are nearly the same
_AT_ONCE = 512  # so that the distances stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Nearest:
    """Distances of sampled frames to all people.

    Attributes:
        faces: float32 (n, channels), all frames about their mean; 0 where not delivered.
        rows: int (p x each), positions of the sampled frames, a person's together.
        owner: int (rows,), whose they are.
        others: float32 (rows, p), distance to the nearest of each participant's frames; infinite to oneself.
        usual: the median over people of the distance to the nearest other person; NaN for fewer than two.
    """

    faces: NDArray[np.float32]
    rows: NDArray[np.intp]
    owner: NDArray[np.intp]
    others: NDArray[np.float32]
    usual: float

    @classmethod
    def of(cls, dataset: Dataset) -> Nearest:
        """Sample frames at even distances and look them up. The outcome hangs on nothing random."""
        people = dataset.n_participants
        by_person = np.argsort(dataset.participant, kind="stable")
        parts = np.split(by_person, np.cumsum(np.bincount(dataset.participant, minlength=people))[:-1])
        each = int(np.clip(_SAMPLED // people, _LEAST_EACH, _MOST_EACH))
        sampled = [_evenly(part, each) for part in parts]
        rows, owner = np.concatenate(sampled), np.repeat(np.arange(people), [len(part) for part in sampled])
        faces = _faces(dataset.X)
        others = np.full((len(rows), people), np.inf, dtype=np.float32)
        with one_thread():
            for i, part in enumerate(parts):
                if len(part):
                    others[:, i] = distances(faces[rows], faces[_evenly(part, _LOOKED_UP)])
        others[np.arange(len(rows)), owner] = np.inf
        return cls(faces, rows, owner, others, _usual(others, owner))

    def medians(self, distance: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the median of a distance (rows,), without NaN, over each person's sampled frames (p,)."""
        known = ~np.isnan(distance)
        people = range(self.others.shape[1])
        return np.array([_median(distance[known & (self.owner == i)]) for i in people], dtype=np.float64)

    @property
    def tells_people_apart(self) -> bool:
        """Whether different people's frames differ at all."""
        return bool(np.isfinite(self.usual) and self.usual > 0)


def one_thread() -> Any:
    """Return a context in which ``distances`` takes one thread: several would wait for each other."""
    return threadpool_limits(1)


def distances(these: NDArray[np.float32], those: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance of each of ``these`` (m, c) to the nearest of ``those`` (n, c), float32 (m,)."""
    # |a - b|^2 = |a|^2 + (|b|^2, b) . (1, -2 a): one product of matrices does most of the work
    left = np.column_stack([np.einsum("ij,ij->i", those, those), those])
    right = np.column_stack([np.ones(len(these), dtype=np.float32), -2 * these]).T
    best = np.full(len(these), np.inf, dtype=np.float32)
    for at in range(0, len(left), _AT_ONCE):
        np.minimum(best, (left[at : at + _AT_ONCE] @ right).min(axis=0), out=best)
    squares = best + np.einsum("ij,ij->i", these, these)
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def _evenly(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return at most so many of some positions, at even distances, none at the very ends."""
    if len(rows) <= most:
        return rows
    return rows[((np.arange(most) + 0.5) * len(rows) / most).astype(np.intp)]


def _faces(X: NDArray[np.float32]) -> NDArray[np.float32]:
    finite = np.isfinite(X)
    common = np.flatnonzero(finite.mean(axis=0) >= DELIVERED)
    faces = np.where(finite[:, common], X[:, common], np.float32(0))
    np.clip(faces, -1e3, 1e3, out=faces)
    faces -= faces.mean(axis=0, dtype=np.float64).astype(np.float32)
    return faces


def _usual(others: NDArray[np.float32], owner: NDArray[np.intp]) -> float:
    if others.shape[1] < 2:
        return float("nan")
    best = others.min(axis=1)
    return _median([_median(best[owner == i]) for i in range(others.shape[1]) if (owner == i).any()])


def _median(values: NDArray[np.floating] | Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else float("nan")
