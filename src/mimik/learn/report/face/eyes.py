"""Eyes and brows of a drawn face: lids, gaze, creases."""

from __future__ import annotations

import numpy as np

from mimik.learn.report.face.lines import MIDDLE, SIDES, Coefficients, Line, curve, span

__all__ = ["brows", "eyes"]

_EYE = (34.0, 104.0)  # away from the middle, down
_HALF = 18.5  # of its width
_IRIS, _PUPIL = 8.6, 4.2


def eyes(face: Coefficients) -> list[Line]:
    """Return white, iris, pupil and lids of both eyes."""
    return [line for side in SIDES for line in _eye(face, side)]


def _eye(face: Coefficients, side: str) -> list[Line]:
    upper, lower = _lids(face, side)
    x, y = _EYE
    inner, outer = (x - _HALF, y + 2), (x + _HALF, y)
    upper_lid = [(x - 10, y + 0.74 * upper), (x, y + upper), (x + 10, y + 0.8 * upper)]
    lower_lid = [(x + 10, y + 0.86 * lower), (x, y + lower), (x - 10, y + 0.84 * lower)]
    over = curve([inner, *upper_lid, outer], SIDES[side])
    under = curve([outer, *lower_lid, inner], SIDES[side])
    white = f"eye-{side}"
    squint, cheek = face[f"eyeSquint{side}"], face[f"cheekSquint{side}"]
    bag = curve([(x - 13, y + lower + 4), (x, y + lower + 6), (x + 13, y + lower + 3)], SIDES[side])
    feet = [[(x + 22, y + 1), (x + 29, y - 3)], [(x + 22, y + 5), (x + 29, y + 7)]]
    crow = [curve(points, SIDES[side]) for points in feet]
    return [
        Line(white, "white", (over, under), closed=True),
        *_gaze(face, side, white),
        Line(f"lid-lower-{side}", "line", (under,)),
        Line(f"lid-upper-{side}", "lash", (over,)),
        Line(f"bag-{side}", "fold", (bag,), opacity=min(1.0, squint + 0.5 * cheek)),
        *(Line(f"crow-{i}-{side}", "fold", (c,), opacity=max(squint, cheek)) for i, c in enumerate(crow)),
    ]


def _lids(face: Coefficients, side: str) -> tuple[float, float]:
    """Return how far upper (negative) and lower lid are from the eye's centre."""
    blink, wide, squint = face[f"eyeBlink{side}"], face[f"eyeWide{side}"], face[f"eyeSquint{side}"]
    up, down = face[f"eyeLookUp{side}"], face[f"eyeLookDown{side}"]
    upper = -(9.5 + 7.0 * wide - 2.5 * squint + 2.0 * up - 5.5 * down)
    lower = 6.5 + 1.5 * wide - 5.0 * squint - 1.5 * face[f"cheekSquint{side}"] + 1.0 * down
    shut = 4.0
    return span(upper, shut, blink), span(lower, shut, blink)


def _gaze(face: Coefficients, side: str, white: str) -> list[Line]:
    away = face[f"eyeLookOut{side}"] - face[f"eyeLookIn{side}"]
    down = face[f"eyeLookDown{side}"] - face[f"eyeLookUp{side}"]
    x = MIDDLE + SIDES[side] * (_EYE[0] + 9.0 * away)
    y = _EYE[1] - 1.0 + 7.0 * down
    return [
        Line(f"iris-{side}", "iris", (_circle(x, y, _IRIS),), closed=True, clip=white),
        Line(f"pupil-{side}", "pupil", (_circle(x, y, _PUPIL),), closed=True, clip=white),
    ]


def _circle(x: float, y: float, radius: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 17)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1)


def brows(face: Coefficients) -> list[Line]:
    """Return both brows, the creases between them, and the wrinkles of the forehead."""
    inner, outer = face["browInnerUp"], face.both("browOuterUp")
    lines = [line for side in SIDES for line in _brow(face, side)]
    for i, (y, half) in enumerate([(50.0, 25.0), (41.0, 20.0)]):
        bent = y - 2.0 * outer + 1.0 * inner
        wrinkle = curve([(-half, y), (-half / 2, bent - 2), (half / 2, bent - 2), (half, y)])
        lines.append(Line(f"wrinkle-{i}", "fold", (wrinkle,), opacity=min(1.0, 0.7 * inner + 0.4 * outer)))
    return lines


def _brow(face: Coefficients, side: str) -> list[Line]:
    down, out, inner = face[f"browDown{side}"], face[f"browOuterUp{side}"], face["browInnerUp"]
    arch = [
        (13.5 - 5.0 * down + 1.5 * inner, 79.5 + 13.0 * down - 18.0 * inner - 2.0 * out, 2.2),
        (15.5 - 5.0 * down + 1.5 * inner, 79.0 + 13.0 * down - 17.5 * inner - 2.0 * out, 2.7),
        (28.0 - 2.5 * down, 76.0 + 10.0 * down - 8.0 * inner - 7.0 * out, 2.9),
        (43.0, 74.5 + 5.0 * down - 0.5 * inner - 13.0 * out, 2.1),
        (58.0, 79.5 + 2.0 * down + 4.0 * inner - 10.0 * out, 0.6),
    ]
    over = curve([(x, y - thick) for x, y, thick in arch], SIDES[side])
    under = curve([(x, y + thick) for x, y, thick in reversed(arch)], SIDES[side])
    crease = curve([(4.5, 82 + 2 * down), (3.5, 90 + 4 * down), (5.0, 95 + 4 * down)], SIDES[side])
    return [
        Line(f"brow-{side}", "brow", (over, _joined(over, under)), closed=True),
        Line(f"crease-{side}", "fold", (crease,), opacity=down),
    ]


def _joined(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Return the lower edge from where the upper one ended."""
    return np.concatenate([over[-1:], under])
