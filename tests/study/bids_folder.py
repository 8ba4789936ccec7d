"""Reading a BIDS data set back, cell by cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode()
    assert text.endswith("\n") and "\r" not in text
    return [line.split("\t") for line in text[:-1].split("\n")]


def table(path: Path) -> list[dict[str, str]]:
    heading, *lines = rows(path)
    return [dict(zip(heading, line, strict=True)) for line in lines]


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.rglob(pattern)
    return found


def numbers(lines: list[list[str]], column: int) -> np.ndarray:
    return np.array([np.nan if line[column] == "n/a" else float(line[column]) for line in lines])
