"""The head of a drawn face: outline with jaw and chin, ears, nose and cheeks."""

from __future__ import annotations

import numpy as np

from mimik.learn.report.face.lines import MIDDLE, SIDES, Coefficients, Line, across, curve

__all__ = ["head", "jaw_drop", "jaw_shift"]


def jaw_drop(face: Coefficients) -> float:
    """How far the chin is below its place at rest."""
    return 21.0 * face["jawOpen"] + 4.0 * face["jawForward"]


def jaw_shift(face: Coefficients) -> float:
    """How far the chin is to the person's left of its place at rest."""
    return 12.0 * (face["jawLeft"] - face["jawRight"])


def head(face: Coefficients) -> list[Line]:
    """Return outline, ears, chin, nose and cheeks."""
    lines = [_ear(side) for side in SIDES] + [_outline(face), *_chin(face), _tip(face)]
    for side in SIDES:
        lines += [_wing(face, side), _fold(face, side), *_sneer(face, side), *_cheek(face, side)]
    return lines


def _outline(face: Coefficients) -> Line:
    drop, puff, ahead = jaw_drop(face), face["cheekPuff"], face["jawForward"]

    def half(side: float) -> list[tuple[float, float]]:
        shift = side * jaw_shift(face)
        return [
            (34.0, 17.0),
            (63.0, 43.0),
            (74.0, 86.0),
            (72.0 + 4 * puff, 128.0),
            (65.0 + 12 * puff + 0.25 * shift, 162.0 + 0.3 * drop),
            (49.0 + 7 * puff + 0.6 * shift + 2 * ahead, 196.0 + 0.75 * drop),
            (25.0 + shift + 5 * ahead, 219.0 + drop),
        ]

    left, right = half(1.0), half(-1.0)
    top, chin = (0.0, 11.0), (jaw_shift(face), 225.0 + drop)
    around = across(right, [top], left)
    return Line("head", "skin", (np.concatenate([curve([chin]), around, curve([chin])]),), closed=True)


def _ear(side: str) -> Line:
    points = curve([(72, 92), (82, 88), (84, 104), (79, 122), (71, 128)], SIDES[side])
    return Line(f"ear-{side}", "skin", (points,))


def _chin(face: Coefficients) -> list[Line]:
    drop, shift = jaw_drop(face), jaw_shift(face)
    boss = max(face["mouthShrugLower"], 0.7 * face["mouthRollLower"])
    crease = curve([(-13, 201 + drop), (0, 197 + drop - 2 * boss), (13, 201 + drop)], middle=MIDDLE + shift)
    ahead = curve([(-19, 214 + drop), (0, 207 + drop), (19, 214 + drop)], middle=MIDDLE + shift)
    return [
        Line("chin-crease", "fold", (crease,), opacity=boss),
        Line("chin-ahead", "fold", (ahead,), opacity=face["jawForward"]),
    ]


def _tip(face: Coefficients) -> Line:
    up = 3.0 * face.both("noseSneer")
    return Line("nose-tip", "line", (curve([(-8, 146 - up), (0, 150 - up), (8, 146 - up)]),))


def _wing(face: Coefficients, side: str) -> Line:
    sneer = face[f"noseSneer{side}"]
    up, out = 6.0 * sneer, 3.0 * sneer
    points = [(8.0, 146 - up), (14 + out, 146 - up), (16 + out, 139 - up), (12 + out, 133 - up)]
    return Line(f"nose-wing-{side}", "line", (curve(points, SIDES[side]),))


def _sneer(face: Coefficients, side: str) -> list[Line]:
    """Wrinkles beside the bridge of the nose."""
    sneer = face[f"noseSneer{side}"]
    places = [(5.0, 104.0, 12.0, 98.0), (5.0, 111.0, 14.0, 106.0), (6.0, 118.0, 15.0, 115.0)]
    return [
        Line(f"sneer-{i}-{side}", "fold", (curve([(x, y), (u, v)], SIDES[side]),), opacity=sneer)
        for i, (x, y, u, v) in enumerate(places)
    ]


def _fold(face: Coefficients, side: str) -> Line:
    """The fold from the nose to the corner of the mouth."""
    smile, up = face[f"mouthSmile{side}"], face[f"mouthUpperUp{side}"]
    sneer, frown = face[f"noseSneer{side}"], face[f"mouthFrown{side}"]
    deep = min(1.0, 1.1 * smile + 0.8 * up + 0.7 * sneer + 0.4 * frown)
    out, rise = 7.0 * smile + 3.0 * up, 5.0 * sneer + 4.0 * up
    points = [(19 + 0.4 * out, 142 - rise), (30 + out, 153 - rise), (36 + 1.5 * out, 170 - 4 * smile)]
    return Line(f"fold-{side}", "fold", (curve(points, SIDES[side]),), opacity=deep)


def _cheek(face: Coefficients, side: str) -> list[Line]:
    squint, puff = face[f"cheekSquint{side}"], face["cheekPuff"]
    up = 6.0 * squint
    apple = curve([(24, 128 - up), (38, 133 - up), (53, 128 - up), (59, 119 - up)], SIDES[side])
    full = curve([(50, 158), (58 + 4 * puff, 170), (51, 184)], SIDES[side])
    return [
        Line(f"cheek-{side}", "fold", (apple,), opacity=squint),
        Line(f"puff-{side}", "fold", (full,), opacity=puff),
    ]
