"""Training histories, however a classifier keeps them, as one curve per figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

__all__ = ["curves"]

_NO_CURVE = {"epoch", "epochs", "seconds"}


def curves(history: Any) -> dict[str, tuple[float, ...]] | None:
    """Return each figure's values over the epochs, or None if there are none.

    Args:
        history: one ``EpochLog`` (or other named tuple) per epoch, or figures by name as Keras keeps them.
            Numbers and lengths of epochs are left out, and so is a figure that is not a number throughout.
    """
    if not history:
        return None
    if not isinstance(history, Mapping):
        history = {name: [getattr(epoch, name) for epoch in history] for name in history[0]._fields}
    found = {
        str(name): tuple(float(value) for value in values)
        for name, values in history.items()
        if name not in _NO_CURVE
    }
    return {name: values for name, values in found.items() if all(map(math.isfinite, values))} or None
