"""Who and what stands on which side of each fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mimik.learn.splits import Split

__all__ = ["Sides"]


class Sides:
    """Counts of frames by group and label on both sides of each fold of a split.

    Args:
        split: of n frames.
        group: (n,) codes from 0, such as participants.
        y: (n,) codes of labels from 0.
        n_groups: how many groups there are.
        n_labels: how many labels.
    """

    def __init__(
        self,
        split: Split,
        group: NDArray[np.integer],
        y: NDArray[np.integer],
        *,
        n_groups: int,
        n_labels: int,
    ) -> None:
        self.split = split
        self._shape = (n_groups, n_labels)
        columns = [group.astype(np.int64) * n_labels + y, split.fold.astype(np.int64) + 1]
        if split.apart is not None:
            columns.append(np.unique(split.apart, return_inverse=True)[1].astype(np.int64))
        packed = columns[0]
        for column in columns[1:]:
            packed = packed * (int(column.max(initial=0)) + 1) + column
        _, first, counts = np.unique(packed, return_index=True, return_counts=True)
        self._cell, self._fold = columns[0][first], columns[1][first] - 1
        self._apart = columns[2][first] if split.apart is not None else None
        self._count = counts

    def test(self, fold: int) -> NDArray[np.int64]:
        """Return the test frames by group and label, (n_groups, n_labels)."""
        return self._counted(self._fold == fold)

    def train(self, fold: int) -> NDArray[np.int64]:
        """Return the training frames, likewise."""
        test = self._fold == fold
        if self._apart is None:
            return self._counted(~test)
        return self._counted(~np.isin(self._apart, self._apart[test]))

    def both(self) -> NDArray[np.bool_]:
        """Return which groups have frames on both sides of some fold, (n_groups,)."""
        there = np.zeros(self._shape[0], dtype=bool)
        for fold in range(self.split.n_folds):
            there |= (self.test(fold) > 0).any(axis=1) & (self.train(fold) > 0).any(axis=1)
        return there

    def folds(self) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the name of each fold, its training and its test frames by label, (n_labels,)."""
        for fold, name in enumerate(self.split.names):
            yield name, self.train(fold).sum(axis=0), self.test(fold).sum(axis=0)

    def _counted(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        size = self._shape[0] * self._shape[1]
        counts = np.bincount(self._cell[chosen], weights=self._count[chosen], minlength=size)
        return counts.astype(np.int64).reshape(self._shape)
