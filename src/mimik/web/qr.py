"""QR codes: an address that a tablet's camera takes over from a screen."""

from __future__ import annotations

from mimik.errors import MimikError
from mimik.extras import needs_extra

with needs_extra("studio"):
    import segno

__all__ = ["qr_svg"]

_LONGEST = 500  # characters; more makes modules too small for a camera


def qr_svg(text: str) -> str:
    """Return a QR code as SVG: black on white in any theme, with a quiet zone, of any size.

    Raises:
        MimikError: there's no text, or too much.
    """
    if not 0 < len(text) <= _LONGEST:
        raise MimikError(
            f"Expected 1 to {_LONGEST} characters for a QR code, found {len(text)}.",
            hint="Give the address alone.",
        )
    code = segno.make(text, micro=False, error="m", boost_error=False)
    rows = [bytes(row) for row in code.matrix_iter(scale=1, border=4)]
    side = len(rows)
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="QR code" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def _runs(row: bytes, y: int) -> str:
    """Return a row's dark modules, neighbours as one rectangle."""
    found, x = "", 0
    while x < len(row):
        start = x
        while x < len(row) and row[x]:
            x += 1
        if x > start:
            found += f"M{start} {y}h{x - start}v1h-{x - start}z"
        x += 1
    return found
