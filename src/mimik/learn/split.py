"""What a split is: frames dealt into folds, and what is held out as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.notices import Notice

__all__ = ["Split", "SplitKind"]


class SplitKind(StrEnum):
    """What is held out as a whole."""

    PARTICIPANT = "participant"
    SITE = "site"
    DEVICE = "device"
    RECORDING = "recording"
    FRAME = "frame"

    @property
    def meaning(self) -> str:
        """What a result under this split says, in a few words."""
        return _MEANING[self]


_MEANING = {
    SplitKind.PARTICIPANT: "people never seen in training",
    SplitKind.SITE: "people of sites never seen in training",
    SplitKind.DEVICE: "people on devices never seen in training",
    SplitKind.RECORDING: "recordings never seen in training, of people who were",
    SplitKind.FRAME: "leaks: frames of one recording stand on both sides",
}


@dataclass(frozen=True, eq=False)
class Split:
    """Frames dealt into folds; each fold is tested by a recognizer trained on all other frames.

    Attributes:
        kind: what is held out as a whole.
        fold: int16 (n,), the fold in which a frame is tested, from 0; -1 if it only ever trains.
        n_folds: number of folds, at least 1.
        seed: what the dealing was drawn from.
        notices: what to read before the results.
        names: what each fold holds out, such as a site's name; "fold 1" and so on by default.
        apart: (n,) codes that may not stand on both sides; frames of the test side's codes don't train.
            None where the folds keep everybody apart already.
    """

    kind: SplitKind
    fold: NDArray[np.int16]
    n_folds: int
    seed: int
    notices: tuple[Notice, ...] = ()
    names: tuple[str, ...] = ()
    apart: NDArray[np.integer] | None = None

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", tuple(f"fold {i + 1}" for i in range(self.n_folds)))

    def train(self, fold: int) -> NDArray[np.intp]:
        """Return the positions of the frames that train for this fold, ascending."""
        if self.apart is None:
            return np.flatnonzero(self.fold != fold)
        return np.flatnonzero(~np.isin(self.apart, self.apart[self.fold == fold]))

    def test(self, fold: int) -> NDArray[np.intp]:
        """Return the positions of the frames that test in this fold, ascending."""
        return np.flatnonzero(self.fold == fold)
