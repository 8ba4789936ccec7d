"""How many clusters there are, if any: the gap statistic, and a test against one cloud without clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra

with needs_extra("learn"):
    from sklearn.cluster import KMeans

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["ALPHA", "REFERENCES", "Choice", "choose_number", "fit_means"]

ALPHA = 0.05
"""Below this p, there are clusters."""

REFERENCES = 99
"""Clouds without clusters to compare with: so that p can be as small as 0.01."""

_STARTS = 10  # of k-means on the data
_STARTS_REFERENCE = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """How the number of clusters was chosen.

    Attributes:
        numbers: tried, ascending from 1.
        gaps: of each number, how much farther (in log units) the distances within clusters shrink than they
            do in clouds without clusters; 0 for one cluster.
        errors: standard errors of the gaps, from the spread of the clouds.
        p: share of clouds without clusters that look at least as clustered; the chance of seeing this much
            structure where there is none.
        chosen: the number; 1 if ``p`` is not below ``ALPHA``.
        given: whether the number was given instead of chosen.
        references: clouds compared with.
    """

    numbers: tuple[int, ...]
    gaps: tuple[float, ...]
    errors: tuple[float, ...]
    p: float
    chosen: int
    given: bool
    references: int


def fit_means(
    changes: NDArray[np.float64],
    number: int,
    *,
    seed: int,
    starts: int = _STARTS,
    weights: NDArray[np.float64] | None = None,
) -> KMeans:
    """Return k-means of changes (m, channels), fitted."""
    return KMeans(number, n_init=starts, random_state=seed).fit(changes, sample_weight=weights)


def choose_number(
    changes: NDArray[np.float64],
    group: NDArray[np.int64] | None,
    *,
    most: int,
    given: int | None = None,
    references: int = REFERENCES,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Choice:
    """Compare the data with clouds that have the same spread in all directions and no clusters.

    The gap statistic of Tibshirani, Walther and Hastie (2001, J. R. Stat. Soc. B 63: 411-423, section 3),
    counted from one cluster on, with one Gaussian cloud of the data's covariance as reference, as in the
    SigClust test of Liu et al. (2008, J. Am. Stat. Assoc. 103: 1281-1293): a long
    cloud is no two clusters. There is structure if the greatest gap, in standard errors, is beyond those of
    95 % of the clouds; then the smallest number is chosen whose gap is within one standard error of the
    greatest.

    Args:
        changes: float64 (m, channels).
        group: (m,) whose own mean was taken away, or None; the clouds are treated alike.
        most: largest number to try.
        given: try only this number.
        references: clouds.
        seed: of clouds and k-means.
        on_progress: called with (clouds done, of).
    """
    numbers = (1, *range(2, min(most, len(changes) - 1) + 1)) if given is None else tuple(sorted({1, given}))
    within = _log_within(changes, numbers, seed, _STARTS)
    rng = np.random.default_rng([seed, 0x676170])
    clouds = np.empty((references, len(numbers)))
    directions = _directions(changes)
    for i in range(references):
        cloud = rng.standard_normal((len(changes), len(directions))) @ directions
        clouds[i] = _log_within(_centred(cloud, group), numbers, seed, _STARTS_REFERENCE)
        if on_progress is not None:
            on_progress(i + 1, references)
    gaps = clouds.mean(axis=0) - within
    spread = np.maximum(clouds.std(axis=0, ddof=1), 1e-12)
    errors = spread * np.sqrt(1 + 1 / references)
    chosen, p = 1, 1.0
    if len(numbers) > 1:
        found = (gaps[1:] / spread[1:]).max()
        chance = ((clouds.mean(axis=0) - clouds)[:, 1:] / spread[1:]).max(axis=1)
        p = float((1 + np.count_nonzero(chance >= found)) / (1 + references))
        best = 1 + gaps[1:].argmax()
        enough = 1 + int(np.argmax(gaps[1:] >= gaps[best] - errors[best]))
        chosen = numbers[enough] if p < ALPHA else 1
    return Choice(
        numbers,
        tuple(gaps.tolist()),
        tuple(errors.tolist()),
        p,
        chosen if given is None else given,
        given is not None,
        references,
    )


def _log_within(
    changes: NDArray[np.float64], numbers: tuple[int, ...], seed: int, starts: int
) -> NDArray[np.float64]:
    """Return the logarithm of the squared distances to the clusters' means, less that of one cluster."""
    whole = float(np.square(changes - changes.mean(axis=0)).sum())
    within = [whole, *(fit_means(changes, k, seed=seed, starts=starts).inertia_ for k in numbers[1:])]
    logs = np.log(np.array(within) + 1e-300)
    return np.asarray(logs - logs[0])


def _directions(changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a matrix (directions, channels) that turns white noise into a cloud of the data's covariance."""
    centred = changes - changes.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(sizes[:, None] * axes / np.sqrt(max(len(changes) - 1, 1)))


def _centred(cloud: NDArray[np.float64], group: NDArray[np.int64] | None) -> NDArray[np.float64]:
    if group is None:
        return cloud
    members = np.bincount(group)
    sums = np.zeros((len(members), cloud.shape[1]))
    np.add.at(sums, group, cloud)
    return np.asarray(cloud - (sums / np.maximum(members, 1)[:, None])[group])
