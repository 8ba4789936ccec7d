"""The figures of an evaluation, each a formula over the sums of a ``Tally``.

All work on whole stacks of sums at once, as resampling makes them; what has no value is NaN.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from mimik.learn.tally import Tally

__all__ = ["NOMINAL", "ORDINAL", "figures_of"]


def figures_of(tally: Tally, names: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    """Return figures by name, each of the shape of the tally's leading axes.

    Args:
        tally: sums over participants.
        names: of ``NOMINAL`` and ``ORDINAL``; those that need probabilities are left out without any.
    """
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a mean over no expression is NaN, as it should be
        return {
            name: _FORMULAS[name](tally)
            for name in names
            if tally.top is not None or name not in _NEED_PROBABILITIES
        }


def _accuracy(tally: Tally) -> NDArray[np.float64]:
    c = tally.confusion
    return np.asarray(_diagonal(c).sum(axis=-1) / c.sum(axis=(-2, -1)))


def _balanced_accuracy(tally: Tally) -> NDArray[np.float64]:
    c = tally.confusion
    return np.asarray(np.nanmean(_diagonal(c) / c.sum(axis=-1), axis=-1))


def _macro_f1(tally: Tally) -> NDArray[np.float64]:
    """The mean of F1 over expressions that were shown or named."""
    c = tally.confusion
    return np.asarray(np.nanmean(2 * _diagonal(c) / (c.sum(axis=-1) + c.sum(axis=-2)), axis=-1))


def _matthews(tally: Tally) -> NDArray[np.float64]:
    """Matthews' correlation for several classes: Gorodkin 2004, Comput. Biol. Chem. 28: 367-374, eq. 8."""
    c = tally.confusion
    shown, named, n = c.sum(axis=-1), c.sum(axis=-2), c.sum(axis=(-2, -1))
    covered = _diagonal(c).sum(axis=-1) * n - (shown * named).sum(axis=-1)
    spread = (n**2 - (named**2).sum(axis=-1)) * (n**2 - (shown**2).sum(axis=-1))
    return np.where(spread > 0, covered / np.sqrt(spread), np.where(n > 0, 0.0, np.nan))


def _auc(tally: Tally) -> NDArray[np.float64]:
    """Chance that a frame which shows an expression gets more of its probability than one which does not.

    The mean over the expressions, each against the rest; equal steps of probability count as ties.
    """
    assert tally.ranks is not None
    there, not_there = tally.ranks[..., 1, :], tally.ranks[..., 0, :]
    below = np.cumsum(not_there, axis=-1) - 0.5 * not_there
    pairs = there.sum(axis=-1) * not_there.sum(axis=-1)
    return np.asarray(np.nanmean((there * below).sum(axis=-1) / pairs, axis=-1))


def _ece(tally: Tally) -> NDArray[np.float64]:
    """Expected calibration error: Guo et al. 2017, On Calibration of Modern Neural Networks, eq. 3."""
    assert tally.top is not None
    apart = np.abs(tally.top[..., 2] - tally.top[..., 1]).sum(axis=-1)
    return np.asarray(apart / tally.top[..., 0].sum(axis=-1))


def _brier(tally: Tally) -> NDArray[np.float64]:
    """The mean squared distance between probabilities and truth, 0 to 2 (Brier 1950)."""
    assert tally.squares is not None
    return np.asarray(tally.squares / tally.confusion.sum(axis=(-2, -1)))


def _mae(tally: Tally) -> NDArray[np.float64]:
    """The mean absolute difference, in steps of the scale."""
    c = tally.confusion
    return np.asarray((c * np.abs(_difference(c))).sum(axis=(-2, -1)) / c.sum(axis=(-2, -1)))


def _weighted_kappa(tally: Tally) -> NDArray[np.float64]:
    """Cohen's kappa with squared weights (Cohen 1968)."""
    c = tally.confusion
    weights, n = np.square(_difference(c)), c.sum(axis=(-2, -1))
    by_chance = c.sum(axis=-1)[..., :, None] * c.sum(axis=-2)[..., None, :]
    return np.asarray(1 - n * (c * weights).sum(axis=(-2, -1)) / (by_chance * weights).sum(axis=(-2, -1)))


def _icc(tally: Tally) -> NDArray[np.float64]:
    """ICC(3,1) of shown and recognised step: Shrout and Fleiss 1979, Psychol. Bull. 86: 420-428."""
    c = tally.confusion
    n, step = c.sum(axis=(-2, -1)), np.arange(c.shape[-1])
    shown, named = c.sum(axis=-1), c.sum(axis=-2)
    mean_s, mean_n = (shown @ step) / n, (named @ step) / n
    var_s, var_n = (shown @ step**2) / n - mean_s**2, (named @ step**2) / n - mean_n**2
    both = (c * np.outer(step, step)).sum(axis=(-2, -1)) / n - mean_s * mean_n
    return np.asarray(2 * both / (var_s + var_n))


def _diagonal(c: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.diagonal(c, axis1=-2, axis2=-1)


def _difference(c: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.arange(c.shape[-1], dtype=np.float64)
    return step[:, None] - step[None, :]


_FORMULAS: Mapping[str, Callable[[Tally], NDArray[np.float64]]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "macro_f1": _macro_f1,
    "matthews": _matthews,
    "auc": _auc,
    "ece": _ece,
    "brier": _brier,
    "weighted_kappa": _weighted_kappa,
    "icc": _icc,
    "mae": _mae,
}
_NEED_PROBABILITIES = {"auc", "ece", "brier"}

NOMINAL = ("accuracy", "balanced_accuracy", "macro_f1", "matthews", "auc", "ece", "brier")
"""Figures for labels without an order."""

ORDINAL = (*NOMINAL, "weighted_kappa", "icc", "mae")
"""Figures for labels that are steps of a scale, as many apart as they stand apart in the list."""
