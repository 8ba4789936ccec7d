"""Drawing participants anew, with replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RESAMPLES", "resample_weights"]

RESAMPLES = 1000
"""How often the participants are drawn."""


def resample_weights(n_people: int, *, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Return how often each participant is drawn, with replacement, (resamples, n_people)."""
    rng = np.random.default_rng([seed, n_people])
    return rng.multinomial(n_people, np.full(n_people, 1 / n_people), size=resamples).astype(np.float64)
