"""Published figures and those found here, side by side, one figure a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.learn.reproduction.published import SETS, TABLES, TRAINING_ACCURACY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimik.learn.evaluation import SplitResult
    from mimik.learn.tables import Composition, Scores

__all__ = ["UNSEEN", "Comparison", "compare"]

UNSEEN = "people never seen"
"""The set that the paper does not have."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, as published and as found here.

    Attributes:
        table: where the paper has it: "table-1" to "table-4", "figure-3", "figure-4", "text"; "" if nowhere.
        set: "training", "test" or "people never seen".
        expression: which one; "" for all together.
        figure: such as "recall" or "frames"; shares are 0..1.
        published: None where the paper has none.
        here: None where undefined.
    """

    table: str
    set: str
    expression: str
    figure: str
    published: float | None
    here: float | None

    @property
    def difference(self) -> float | None:
        """Found here less published; None without one of them."""
        return None if self.published is None or self.here is None else self.here - self.published


def compare(published_split: SplitResult, unseen: SplitResult) -> tuple[Comparison, ...]:
    """Put the paper's figures beside those of its split here, then add those on people never seen.

    Args:
        published_split: single frames shuffled once, ``PAPER_TEST_SHARE`` of them for testing.
        unseen: whole participants held out.
    """
    (fold,) = published_split.folds
    compositions = {"training": fold.training, "test": fold.test}
    scores = {"training": published_split.training_scores, "test": published_split.scores}
    rows: list[Comparison] = []
    for table in TABLES:
        if table.number <= 2:
            expressions = published_split.scores.expressions
            rows += _composition(table.name, table.set, compositions[table.set], expressions)
        else:
            rows += _scores(table.name, table.set, scores[table.set])
    history = fold.history or {}
    rows += _training(history.get("accuracy", ()), "figure-3", "accuracy", TRAINING_ACCURACY)
    rows += _training(history.get("loss", ()), "figure-4", "loss", (None, None))
    for name in SETS:
        rows.append(Comparison("text", name, "", "accuracy", SETS[name].accuracy, scores[name].accuracy))
    rows += _scores("", UNSEEN, unseen.scores)
    rows.append(Comparison("", UNSEEN, "", "accuracy", None, unseen.scores.accuracy))
    return tuple(rows)


def _composition(
    table: str, name: str, here: Composition, expressions: tuple[str, ...]
) -> Iterator[Comparison]:
    published = SETS[name]
    for expression, count in zip(expressions, here.counts, strict=True):
        known = published.expressions.get(expression)
        frames = known.frames if known else None
        share = frames / published.total if frames else None
        yield Comparison(table, name, expression, "frames", frames, count)
        yield Comparison(table, name, expression, "share of frames", share, count / max(here.total, 1))
    yield Comparison(table, name, "", "frames", published.total, here.total)
    yield Comparison(table, name, "", "chi2 p", published.p, here.p)


def _scores(table: str, name: str, here: Scores) -> Iterator[Comparison]:
    expressions = SETS[name].expressions if name in SETS else {}
    for row in here.per_expression:
        known = expressions.get(row.expression)
        for figure, value in (
            ("recall", row.recall),
            ("precision", row.precision),
            ("f1", row.f1),
            ("specificity", row.specificity),
            ("negatives", row.negatives),
        ):
            published = getattr(known, figure) if known else None
            yield Comparison(table, name, row.expression, _LABELS.get(figure, figure), published, value)


_LABELS = {"f1": "F1", "negatives": "negative cases"}


def _training(
    values: tuple[float, ...], table: str, figure: str, published: tuple[float | None, float | None]
) -> Iterator[Comparison]:
    if values:
        for which, known, value in zip(("first", "last"), published, (values[0], values[-1]), strict=True):
            yield Comparison(
                table, "training", "", f"{figure} while training, {which} epoch", known, float(value)
            )
