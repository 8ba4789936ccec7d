"""What is known after each epoch of a training."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EpochLog"]


class EpochLog(NamedTuple):
    """One epoch of a training.

    Attributes:
        epoch: its number, from 1.
        epochs: how many are planned.
        accuracy: share of rows recognised while training (dropout on), 0 to 1.
        loss: mean cross-entropy in nats plus the L2 penalty, while training.
        val_accuracy: on the validation rows after the epoch (dropout off); NaN without any.
        val_loss: likewise.
        seconds: the epoch took, validation included.
    """

    epoch: int
    epochs: int
    accuracy: float
    loss: float
    val_accuracy: float
    val_loss: float
    seconds: float
