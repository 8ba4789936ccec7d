"""What single rows cannot tell a classifier: whose a frame is, when it was seen, and that person at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

__all__ = ["Context", "one_recording", "wants_context"]


@dataclass(frozen=True, eq=False)
class Context:
    """Whose frames are, when they were seen, and how that person looks at rest.

    Frames of one recording follow each other in the order of time. Participants and recordings are codes that
    hold within this context only; a classifier must not learn them.

    Attributes:
        participant: int32 (n,).
        recording: int32 (n,), 0 <= recording < r.
        device_time: float64 (n,), seconds on the device's clock.
        resting: float32 (r, 52), the resting face of each recording's person in that session; a row of NaN
            where none is known.
    """

    participant: NDArray[np.int32]
    recording: NDArray[np.int32]
    device_time: NDArray[np.float64]
    resting: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.recording)

    def rows(self, which: Any) -> Context:
        """Return the context of some frames: a slice, a mask (n,) or ascending positions."""
        return Context(self.participant[which], self.recording[which], self.device_time[which], self.resting)


def one_recording(device_time: NDArray[np.float64]) -> Context:
    """Return the context of the frames (n,) of one recording of one person of unknown resting face."""
    nobody = np.zeros(len(device_time), dtype=np.int32)
    unknown = np.full((1, len(BLEND_SHAPES)), np.nan, dtype=np.float32)
    return Context(nobody, nobody, device_time, unknown)


def wants_context(estimator: Any) -> bool:
    """Whether ``fit`` and ``predict_proba`` take ``context=``: its class says ``uses_context = True``."""
    return bool(getattr(estimator, "uses_context", False))
