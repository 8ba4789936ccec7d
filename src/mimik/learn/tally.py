"""Sums per participant from which every figure of an evaluation follows.

A figure for other people is the same formula over other sums, so that thousands of resamples of participants
cost a matrix product and not thousands of passes over all frames.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from mimik.learn.metrics.ranks import rank_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CALIBRATION_BINS", "Tally"]

CALIBRATION_BINS = 15
"""Of equal width over the top probability, as in Guo et al. 2017, On Calibration of Modern Neural
Networks, section 2."""

_SCORE_BINS = 512
"""Steps of equally many probabilities: the AUC from counts per step is within 0.0001 of the exact one."""


@dataclass(frozen=True, eq=False)
class Tally:
    """What was shown and recognised, summed per participant.

    Sums over participants have other leading axes, or none.

    Attributes:
        confusion: (people, k, k) counts; rows shown, columns recognised.
        top: (people, CALIBRATION_BINS, 3): in each bin of the top probability the count, the sum of the
            probabilities and how many were right. None if the classifier gives labels only, likewise:
        squares: (people,) sum of squared distances between probabilities and truth (Brier).
        ranks: (people, k, 2, bins) counts of each expression's probability where it is shown and where not.
    """

    confusion: NDArray[np.float64]
    top: NDArray[np.float64] | None
    squares: NDArray[np.float64] | None
    ranks: NDArray[np.float64] | None

    @classmethod
    def of(
        cls,
        y: NDArray[np.integer],
        found: NDArray[np.integer],
        proba: NDArray[np.float32],
        person: NDArray[np.integer],
        n_people: int,
        *,
        graded: bool = True,
    ) -> Self:
        """Sum up decisions.

        Args:
            y: (n,) codes of what was shown.
            found: (n,) codes of what was recognised.
            proba: (n, k).
            person: (n,) codes of the participants, 0 <= code < n_people.
            n_people: how many there are.
            graded: whether ``proba`` are probabilities.
        """
        k = proba.shape[1]
        confusion = _counts((n_people, k, k), person, y, found)
        if not graded:
            return cls(confusion, None, None, None)
        return cls(
            confusion,
            _top(proba, y, person, n_people),
            np.bincount(person, _squares(y, proba), minlength=n_people).astype(np.float64),
            _ranks(y, proba, person, n_people),
        )

    def weighted(self, weights: NDArray[np.floating]) -> Self:
        """Return the sums over participants: ``weights`` (..., people) say how often each one counts."""
        parts: list[Any] = [getattr(self, field.name) for field in fields(self)]
        sums: list[Any] = [None if part is None else np.tensordot(weights, part, axes=1) for part in parts]
        return type(self)(*sums)

    def total(self) -> Self:
        """Return the sums over all participants."""
        return self.weighted(np.ones(len(self.confusion)))


def _counts(shape: tuple[int, ...], *codes: NDArray[np.integer]) -> NDArray[np.float64]:
    cells = np.ravel_multi_index([code.astype(np.intp) for code in codes], shape)
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _top(
    proba: NDArray[np.float32], y: NDArray[np.integer], person: NDArray[np.integer], n_people: int
) -> NDArray[np.float64]:
    confidence, right = proba.max(axis=1).astype(np.float64), proba.argmax(axis=1) == y
    # Bins are closed on the right, (0, 1/15] and so on, as in the paper.
    which = np.clip(np.ceil(confidence * CALIBRATION_BINS).astype(np.intp) - 1, 0, CALIBRATION_BINS - 1)
    cells, shape = person * CALIBRATION_BINS + which, (n_people, CALIBRATION_BINS)
    sums = [np.bincount(cells, w, minlength=n_people * CALIBRATION_BINS) for w in (None, confidence, right)]
    return np.stack([s.reshape(shape) for s in sums], axis=-1).astype(np.float64)


def _squares(y: NDArray[np.integer], proba: NDArray[np.float32]) -> NDArray[np.float64]:
    p = proba.astype(np.float64)
    own = p[np.arange(len(y)), y]
    return np.asarray(np.square(p).sum(axis=1) - 2 * own + 1)


def _ranks(
    y: NDArray[np.integer], proba: NDArray[np.float32], person: NDArray[np.integer], n_people: int
) -> NDArray[np.float64]:
    k = proba.shape[1]
    step = rank_steps(proba, _SCORE_BINS)
    ranks = np.empty((n_people, k, 2, _SCORE_BINS))
    for expression in range(k):
        shown = (y == expression).astype(np.intp)
        ranks[:, expression] = _counts((n_people, 2, _SCORE_BINS), person, shown, step[:, expression])
    return ranks
