"""Small tables of MediaPipe's blend shapes, as tests write them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mimik.sources.mediapipenames import DELIVERED, NOT_DELIVERED

MEDIAPIPE = ("_neutral", *sorted([*DELIVERED, *NOT_DELIVERED[:-1]]))
"""The 52 names in MediaPipe's own, alphabetical order."""


def write_table(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[object]], delimiter: str = ","
) -> Path:
    lines = [header, *([str(cell) for cell in row] for row in rows)]
    path.write_text("".join(delimiter.join(line) + "\n" for line in lines), encoding="utf-8")
    return path


def shapes(value: float) -> list[str]:
    """Return 52 cells whose values all differ a little, ``_neutral`` first."""
    return [f"{value + i / 1000:.4f}" for i in range(52)]
