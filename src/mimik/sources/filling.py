"""One frame's values, filled in name by name as a datagram tells them."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from mimik.errors import DatagramError
from mimik.frame import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ROTATIONS", "put", "put_degrees"]

ROTATIONS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "head": ("headPitch", "headYaw", "headRoll"),
        "leftEye": ("leftEyePitch", "leftEyeYaw", "leftEyeRoll"),
        "rightEye": ("rightEyePitch", "rightEyeYaw", "rightEyeRoll"),
    }
)
"""Part of the face -> names of its rotations about x, y and z."""

_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_LARGEST = 1e6


def put(values: NDArray[np.float32], name: str, number: float) -> None:
    """Set one of the values (64,) that is still NaN, in place.

    Args:
        values: float32 (64,), named by ``COLUMNS``.
        name: one of ``COLUMNS``.
        number: about 0..1, radians or metres.

    Raises:
        DatagramError: the name was set before, or the number is not finite or beyond a million.
    """
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise DatagramError(f"Expected a finite number for {name}, found something else.")
    place = _PLACES[name]
    if not math.isnan(values[place]):
        raise DatagramError(f"Expected {name} once, found it again.")
    values[place] = number


def put_degrees(values: NDArray[np.float32], part: str, degrees: Sequence[float]) -> None:
    """Set the rotations of a part about x, y and z from degrees; where z is left out, it stays NaN.

    Raises:
        DatagramError: as ``put`` does.
    """
    for name, angle in zip(ROTATIONS[part], degrees, strict=False):
        put(values, name, math.radians(angle))
