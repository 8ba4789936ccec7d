"""A recognizer on frames as they come, with what it learns about the person in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.resting import LEAST_FRAMES, RESTING_SECONDS, resting_face

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame
    from mimik.learn.model import Model

__all__ = ["Stream"]

_LONGEST_PAUSE = 1.0
"""Seconds without a face after which resting frames are collected anew: it may be somebody else."""


class Stream:
    """Recognises frame by frame; gives what ``Model.predict_proba`` gives for all frames at once.

    Ask the person to look neutral and call ``rest()``: after ``RESTING_SECONDS`` of frames with a face their
    resting face is known and used from then on. Until then, and where it is never asked for, the model does
    without, as it does for people of unknown resting face in files.

    Args:
        model: the recognizer.
        resting: float32 (52,), the person's resting face if it is known already.

    Attributes:
        resting: float32 (52,), or None.
    """

    def __init__(self, model: Model, resting: NDArray[np.float32] | None = None) -> None:
        if resting is not None and np.shape(resting) != (len(BLEND_SHAPES),):
            raise DataError(
                f"expected a resting face of {len(BLEND_SHAPES)} numbers, got {np.shape(resting)}"
            )
        self._model = model
        self.resting = resting
        self._collected: list[Frame] | None = None

    @property
    def collecting(self) -> bool:
        """Whether frames of the resting face are still being collected."""
        return self._collected is not None

    def rest(self) -> None:
        """Take the next seconds as the resting face; the last one is used meanwhile."""
        self._collected = []

    def push(self, frame: Frame) -> NDArray[np.float32] | None:
        """Return the probability of each label, float32 (labels,); None if the frame has no face."""
        if not frame.tracked:
            return None
        if self._collected is not None:
            self._collect(frame)
        found: NDArray[np.float32] = self._model.predict_proba(frame, resting=self.resting)[0]
        return found

    def _collect(self, frame: Frame) -> None:
        assert self._collected is not None
        if self._collected and not 0 <= frame.device_time - self._collected[-1].device_time < _LONGEST_PAUSE:
            self._collected.clear()
        self._collected.append(frame)
        lasts = frame.device_time - self._collected[0].device_time
        if lasts >= RESTING_SECONDS and len(self._collected) >= LEAST_FRAMES:
            self.resting = resting_face(np.stack([each.coefficients for each in self._collected]))
            self._collected = None
