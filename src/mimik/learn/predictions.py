"""What recognizers say of frames whose people (or recordings) they did not train on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.splits import Split

__all__ = ["FoldRun", "Predictions"]


@dataclass(frozen=True, eq=False)
class FoldRun:
    """What comes back from one fold.

    Attributes:
        fold: which, from 0.
        proba: float32 (m, k), of each test frame.
        graded: whether ``proba`` are probabilities; otherwise they are 1 for the label given and 0 else.
        training: int64 (k, k), confusion matrix of training frames (a sample of large sets), recognised anew
            after training.
        history: figures per epoch of training, if the classifier keeps any.
        seconds: of training and testing.
    """

    fold: int
    proba: NDArray[np.float32]
    graded: bool
    training: NDArray[np.int64]
    history: Mapping[str, tuple[float, ...]] | None
    seconds: float


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the recognizers of all folds say of the frames that they did not train on.

    Attributes:
        split: what was held out.
        proba: float32 (n, k), columns in the order of the data set's expressions; rows of NaN where a frame
            was never tested.
        graded: whether ``proba`` are probabilities; otherwise they are 1 for the label given and 0 else.
        folds: each fold.
    """

    split: Split
    proba: NDArray[np.float32]
    graded: bool
    folds: tuple[FoldRun, ...]

    @classmethod
    def gathered(cls, split: Split, folds: list[FoldRun]) -> Predictions:
        """Put the folds of a split together."""
        folds = sorted(folds, key=lambda run: run.fold)
        proba = np.full((len(split.fold), folds[0].proba.shape[1]), np.nan, dtype=np.float32)
        for run in folds:
            proba[split.test(run.fold)] = run.proba
        return cls(split, proba, all(run.graded for run in folds), tuple(folds))

    @property
    def tested(self) -> NDArray[np.bool_]:
        """Which frames were tested (n,)."""
        return np.asarray(self.split.fold >= 0)

    @property
    def codes(self) -> NDArray[np.int64]:
        """The label that each frame was given (n,), as code; -1 where it was never tested."""
        found = np.full(len(self.proba), -1, dtype=np.int64)
        found[self.tested] = self.proba[self.tested].argmax(axis=1)
        return found
