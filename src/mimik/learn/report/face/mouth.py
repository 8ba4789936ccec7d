"""The mouth of a drawn face: two lips, each half of which moves by itself, teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mimik.learn.report.face.head import jaw_shift
from mimik.learn.report.face.lines import MIDDLE, SIDES, Coefficients, Line, across, curve, span

__all__ = ["mouth"]

_LEVEL = 178.0
_GAPE = 38.0  # opening at full jawOpen
_BEND = 0.28  # how far the lips have turned towards the corner where they turn


def mouth(face: Coefficients) -> list[Line]:
    """Return lips, opening, teeth, tongue, and the marks at the corners."""
    lips = _Lips.of(face)
    marks = [line for side in SIDES for line in _marks(face, lips, side)]
    return [*lips.lines(), *_tongue(face, lips), *marks]


@dataclass(frozen=True)
class _Half:
    """One side of the mouth: places as (away from the middle, down), thicknesses of the lips."""

    corner: tuple[float, float]
    bow: float  # where, away from the middle, the lips turn towards the corner
    upper: float  # there, the inner edge of the upper lip
    lower: float
    thick_upper: float
    thick_lower: float

    @classmethod
    def of(cls, face: Coefficients, side: str, seam: float, gap: float) -> _Half:
        smile, frown, stretch = (face[f"mouth{x}{side}"] for x in ("Smile", "Frown", "Stretch"))
        dimple, press = face[f"mouthDimple{side}"], face[f"mouthPress{side}"]
        up, down = face[f"mouthUpperUp{side}"], face[f"mouthLowerDown{side}"]
        pucker, funnel = face["mouthPucker"], face["mouthFunnel"]
        out = 27 + 10 * smile + 3 * dimple + 10 * stretch + 2 * frown - 15 * pucker - 11 * funnel
        fall = -13 * smile + 12 * frown + 4 * stretch - 1.5 * dimple + 0.32 * gap
        corner = (max(out - 0.08 * gap, 8.0), _LEVEL + fall)
        rounded = max(funnel, pucker, 0.6 * face["jawOpen"])
        bend = span(seam, corner[1], _BEND)
        thin = 1 - 0.6 * press - 0.25 * stretch - 0.25 * face["mouthClose"]
        full = 1 + 0.55 * pucker + 0.45 * funnel
        roll = (1 - 0.9 * face["mouthRollUpper"], 1 - 0.9 * face["mouthRollLower"])
        return cls(
            corner,
            bow=(0.55 + 0.1 * rounded) * corner[0],
            upper=bend - 0.1 * gap - 7.5 * up,
            lower=bend + 0.72 * gap + 9 * down,
            thick_upper=max(0.6, 5.6 * thin * full * roll[0] - 1.2 * smile),
            thick_lower=max(0.6, 7.6 * thin * full * roll[1] - 1.0 * smile),
        )


@dataclass(frozen=True)
class _Lips:
    left: _Half
    right: _Half
    seam: float  # where closed lips meet in the middle
    gap: float
    gape: float  # of the teeth
    middle: float
    jaw: float  # how far the lower lip is beside the upper one

    @classmethod
    def of(cls, face: Coefficients) -> _Lips:
        gape = _GAPE * face["jawOpen"]
        gap = max(0.0, gape - _GAPE * face["mouthClose"]) + 11 * face["mouthFunnel"]
        held = gape - max(0.0, gape - _GAPE * face["mouthClose"])  # lips kept together over an open jaw
        bow = 3.0 * face.both("mouthSmile") - 3.0 * face.both("mouthFrown")
        shrug = 5.0 * face["mouthShrugLower"] + 3.5 * face["mouthShrugUpper"]
        seam = _LEVEL + 1.0 + bow - shrug + 0.3 * held
        left, right = (_Half.of(face, side, seam, gap) for side in SIDES)
        beside = 10.0 * (face["mouthLeft"] - face["mouthRight"])
        middle = MIDDLE + beside + 0.25 * jaw_shift(face)
        return cls(left, right, seam, gap, gape, middle, 0.4 * jaw_shift(face))

    def lines(self) -> list[Line]:
        upper, lower = self._edges()
        opening = Line("opening", "hole", (upper, lower[::-1]), closed=True)
        outer = self._outer_upper(), self._outer_lower()
        return [
            opening,
            *self._teeth(),
            Line("lip-upper", "lip", (outer[0], upper[::-1]), closed=True),
            Line("lip-lower", "lip", (outer[1], lower[::-1]), closed=True),
            Line("seam-upper", "seam", (upper,)),
            Line("seam-lower", "seam", (lower,), opacity=min(1.0, self.gap / 4)),
        ]

    def _edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Inner edges of both lips, from the right corner to the left one."""
        halves = (self.right, self.left)
        raised = sum(h.upper - span(self.seam, h.corner[1], _BEND) for h in halves) / 2
        lowered = sum(h.lower - span(self.seam, h.corner[1], _BEND) for h in halves) / 2
        upper = self._across([(0.0, self.seam + raised)], [h.upper for h in halves], 0.0)
        lower = self._across([(self.jaw, self.seam + 1.2 * lowered)], [h.lower for h in halves], self.jaw)
        return upper, lower

    def _across(self, centre: list[tuple[float, float]], half_way: list[float], shift: float) -> np.ndarray:
        right = [(self.right.bow - shift, half_way[0]), self.right.corner]
        left = [(self.left.bow + shift, half_way[1]), self.left.corner]
        return across(right, centre, left, middle=self.middle)

    def _outer_upper(self) -> np.ndarray:
        def half(h: _Half) -> list[tuple[float, float]]:
            x, y = h.corner
            return [(0.2 * x, peak - h.thick_upper), (0.9 * h.bow, h.upper - 0.72 * h.thick_upper), (x, y)]

        peak = float(self._edges()[0][2, 1])
        dip = peak - 0.8 * (self.left.thick_upper + self.right.thick_upper) / 2
        return across(half(self.right), [(0.0, dip)], half(self.left), middle=self.middle)

    def _outer_lower(self) -> np.ndarray:
        thick = (self.left.thick_lower + self.right.thick_lower) / 2
        bottom = float(self._edges()[1][2, 1]) + thick
        halves = (self.right, self.left)
        return self._across([(self.jaw, bottom)], [h.lower + 0.78 * h.thick_lower for h in halves], self.jaw)

    def _teeth(self) -> list[Line]:
        """Upper teeth stay with the skull, lower ones go with the jaw; lips hide what is outside them."""
        wide = max(self.left.corner[0], self.right.corner[0])
        top, bottom = _LEVEL + 3.5, _LEVEL + 4.5 + 0.86 * self.gape
        rows = {"upper": (top - 24, top, 0.0), "lower": (bottom, bottom + 24, self.jaw)}
        lines = []
        for name, (y, v, shift) in rows.items():
            edge = top if name == "upper" else bottom
            dent = -1.5 if name == "upper" else 1.5
            far = v + y - edge
            x = self.middle + shift
            bite = curve([(-wide, edge + dent), (0, edge), (wide, edge + dent)], middle=x)
            back = curve([(wide, edge + dent), (wide, far), (-wide, far)], middle=x)
            lines.append(Line(f"teeth-{name}", "teeth", (bite, _straight(back)), closed=True, clip="opening"))
        return lines


