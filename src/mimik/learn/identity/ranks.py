"""From likenesses to figures: how often the right person comes first, or among the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.estimate import Estimate
from mimik.learn.metrics.intervals import jackknife

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["equal_error_rate", "found_within", "per_person", "together"]


def found_within(scores: NDArray[np.float64], true: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    """Return how probable it is that the right person is among the first ``k``, float64 (probes,), 0..1.

    Where people look equally alike, they come in any order.

    Args:
        scores: float64 (probes, people), the higher the more alike.
        true: int (probes,), the right column of each.
        k: 1 or more.
    """
    own = scores[np.arange(len(scores)), true][:, None]
    before, level = (scores > own).sum(axis=1), (scores == own).sum(axis=1)
    return np.asarray(np.clip((k - before) / level, 0.0, 1.0), dtype=np.float64)


def together(
    scores: NDArray[np.float64], true: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the mean likenesses over all probes of each person, and whose they are."""
    people = np.unique(true)
    return np.array([scores[true == person].mean(axis=0) for person in people]), people


def per_person(found: NDArray[np.float64], true: NDArray[np.intp]) -> Estimate:
    """Return the share found, of probes, with its interval over the people whose they are.

    Args:
        found: float64 (probes,), 0..1.
        true: int (probes,).
    """
    counts, sums = np.bincount(true), np.bincount(true, found)
    there = counts > 0
    counts, sums = counts[there], sums[there]
    without = (sums.sum() - sums) / np.maximum(counts.sum() - counts, 1)
    return jackknife(float(sums.sum() / counts.sum()), without, bounds=(0, 1))


def equal_error_rate(scores: NDArray[np.float64], true: NDArray[np.intp]) -> float | None:
    """Return the error of saying "this is that person" where both errors are equally frequent, 0..0.5.

    Likenesses are standardised for each probe first, so that one threshold serves all. None with one person.
    """
    if scores.shape[1] < 2:
        return None
    finite = np.where(np.isfinite(scores), scores, scores[np.isfinite(scores)].min(initial=0.0))
    spread = finite.std(axis=1, keepdims=True)
    z = (finite - finite.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    own = np.zeros(scores.shape, dtype=bool)
    own[np.arange(len(scores)), true] = True
    genuine, others = np.sort(z[own]), np.sort(z[~own])
    thresholds = np.unique(z)
    refused = np.searchsorted(genuine, thresholds, side="left") / len(genuine)
    accepted = 1 - np.searchsorted(others, thresholds, side="left") / len(others)
    at = int(np.argmin(np.abs(refused - accepted)))
    return float((refused[at] + accepted[at]) / 2)
