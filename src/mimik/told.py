"""Numbers as they are told in JSON, which knows no NaN: null is "not known"."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["number", "numbers"]


def number(value: float | None, digits: int = 4) -> float | None:
    """Return a number rounded to some digits, or None where it is none that JSON knows."""
    return round(float(value), digits) if value is not None and math.isfinite(value) else None


def numbers(values: NDArray[np.floating], digits: int = 4) -> list[float | None]:
    """Return numbers (n,) rounded, None for those that JSON doesn't know."""
    return [number(value, digits) for value in values.tolist()]
