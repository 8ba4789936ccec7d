"""What a reproduction found, as plain data."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimik.learn.evaluation import SplitResult
from mimik.learn.notices import Notice
from mimik.learn.plain import to_plain
from mimik.learn.reproduction.compare import Comparison
from mimik.learn.reproduction.layers import Layer
from mimik.learn.reproduction.published import SOURCE

__all__ = ["FORMAT", "Reproduction"]

FORMAT = 1
"""Version of the plain data that ``Reproduction.to_dict`` makes."""

_COLUMNS = ("table", "set", "expression", "figure", "published", "here", "difference")


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The published experiment on a study, and the same network on people it never saw.

    Attributes:
        title: of the study.
        synthetic: whether any of its people was simulated.
        fingerprint: sha256 of the data, hexadecimal.
        participants: how many people.
        recordings: how many recordings.
        frames: how many frames.
        expressions: their names.
        preset: the recipe of the network.
        epochs: passes over the training frames.
        seed: of splits and training.
        notices: to be read first.
        layers: of the network, from input to output.
        published_split: frames shuffled and split once, as published; it leaks.
        unseen: the same network on people it never saw: the number to quote.
        comparisons: each figure beside the published one.
        versions: of Mimik and of the libraries used.
    """

    title: str
    synthetic: bool
    fingerprint: str
    participants: int
    recordings: int
    frames: int
    expressions: tuple[str, ...]
    preset: str
    epochs: int
    seed: int
    notices: tuple[Notice, ...]
    layers: tuple[Layer, ...]
    published_split: SplitResult
    unseen: SplitResult
    comparisons: tuple[Comparison, ...]
    versions: Mapping[str, str]

    def find(self, table: str, set: str, figure: str, expression: str = "") -> Comparison | None:
        """Return one figure, or None if there is none of that name."""
        wanted = (table, set, figure, expression)
        return next((c for c in self.comparisons if (c.table, c.set, c.figure, c.expression) == wanted), None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON."""
        plain: dict[str, Any] = {"format": FORMAT, "source": SOURCE, **to_plain(self)}
        plain["comparisons"] = [{**to_plain(c), "difference": c.difference} for c in self.comparisons]
        return plain

    def to_csv(self) -> str:
        """Return the comparisons as tidy CSV, one figure a row; empty where there is no number."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(_COLUMNS)
        for comparison in self.comparisons:
            rows.writerow(["" if (v := getattr(comparison, c)) is None else v for c in _COLUMNS])
        return text.getvalue()
