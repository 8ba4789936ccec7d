"""Calibration: probabilities that are as bold as they are right on people not seen.

One number, the temperature, divides the last layer, which changes no decision about a frame: Guo et al. 2017,
On Calibration of Modern Neural Networks, section 4.2. It is fitted on training people held out for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra

with needs_extra("learn"):
    from scipy.optimize import minimize_scalar

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST_PEOPLE", "held_out_people", "softened", "temperature"]

LEAST_PEOPLE = 5
"""With fewer people none can be spared."""

_SHARE = 0.2
_COLDEST, _HOTTEST = 0.25, 10.0
_NEVER_ZERO = 1e-7


def held_out_people(person: NDArray[np.integer], *, seed: int) -> NDArray[np.bool_] | None:
    """Return the rows (n,) of a fifth of the people, or None if there are fewer than ``LEAST_PEOPLE``."""
    people = np.unique(person)
    if len(people) < LEAST_PEOPLE:
        return None
    count = max(1, round(_SHARE * len(people)))
    return np.isin(person, np.random.default_rng(seed).choice(people, count, replace=False))


def temperature(p: NDArray[np.floating], y: NDArray[np.integer]) -> float:
    """Return the temperature that makes the labels most probable, 0.25 to 10; above 1 where p is too bold.

    Args:
        p: probabilities (n, k).
        y: (n,) codes of the labels.
    """
    logits = np.log(np.maximum(p.astype(np.float64), _NEVER_ZERO))

    def surprise(log_t: float) -> float:
        scaled = logits / np.exp(log_t)
        scaled -= scaled.max(axis=1, keepdims=True)
        own = scaled[np.arange(len(y)), y]
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - own))

    found = minimize_scalar(surprise, bounds=(np.log(_COLDEST), np.log(_HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def softened(
    kernels: Sequence[NDArray[np.float32]], biases: Sequence[NDArray[np.float32]], by: float
) -> tuple[tuple[NDArray[np.float32], ...], tuple[NDArray[np.float32], ...]]:
    """Return a network's weights with the last layer divided by a temperature."""
    return (
        (*kernels[:-1], (kernels[-1] / by).astype(np.float32)),
        (*biases[:-1], (biases[-1] / by).astype(np.float32)),
    )
