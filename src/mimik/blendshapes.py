"""The 52 ARKit blend shapes: names, order, facial groups, mirror pairs and spellings.

Order and names are those of Apple's ``ARFaceAnchor.BlendShapeLocation``; left and right are the face's own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["BLEND_SHAPES", "GROUPS", "INDEX", "MIRROR", "blend_shape", "mirrored"]

_EYE = ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")
_PAIRED_MOUTH = ("Smile", "Frown", "Dimple", "Stretch")
_LOWER_MOUTH = ("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper")
_SIDES = ("Left", "Right")


def _pair(stem: str) -> tuple[str, str]:
    return f"{stem}Left", f"{stem}Right"


_EYES = tuple(f"eye{part}{side}" for side in _SIDES for part in _EYE)
_JAW = ("jawForward", "jawLeft", "jawRight", "jawOpen")
_MOUTH = (
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"),
    *(name for part in _PAIRED_MOUTH for name in _pair(f"mouth{part}")),
    *_LOWER_MOUTH,
    *(name for part in ("Press", "LowerDown", "UpperUp") for name in _pair(f"mouth{part}")),
)
_BROWS = (*_pair("browDown"), "browInnerUp", *_pair("browOuterUp"))
_CHEEKS = ("cheekPuff", *_pair("cheekSquint"))
_NOSE = _pair("noseSneer")
_TONGUE = ("tongueOut",)

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "eyes": _EYES,
        "jaw": _JAW,
        "mouth": _MOUTH,
        "brows": _BROWS,
        "cheeks": _CHEEKS,
        "nose": _NOSE,
        "tongue": _TONGUE,
    }
)
"""Facial region -> its blend shapes; together the 52 in order."""

BLEND_SHAPES: tuple[str, ...] = tuple(name for group in GROUPS.values() for name in group)
"""The 52 names in Mimik's one order."""

INDEX: Mapping[str, int] = MappingProxyType({name: i for i, name in enumerate(BLEND_SHAPES)})
"""Name -> position in ``BLEND_SHAPES``."""


def _other_side(name: str) -> str:
    for here, there in (_SIDES, _SIDES[::-1]):
        if name.endswith(here):
            return name.removesuffix(here) + there
    return name


MIRROR: NDArray[np.intp] = np.array([INDEX[_other_side(name)] for name in BLEND_SHAPES])
"""Positions of each blend shape's partner on the other side of the face (52,); its own where it has none."""
MIRROR.setflags(write=False)


def mirrored(coefficients: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return coefficients (..., 52) of the same face seen in a mirror."""
    return coefficients[..., MIRROR]


def blend_shape(spelling: str) -> str | None:
    """Return the one name for any spelling met in the wild, or None if it is no blend shape.

    Knows ``mouthSmileLeft`` (ARKit, MediaPipe), ``MouthSmileLeft`` (Live Link Face) and ``mouthSmile_L``
    (ARKit's raw strings, iFacialMocap).

    >>> blend_shape("MouthSmile_L")
    'mouthSmileLeft'
    """
    return _SPELLINGS.get(spelling) or _SPELLINGS.get(spelling.strip())


def _spellings(name: str) -> set[str]:
    short = name
    for side in _SIDES:
        if name.endswith(side):
            short = name.removesuffix(side) + "_" + side[0]
    return {form(base) for base in (name, short) for form in (str, lambda s: s[0].upper() + s[1:])}


_SPELLINGS: dict[str, str] = {spelling: name for name in BLEND_SHAPES for spelling in _spellings(name)}
