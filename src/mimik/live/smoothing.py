"""Causal smoothing of probabilities by time, so that lost and irregular frames change nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Smoother"]


class Smoother:
    """Running mean of probabilities in which what is older than a time constant counts little.

    The first frame is taken as it is. Then ``mean += (1 - exp(-step / seconds)) * (p - mean)``, where
    ``step`` is the time since the frame before: what a frame says is held to be true of the time that led
    to it. So a lost frame that said the same as the next changes nothing, and what was before a gap fades
    by itself. The mean is late by ``seconds`` on average: it has gone 63 % of a sudden change after
    ``seconds``, and 95 % after three times as long.

    Args:
        seconds: the time constant, >= 0; 0 for no smoothing.
    """

    __slots__ = ("_mean", "_rate")

    def __init__(self, seconds: float) -> None:
        self._rate = -1.0 / seconds if seconds else -math.inf
        self._mean: list[float] = []

    def push(self, p: Sequence[float], step: float) -> Sequence[float]:
        """Return the mean after one more frame.

        Args:
            p: probability of each label, 0..1.
            step: seconds since the frame before; below 0 counts as 0, and frames without time between them
                count little: the mean stays where it is.
        """
        if self._rate == -math.inf:
            return p
        if not self._mean:
            self._mean = list(p)
        elif step > 0:
            weight = -math.expm1(step * self._rate)
            self._mean = [mean + weight * (x - mean) for mean, x in zip(self._mean, p, strict=True)]
        return self._mean

    def forget(self) -> None:
        """Begin anew: the next frame is the first."""
        self._mean = []
