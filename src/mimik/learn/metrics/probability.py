"""Whether probabilities mean what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.estimate import Bin
from mimik.learn.figures import figures_of
from mimik.learn.metrics.ranks import auc_per_class
from mimik.learn.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Calibration", "ProbabilityScores", "calibration", "log_loss", "probability_scores"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far claimed and true shares of right decisions are apart.

    Attributes:
        error: expected calibration error, 0..1: Guo et al. 2017, On Calibration of Modern Neural Networks,
            eq. 3; None without rows. Above 0 even for true probabilities, the more so the fewer rows.
        bins: the reliability curve: ``CALIBRATION_BINS`` of equal width over the top probability, without
            the empty ones.
    """

    error: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class ProbabilityScores:
    """How good probabilities are; None where undefined.

    Attributes:
        rows: how many were scored.
        dropped: rows left out, as they held no probabilities (NaN).
        auc: mean of ``auc_per_class`` over the classes that have one, 0..1, 0.5 by chance.
        auc_per_class: each class against the rest, exact.
        brier: mean squared distance of probabilities and truth, summed over all classes, 0 (best) to 2 (Brier
            1950, Mon. Weather Rev. 78: 1-3). With two classes, twice what is often reported.
        log_loss: mean of minus the natural logarithm of the true class's probability, 0 (best) and up.
        calibration: of the top probability.
    """

    rows: int
    dropped: int
    auc: float | None
    auc_per_class: tuple[float | None, ...]
    brier: float | None
    log_loss: float | None
    calibration: Calibration


def probability_scores(y: NDArray[np.integer], proba: NDArray[np.floating]) -> ProbabilityScores:
    """Score probabilities.

    Args:
        y: (n,) codes of the truth, 0 to k - 1.
        proba: (n, k), each row summing to 1; a row with NaN was never predicted.

    Raises:
        DataError: shapes do not fit, or codes or probabilities are out of range.
    """
    _check(y, proba)
    there = np.isfinite(proba).all(axis=1)
    y, proba = y[there], proba[there].astype(np.float32)
    total = _total(y, proba)
    areas = auc_per_class(y, proba)
    defined = [area for area in areas if area is not None]
    return ProbabilityScores(
        rows=len(y),
        dropped=int((~there).sum()),
        auc=float(np.mean(defined)) if defined else None,
        auc_per_class=areas,
        brier=_figure(total, "brier"),
        log_loss=log_loss(y, proba),
        calibration=calibration(total),
    )


def log_loss(y: NDArray[np.integer], proba: NDArray[np.floating]) -> float | None:
    """Return the mean of minus the natural logarithm of the true class's probability; None without rows.

    A probability of 0 counts as the smallest step of its type (float32: 1.2e-7), or one row would make all
    infinite.

    Args:
        y: (n,) codes, 0 to k - 1.
        proba: (n, k), without NaN.
    """
    if not len(y):
        return None
    own = proba[np.arange(len(y)), y].astype(np.float64)
    return float(-np.log(np.clip(own, np.finfo(proba.dtype).eps, 1.0)).mean())


def calibration(total: Tally) -> Calibration:
    """Return the calibration that sums over participants tell.

    Args:
        total: of a tally with probabilities, as ``Tally.total`` makes it.

    Raises:
        DataError: the classifier gave labels and no probabilities.
    """
    if total.top is None:
        raise DataError(
            "expected probabilities, got labels alone", hint="Use a classifier with predict_proba."
        )
    bins = (
        Bin(int(count), float(confidence / count), float(right / count))
        for count, confidence, right in total.top
        if count
    )
    return Calibration(_figure(total, "ece"), tuple(bins))


def _total(y: NDArray[np.integer], proba: NDArray[np.float32]) -> Tally:
    everybody = np.zeros(len(y), dtype=np.intp)
    return Tally.of(y, proba.argmax(axis=1), proba, everybody, 1).total()


def _figure(total: Tally, name: str) -> float | None:
    value = float(figures_of(total, (name,))[name])
    return value if np.isfinite(value) else None


def _check(y: NDArray[np.integer], proba: NDArray[np.floating]) -> None:
    if proba.ndim != 2 or y.shape != proba.shape[:1] or not proba.shape[1]:
        raise DataError(f"expected y (n,) and probabilities (n, k), got {y.shape} and {proba.shape}")
    if len(y) and not 0 <= y.min() <= y.max() < proba.shape[1]:
        raise DataError(f"expected codes 0 to {proba.shape[1] - 1}, found {y.min()} to {y.max()}")
    told = proba[np.isfinite(proba).all(axis=1)]
    if len(told) and (told.min() < 0 or np.abs(told.sum(axis=1) - 1).max() > 1e-3):
        raise DataError(
            "expected probabilities of 0 to 1 that sum to 1 in each row", hint="Give predict_proba's."
        )
