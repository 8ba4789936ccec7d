"""The resting face of a person in one sitting: where their expressions start from."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.protocol import Protocol

__all__ = [
    "BEFORE_REACTION",
    "LEAST_FRAMES",
    "RESTING",
    "RESTING_SECONDS",
    "expressions_at_rest",
    "known_quantile",
    "resting_face",
    "resting_frames",
    "starting_frames",
]

RESTING = "neutral"
"""The expression, in small or capital letters, of a trial that shows the resting face, besides those that a
protocol marks as baseline."""

RESTING_SECONDS = 3.0
"""How much of a neutral trial gives the resting face: what a live user can be asked for, too."""

BEFORE_REACTION = 0.8
"""Seconds after the first prompt of a session in which nobody shows anything yet: people take one to two
(Hartmann et al. 2022, discussion)."""

LEAST_FRAMES = 15
"""With fewer frames nothing is known about how somebody looks at rest."""

_QUIET = 0.25
"""A face at rest is quieter than three quarters of a session that asks for expressions."""

_MOVED = np.array([not name.startswith(("eyeBlink", "eyeLook")) for name in BLEND_SHAPES])
"""Channels that say how much a face shows; blinks and glances come and go."""


def resting_frames(device_time: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which frames of a neutral trial give the resting face (n,).

    The first ``RESTING_SECONDS``, at most half of the trial: the rest may train and test.
    """
    if not len(device_time):
        return np.zeros(0, dtype=bool)
    seconds = device_time - device_time[0]
    chosen: NDArray[np.bool_] = seconds < min(RESTING_SECONDS, float(seconds[-1]) / 2)
    return chosen


def starting_frames(X: NDArray[np.float32], device_time: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which frames of a session show the face before the first expression (n,); none if it was shown.

    For sessions without a neutral trial whose trials start by themselves: the first prompt has just appeared.

    Args:
        X: float32 (n, 52), the tracked frames of the whole session in order, of the first trial first.
        device_time: float64 (n,), seconds.
    """
    chosen: NDArray[np.bool_] = np.zeros(len(X), dtype=bool)
    first = device_time - device_time[:1] < BEFORE_REACTION
    chosen[: len(first) if first.all() else int(first.argmin())] = True
    shown = np.nansum(X[:, _MOVED], axis=1)
    if not chosen.any() or np.median(shown[chosen]) > np.quantile(shown, _QUIET):
        chosen[:] = False
    return chosen


def expressions_at_rest(protocol: Protocol) -> frozenset[str]:
    """Return the expressions, in small letters, whose trials show the resting face."""
    return frozenset({trial.expression.lower() for trial in protocol.trials if trial.baseline} | {RESTING})


def resting_face(X: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return the median of each coefficient, float32 (52,), which blinks don't move.

    Args:
        X: float32 (n, 52), frames of a person at rest; a channel that was not delivered is NaN.

    Returns:
        The face, or None if there are fewer than ``LEAST_FRAMES``; NaN where no frame has a value.
    """
    return None if len(X) < LEAST_FRAMES else known_quantile(X, 0.5)


def known_quantile(X: NDArray[np.float32], q: float) -> NDArray[np.float32]:
    """Return a quantile of each column, float32 (k,), over what is known of it; NaN where nothing is.

    Args:
        X: float32 (n, k), n > 0; NaN where a value is not known.
        q: 0..1.
    """
    if not np.isnan(X).any():
        return np.asarray(np.median(X, axis=0) if q == 0.5 else np.quantile(X, q, axis=0), dtype=np.float32)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN")
        return np.asarray(np.nanquantile(X, q, axis=0), dtype=np.float32)
