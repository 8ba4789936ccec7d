"""Whether other participants would give the same clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.clusters.number import fit_means
from mimik.learn.estimate import Estimate
from mimik.learn.metrics.intervals import FEW_PEOPLE, LEVEL
from mimik.learn.resampling import resample_weights

with needs_extra("learn"):
    from sklearn.metrics import adjusted_rand_score

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["PAIRS", "stability"]

PAIRS = 50
"""Pairs of resamples."""


def stability(
    changes: NDArray[np.float64],
    person: NDArray[np.int64],
    number: int,
    *,
    pairs: int = PAIRS,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Estimate:
    """Return how alike clusters of resampled participants are: the mean adjusted Rand index of pairs.

    Participants are drawn with replacement, clusters are found among their trials, and all trials are sorted
    into them. Two resamples that sort them alike have index 1; by chance it is 0. The interval holds 95 % of
    the pairs; it tells how unlike two such studies would be, and does not shrink with more pairs.

    Args:
        changes: float64 (m, channels).
        person: (m,) codes.
        number: of clusters.
        pairs: of resamples.
        seed: of the drawing.
        on_progress: called with (pairs done, pairs).
    """
    people, codes = np.unique(person, return_inverse=True)
    drawn = resample_weights(len(people), seed=seed, resamples=2 * pairs)
    indices = []
    for done in range(pairs):
        sorted_in = [_sorted(changes, drawn[2 * done + i][codes], number, seed) for i in (0, 1)]
        indices.append(adjusted_rand_score(*sorted_in))
        if on_progress is not None:
            on_progress(done + 1, pairs)
    low, high = np.quantile(indices, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(np.mean(indices)), float(low), float(high), len(people) >= FEW_PEOPLE)


def _sorted(
    changes: NDArray[np.float64], weights: NDArray[np.float64], number: int, seed: int
) -> NDArray[np.int64]:
    there = weights > 0
    number = min(number, int(np.count_nonzero(there)))
    found = fit_means(changes[there], number, seed=seed, weights=weights[there])
    return np.asarray(found.predict(changes))
