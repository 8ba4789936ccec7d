"""A person's resting face from a few seconds of looking neutral, and whether these seconds will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.errors import DataError
from mimik.frame import Block
from mimik.learn.model import coefficients
from mimik.study.resting import resting_face

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Baseline"]

_SHORTEST = 1.0
"""Seconds with a face; shorter, and a single blink or smile is most of it."""

_TRACKED = 0.5
"""Least share of frames with a face."""

_CLOSED, _MOST_CLOSED = 0.5, 0.4
"""An eye is closed above the first; beyond the second, a share of the frames, that is no blinking."""

_STILL = 0.3
"""Most movement of a face at rest. Simulated people at rest move 0.11 to 0.28, within the first second of an
expression 0.34 or more; three seconds of a real neutral take 0.14 (median), of real expressions 0.3 to 1."""

_BLINKS = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_MOVES = np.array([not name.startswith(("eyeBlink", "eyeLook")) for name in BLEND_SHAPES])


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A resting face, or why there is none.

    Attributes:
        face: float32 (52,), the median of each coefficient, about 0..1; NaN where not delivered. None if the
            frames do not show a face at rest.
        reason: why there is none; empty if there is one.
        seconds: how long a face was seen.
        movement: how far the coefficients went, blinks and glances aside: root of the summed squares of their
            10 % to 90 % ranges; NaN without frames.
    """

    face: NDArray[np.float32] | None
    reason: str
    seconds: float
    movement: float

    @classmethod
    def from_frames(cls, X: Any, rate: float) -> Self:
        """Return the resting face that frames of somebody looking neutral show.

        Args:
            X: coefficients (n, 52), rows of NaN where no face was seen; or a ``Block``, or a table.
            rate: frames per second, > 0.

        Raises:
            DataError: X has another shape, or the rate is not above 0.
        """
        if not rate > 0:
            raise DataError(f"A resting face needs the frames per second, above 0; found {rate}.")
        values = coefficients(X)
        seen = X.tracked if isinstance(X, Block) else np.isfinite(values).any(axis=1)
        faces = values[seen & np.isfinite(values).any(axis=1)]
        seconds = len(faces) / rate
        movement = _movement(faces) if len(faces) else float("nan")
        reason = _why_not(len(faces), len(values), seconds, movement, _closed(faces))
        face = None if reason else resting_face(faces)
        if face is None and not reason:
            reason = f"a face was seen in {len(faces)} frames only"
        return cls(face, reason, seconds, movement)


def _why_not(faces: int, frames: int, seconds: float, movement: float, closed: float) -> str:
    if seconds < _SHORTEST:
        return f"a face was seen for {seconds:.1f} s, at least {_SHORTEST:g} s are needed"
    if faces < _TRACKED * frames:
        return f"a face was seen in {faces} of {frames} frames, at least half are needed"
    if closed > _MOST_CLOSED:
        return f"the eyes were closed in {closed:.0%} of the frames"
    if movement > _STILL:
        return f"the face moved by {movement:.2f}, at rest it is below {_STILL:g}"
    return ""


def _movement(faces: NDArray[np.float32]) -> float:
    low, high = np.quantile(faces[:, _MOVES], (0.1, 0.9), axis=0)
    return float(np.sqrt(np.nansum((high - low) ** 2)))


def _closed(faces: NDArray[np.float32]) -> float:
    """Return the share of frames with an eye closed; 0 where nothing tells."""
    return float(np.mean(np.any(faces[:, _BLINKS] > _CLOSED, axis=1))) if len(faces) else 0.0
