"""When in a session its participant was at rest, and how they looked then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.baseline import Baseline
from mimik.study.resting import expressions_at_rest, resting_face, resting_frames, starting_frames
from mimik.study.session import COMPLETE, EXCLUDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.protocol import Protocol
    from mimik.study.frames import SessionFrames
    from mimik.study.session import SessionInfo, TrialInfo

__all__ = ["AtRest", "neutral_face"]


@dataclass(frozen=True, slots=True)
class AtRest:
    """When in a session its participant was at rest.

    Attributes:
        trial: number of the neutral trial, or None.
        from_start: whether the first trial began by itself, before anybody could react.
    """

    trial: int | None
    from_start: bool

    @classmethod
    def of(cls, protocol: Protocol, info: SessionInfo, trials: Iterable[TrialInfo]) -> AtRest:
        """Return what the protocol and the usable trials of a session tell."""
        neutral = expressions_at_rest(protocol)
        first = next((trial.trial for trial in trials if trial.expression.lower() in neutral), None)
        begun = next((trial.outcome for trial in info.trials if trial.outcome != "redone"), "")
        whole = info.status == COMPLETE and begun != EXCLUDED
        return cls(first, protocol.start == "automatic" and whole)

    def face(self, frames: SessionFrames) -> tuple[NDArray[np.float32] | None, NDArray[np.intp]]:
        """Return the resting face, float32 (52,) or None, and the positions of the frames that told it.

        ``frames`` are those of the whole session, with the 52 coefficients first.
        """
        rows = np.flatnonzero(frames.block.tracked)
        values, time = frames.block.values[:, : len(BLEND_SHAPES)], frames.block.device_time
        face = None
        if self.trial is not None:
            rows = rows[frames.trial[rows] == self.trial]
            rows = rows[resting_frames(time[rows])]
            face = neutral_face(values[rows], time[rows]).face
        elif self.from_start:
            rows = rows[starting_frames(values[rows], time[rows])]
            face = resting_face(values[rows])
        return face, rows if face is not None else rows[:0]


def neutral_face(X: NDArray[np.float32], device_time: NDArray[np.float64]) -> Baseline:
    """Return the resting face of somebody who was asked to look neutral, or why there is none.

    Args:
        X: float32 (n, 52), tracked frames.
        device_time: float64 (n,), seconds.
    """
    lasts = float(device_time[-1] - device_time[0]) if len(device_time) > 1 else 0.0
    return Baseline.from_frames(X, (len(X) - 1) / lasts if lasts > 0 else 1.0)
