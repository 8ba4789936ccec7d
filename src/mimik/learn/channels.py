"""Which coefficients can be used: what a source does not deliver is NaN in all its frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["DELIVERED", "common_channels", "delivered", "without_channels"]

DELIVERED = 0.99
"""A channel counts as delivered if at least this share of the frames has it."""


def delivered(X: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the positions of the channels that X (n, 52) has.

    Raises:
        DataError: there is no frame, or no such channel.
    """
    if len(X) == 0:
        raise DataError("There is not one frame to learn from.")
    present = np.isfinite(X).mean(axis=0, dtype=np.float64)
    chosen = np.flatnonzero(present >= DELIVERED)
    if len(chosen) == 0:
        raise DataError(
            f"No coefficient is present in {DELIVERED:.0%} of the {len(X)} frames.",
            hint="Leave out frames without a face, and check which coefficients the source delivers.",
        )
    return chosen


def common_channels(dataset: Dataset) -> tuple[Dataset, tuple[Notice, ...]]:
    """Take away channels that some people's source did not deliver: nobody could be tested on them."""
    people = range(dataset.n_participants)
    share = np.array([np.isfinite(dataset.X[dataset.participant == i]).mean(axis=0) for i in people])
    partly = (share.min(axis=0) < DELIVERED) & (share.max(axis=0) > 0)
    if not partly.any():
        return dataset, ()
    names = ", ".join(name for name, gone in zip(BLEND_SHAPES, partly, strict=True) if gone)
    text = f"Not delivered by every participant's source, and left out for all: {names}."
    X = np.where(partly, np.float32(np.nan), dataset.X)
    return replace(dataset, X=X), (Notice("channels-left-out", "warning", text),)


def without_channels(dataset: Dataset, names: Collection[str]) -> Dataset:
    """Return the data set as if its sources had not delivered some blend shapes.

    What is trained on it does without them, and so can be used where they are not to be had.
    """
    gone = np.isin(BLEND_SHAPES, list(names))
    return replace(dataset, X=np.where(gone, np.float32(np.nan), dataset.X))
