"""A schematic face as an SVG element, from the 52 coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.report.face.eyes import brows, eyes
from mimik.learn.report.face.head import head
from mimik.learn.report.face.lines import HEIGHT, WIDTH, Coefficients, Line, path
from mimik.learn.report.face.mouth import mouth

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["draw_face", "exaggerated", "face_lines"]

# The page's colours where there are any. White of eyes and teeth, and the dark of iris and mouth, are the
# same by day and by night.
_INK, _SKIN = "var(--ink,#1a1f26)", "var(--wash,#f0f2f5)"
_LIP = "color-mix(in srgb,var(--leak,#b4490f) 38%,var(--wash,#f0f2f5))"
_LOOKS: Final = {
    "skin": f"fill:{_SKIN};stroke:{_INK};stroke-width:2",
    "line": f"fill:none;stroke:{_INK};stroke-width:1.6",
    "lash": f"fill:none;stroke:{_INK};stroke-width:3",
    "fold": f"fill:none;stroke:{_INK};stroke-width:1.3",
    "seam": f"fill:none;stroke:{_INK};stroke-width:1.8",
    "brow": f"fill:{_INK};stroke:{_INK};stroke-width:1",
    "lip": f"fill:{_LIP};stroke:{_INK};stroke-width:.9",
    "white": "fill:#faf8f5;stroke:none",
    "teeth": "fill:#faf8f5;stroke:none",
    "iris": "fill:#5b6f8c;stroke:#1b2430;stroke-width:1",
    "pupil": "fill:#141a22;stroke:none",
    "hole": "fill:#4a1d22;stroke:none",
    "tongue": f"fill:#cf6a70;stroke:{_INK};stroke-width:1.2",
}
_FAINT = 0.03  # what is hardly there is not drawn
_NAMED = 6


def draw_face(
    coefficients: NDArray[np.floating],
    name: str,
    *,
    title: str,
    description: str | None = None,
    as_in_mirror: bool = False,
) -> Markup:
    """Return a face as an ``<svg>`` element, 200 wide and 256 high, as large as its place.

    It is drawn as somebody facing the person sees it: the person's left, ARKit's "Left", is on the right.

    Args:
        coefficients: (52,) in the order of ``BLEND_SHAPES``; held to 0..1, and NaN is drawn as 0.
        name: distinct in the page; prefixes all ids.
        title: whose face or what it shows, in a few words.
        description: for those who cannot see it; by default the channels that are strongest.
        as_in_mirror: draw the person's left on the left.

    Raises:
        ValueError: not 52 coefficients.
    """
    face = Coefficients(coefficients)
    drawn = [line for line in face_lines(face) if line.opacity >= _FAINT]
    clips = {line.clip for line in drawn} - {""}
    masks = "".join(
        f'<clipPath id="{name}-{line.name}"><path d="{path(line)}"/></clipPath>'
        for line in drawn
        if line.name in clips
    )
    body = "".join(_element(line, name) for line in drawn)
    turn = f' transform="translate({WIDTH:g} 0) scale(-1 1)"' if as_in_mirror else ""
    text = _described(face, as_in_mirror=as_in_mirror) if description is None else description
    return Markup(  # numbers of our own, texts escaped
        f'<svg class="face" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(text)}</desc>'
        f'<g{turn} stroke-linecap="round" stroke-linejoin="round"><defs>{masks}</defs>{body}</g></svg>'
    )


def exaggerated(face: Sequence[float], change: Sequence[float | None]) -> NDArray[np.float64]:
    """Return a face (52,) with its change from a baseline twice as large: means of many people are faint.

    Say so beside the drawing.
    """
    more = np.array([value or 0.0 for value in change])
    return np.asarray(np.clip(np.asarray(face) + more, 0.0, 1.0), dtype=np.float64)


def face_lines(face: Coefficients) -> list[Line]:
    """Return all lines of a face, those in front last."""
    return [*head(face), *eyes(face), *brows(face), *mouth(face)]


def _element(line: Line, name: str) -> str:
    clip = f' clip-path="url(#{name}-{line.clip})"' if line.clip else ""
    faint = "" if line.opacity >= 1 else f";opacity:{line.opacity:.2f}"
    return f'<path d="{path(line)}"{clip} style="{_LOOKS[line.look]}{faint}"/>'


def _described(face: Coefficients, *, as_in_mirror: bool) -> str:
    strongest = [i for i in np.argsort(-face.values, kind="stable")[:_NAMED] if face.values[i] >= 0.1]
    named = ", ".join(f"{BLEND_SHAPES[i]} {face.values[i]:.2f}" for i in strongest) or "none above 0.1"
    side = "left" if as_in_mirror else "right"
    return f"Strongest coefficients: {named}. The person's left is drawn on the {side}."
