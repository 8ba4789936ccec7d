"""What a recognizer is timed on: made-up numbers or the frames of a study, prepared before the clock runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.frame import N_COLUMNS, Block, Frame
from mimik.learn.splits import PAPER_TEST_SHARE, frame_split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["FRAMES_A_SECOND", "Inputs", "random_inputs", "study_inputs"]

FRAMES_A_SECOND = 60
"""By which frames are apart on their clock, for recognizers with a memory."""

_TOGETHER = 4096
"""Frames prepared at a time: memory stays small, however many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Frames to be timed on.

    Attributes:
        name: as tables call them.
        n: how many.
        rows: returns the coefficients of those from a position up to another, float32 (rows, 52); the first
            is a multiple of 4,096.
    """

    name: str
    n: int
    rows: Callable[[int, int], NDArray[np.float32]]

    def __len__(self) -> int:
        """How many times ``frames`` yields."""
        return -(-self.n // _TOGETHER)

    def frames(self) -> Iterator[list[Frame]]:
        """Yield all frames, up to 4,096 at a time, 1/60 s apart on their clock."""
        for start in range(0, self.n, _TOGETHER):
            yield list(self.block(start, min(start + _TOGETHER, self.n)).frames())

    def block(self, start: int, stop: int) -> Block:
        """Return frames as one block; ``start`` as for ``rows``."""
        rows = self.rows(start, stop)
        values = np.full((len(rows), N_COLUMNS), np.nan, dtype=np.float32)
        values[:, : len(BLEND_SHAPES)] = rows
        number = np.arange(start, start + len(rows))
        return Block(
            number=number.astype(np.int32),
            device_time=number / FRAMES_A_SECOND,
            arrival_time=np.full(len(rows), np.nan),
            tracked=np.ones(len(rows), dtype=np.bool_),
            values=values,
        )


def random_inputs(n: int, *, seed: int = 0) -> Inputs:
    """Return made-up frames, each coefficient uniform in 0..1."""

    def rows(start: int, stop: int) -> NDArray[np.float32]:
        rng = np.random.default_rng((seed, start))
        return rng.random((stop - start, len(BLEND_SHAPES)), dtype=np.float32)

    return Inputs("random", n, rows)


def study_inputs(dataset: Dataset, channels: Sequence[str], *, seed: int = 0) -> tuple[Inputs, Inputs]:
    """Return test set and training set as published: 15 and 85 % of the frames, drawn frame by frame.

    For timing alone: such a split says nothing true about recognition. Frames come in random order, those
    that lack a channel are left out.

    Raises:
        DataError: hardly a frame has all channels.
    """
    whole = np.isfinite(dataset.X[:, [INDEX[name] for name in channels]]).all(axis=1)
    usable = np.flatnonzero(whole)
    if len(usable) < 2:
        raise DataError(
            f"Expected frames with {len(channels)} coefficients in {dataset.title!r}, found {len(usable)}.",
            hint="Leave out --study, and time on random inputs.",
        )
    split = frame_split(len(usable), seed=seed, test_share=PAPER_TEST_SHARE)
    rng = np.random.default_rng(seed)
    test, training = (rng.permutation(usable[side]) for side in (split.test(0), split.train(0)))
    return _of("test", dataset, test), _of("training", dataset, training)


def _of(name: str, dataset: Dataset, order: NDArray[np.intp]) -> Inputs:
    return Inputs(name, len(order), lambda start, stop: dataset.X[order[start:stop]])
