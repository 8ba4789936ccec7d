"""What a live recognizer says of one frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Recognition", "State"]


class State(Enum):
    """How sure the recognizer is."""

    RECOGNISED = "recognised"
    UNSURE = "unsure"
    """A face is seen, but no expression is probable enough."""
    RESTING = "resting"
    """The person was asked to look neutral, and their resting face is being learned."""
    NO_FACE = "no-face"
    """No face is in view, or the device is silent."""


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What is said after one frame, or after a silence.

    Attributes:
        device: number of the device, from 1.
        time: seconds since 1970 (UTC) when the frame arrived; after a silence, when it was noticed.
        device_time: seconds on the device's clock; NaN after a silence.
        state: how sure it is.
        expression: the label, where the state is ``RECOGNISED``; else None.
        confidence: smoothed probability of the most probable label, 0..1; NaN without a face.
        probabilities: float32 (labels,), of this frame alone; NaN without a face.
        smoothed: float32 (labels,), after smoothing; NaN without a face.
        coefficients: float32 (52,), as the device sent them; NaN without a face.
        changed: whether state or expression differ from those before.
    """

    device: int
    time: float
    device_time: float
    state: State
    expression: str | None
    confidence: float
    probabilities: NDArray[np.float32]
    smoothed: NDArray[np.float32]
    coefficients: NDArray[np.float32]
    changed: bool

    @property
    def said(self) -> str:
        """The expression, or else the state, in one word."""
        return self.expression or self.state.value
