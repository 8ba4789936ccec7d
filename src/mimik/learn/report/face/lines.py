"""Lines of a drawn face: smooth curves, what they belong to, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HEIGHT", "MIDDLE", "SIDES", "WIDTH", "Coefficients", "Line", "across", "curve", "path", "span"]

WIDTH: Final = 200.0
HEIGHT: Final = 256.0
MIDDLE: Final = WIDTH / 2

SIDES: Final = {"Left": 1.0, "Right": -1.0}
"""Side of the person -> direction on the drawing: facing somebody, one sees their left on the right."""

Point = tuple[float, float]


class Coefficients:
    """The 52 by name, 0..1; what was not delivered is 0.

    Args:
        values: (52,) in the order of ``BLEND_SHAPES``.
    """

    def __init__(self, values: NDArray[np.floating]) -> None:
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (len(BLEND_SHAPES),):
            raise ValueError(f"expected {len(BLEND_SHAPES)} coefficients of one face, got {values.shape}")
        self.values = np.clip(np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)

    def __getitem__(self, name: str) -> float:
        return float(self.values[INDEX[name]])

    def both(self, stem: str) -> float:
        """The mean of both sides of a pair."""
        return (self[f"{stem}Left"] + self[f"{stem}Right"]) / 2


@dataclass(frozen=True, eq=False)
class Line:
    """One line or area of the drawing.

    Attributes:
        name: what it is, such as "brow-Left".
        look: key of the drawing's styles.
        curves: (points, 2) each, x to the right and y down; each begins where the one before ended.
        closed: whether it is an area.
        opacity: 0..1.
        clip: name of the area outside which it is hidden; "" for none.
    """

    name: str
    look: str
    curves: tuple[NDArray[np.float64], ...]
    closed: bool = False
    opacity: float = 1.0
    clip: str = ""


def curve(points: Iterable[Point], side: float = 1.0, *, middle: float = MIDDLE) -> NDArray[np.float64]:
    """Return points given as (away from the middle, down) as places on the drawing (n, 2)."""
    return np.array([(middle + side * x, y) for x, y in points])


def across(
    right: Sequence[Point], centre: Sequence[Point], left: Sequence[Point], *, middle: float = MIDDLE
) -> NDArray[np.float64]:
    """Return a curve over both halves: ``right`` and ``left`` begin at the middle; ``centre`` is between."""
    halves = [curve(reversed(right), -1.0, middle=middle), curve(left, 1.0, middle=middle)]
    between = curve(centre, middle=middle).reshape(-1, 2)
    return np.concatenate([halves[0], between, halves[1]])


def span(start: float, end: float, share: float) -> float:
    """Return what lies ``share`` of the way from ``start`` to ``end``."""
    return start + (end - start) * share


def path(line: Line) -> str:
    """Return the ``d`` of an SVG path: Catmull-Rom splines through the points, as cubic Bézier curves.

    Each point's control points lie a sixth of the way between its neighbours from it (uniform splines). A
    curve that ends where it begins is smooth there, too.
    """
    x, y = line.curves[0][0]
    return f"M{x:.2f} {y:.2f}" + "".join(map(_spline, line.curves)) + ("Z" if line.closed else "")


def _spline(points: NDArray[np.float64]) -> str:
    looped = np.array_equal(points[0], points[-1])
    before, after = (points[-2:-1], points[1:2]) if looped else (points[:1], points[-1:])
    padded = np.concatenate([before, points, after])
    slopes = (padded[2:] - padded[:-2]) / 6
    pieces = zip(points[:-1] + slopes[:-1], points[1:] - slopes[1:], points[1:], strict=True)
    return "".join(
        "C" + " ".join(f"{x:.2f} {y:.2f}" for x, y in (first, second, end)) for first, second, end in pieces
    )
