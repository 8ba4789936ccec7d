"""Labels as they are handed to a recognizer: one for each frame, text or whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["class_labels", "refuse_single_class"]


def class_labels(y: ArrayLike, frames: int) -> NDArray[Any]:
    """Return the labels (n,) of so many frames.

    Raises:
        DataError: they are neither text nor whole numbers, or not one per frame.
    """
    labels = np.asarray(y)
    if labels.ndim != 1 or labels.dtype.kind not in "UOiub":
        raise DataError(
            f"Labels must be text or whole numbers, one per frame, found {labels.dtype} {labels.shape}."
        )
    if len(labels) != frames:
        raise DataError(f"There must be one label per frame, found {len(labels)} labels of {frames} frames.")
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def refuse_single_class(labels: NDArray[Any]) -> None:
    """Raise ``DataError`` if labels (n,) are not of two kinds or more."""
    if len(set(labels.tolist())) < 2:
        raise DataError("There must be frames of two expressions or more to tell apart.")