def _straight(points: np.ndarray) -> np.ndarray:
    """Return points so close to the corners that no curve shows."""
    return np.repeat(points, 2, axis=0)


def _tongue(face: Coefficients, lips: _Lips) -> list[Line]:
    out = face["tongueOut"]
    if out == 0:
        return []
    top = lips.seam + 0.3 * lips.gap
    end = lips.seam + 0.9 * lips.gap + 4 + 22 * out
    x, half = lips.middle + lips.jaw, min(13.0, 0.6 * min(lips.left.corner[0], lips.right.corner[0]))
    widest = span(top, end, 0.6)
    rim = curve([(-half, top), (-half, widest), (0, end), (half, widest), (half, top)], middle=x)
    groove = curve([(0, top + 3), (0, span(top, end, 0.65))], middle=x)
    seen = min(1.0, 4 * out)  # trackers seldom say a clear 0
    return [
        Line("tongue", "tongue", (rim,), closed=True, opacity=seen),
        Line("groove", "fold", (groove,), opacity=0.6 * seen),
    ]


def _marks(face: Coefficients, lips: _Lips, side: str) -> list[Line]:
    """What dimples, stretching and pressing leave beside a corner."""
    half = lips.left if side == "Left" else lips.right
    x, y = half.corner
    marks = {
        "dimple": ([(x + 5, y - 6), (x + 8, y - 1), (x + 6, y + 5)], face[f"mouthDimple{side}"]),
        "stretch": ([(x + 4, y + 3), (x + 8, y + 9), (x + 9, y + 16)], face[f"mouthStretch{side}"]),
        "press": ([(x + 2, y - 3), (x + 4, y), (x + 2, y + 3)], face[f"mouthPress{side}"]),
        "frown": ([(x, y + 3), (x + 4, y + 9), (x + 4, y + 14)], face[f"mouthFrown{side}"]),
    }
    return [
        Line(f"{name}-{side}", "fold", (curve(points, SIDES[side], middle=lips.middle),), opacity=deep)
        for name, (points, deep) in marks.items()
    ]
