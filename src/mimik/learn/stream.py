"""A recognizer on frames as they come, with what it learns about the person in front of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.errors import DataError
from mimik.learn.at_rest import neutral_face
from mimik.learn.model import Model
from mimik.learn.runtime import PlainRuntime, Runtime
from mimik.study.resting import RESTING_SECONDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.frame import Frame

__all__ = ["Stream"]

_LONGEST_PAUSE = 1.0
"""Seconds without a face after which resting frames are collected anew: it may be somebody else."""


class Stream:
    """Recognises frame by frame; gives what ``Model.predict_proba`` gives for all frames with a face at once.

    Ask the person to look neutral and call ``rest()``: after ``RESTING_SECONDS`` of frames with a face their
    resting face is known and used from then on. Until then, and where it is never asked for, the model does
    without, as it does for people of unknown resting face in files.

    A model with a memory begins a recording with the first frame, and again when the resting face was
    learned: it has never seen means of which one part is away from the resting face and the other is not. A
    while without a face is a gap, as in files: what came before fades with its age. Who knows that somebody
    else sits down calls ``forget()``.

    Args:
        model: the recognizer, or a ``Runtime`` (``mimik.load``), which from then on serves this stream alone.
        resting: float32 (52,), the person's resting face if it is known already.

    Attributes:
        resting: float32 (52,), or None.
        reason: why the last seconds were no resting face, so that they are being collected anew; "" if they
            were.
    """

    def __init__(self, model: Model | Runtime, resting: NDArray[np.float32] | None = None) -> None:
        if resting is not None and np.shape(resting) != (len(BLEND_SHAPES),):
            raise DataError(
                f"expected a resting face of {len(BLEND_SHAPES)} numbers, got {np.shape(resting)}"
            )
        self._runtime = PlainRuntime(model) if isinstance(model, Model) else model
        self._runtime.forget()
        self.resting = resting
        self.reason = ""
        self._collected: list[Frame] | None = None

    @property
    def collecting(self) -> bool:
        """Whether frames of the resting face are still being collected."""
        return self._collected is not None

    def forget(self) -> None:
        """Begin anew with the next frame, which may be another recording; the resting face stays known."""
        self._runtime.forget()

    def rest(self) -> None:
        """Take the next seconds as the resting face; the last one is used meanwhile."""
        self._collected = []

    def push(self, frame: Frame) -> NDArray[np.float32] | None:
        """Return the probability of each label, float32 (labels,); None if the frame has no face."""
        if not frame.tracked:
            return None
        if self._collected is not None:
            self._collect(frame)
        found: NDArray[np.float32] = self._runtime.predict_proba(frame, resting=self.resting)[0]
        return found

    def _collect(self, frame: Frame) -> None:
        assert self._collected is not None
        if self._collected and not 0 <= frame.device_time - self._collected[-1].device_time < _LONGEST_PAUSE:
            self._collected.clear()
        self._collected.append(frame)
        lasts = frame.device_time - self._collected[0].device_time
        if lasts >= RESTING_SECONDS:
            self._look_at(self._collected)

    def _look_at(self, frames: list[Frame]) -> None:
        """Take the resting face, or begin again if the person did not hold still."""
        time = np.array([frame.device_time for frame in frames])
        found = neutral_face(np.stack([frame.coefficients for frame in frames]), time)
        self.reason = found.reason
        if found.face is None:
            frames.clear()
            return
        self.resting, self._collected = found.face, None
        self._runtime.forget()
