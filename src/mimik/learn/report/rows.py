"""An evaluation as one tidy table: a row per number, ready for pandas, R or a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from mimik.errors import DataError

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.evaluation import Evaluation, SplitResult, UnitResult

__all__ = ["Row", "rows_of", "write_figures"]


@dataclass(frozen=True, slots=True)
class Row:
    """One number.

    Attributes:
        study: title.
        synthetic: "true" if any of it was simulated.
        classifier: its name.
        split: what was held out.
        folds: how many.
        unit: "frame", "trial" or "participant".
        part: what the number is about: "all", "expression", "person", "subgroup", "fold" or "repeat".
        name: which of them, such as "happy" or "site=Ulm"; "" for all.
        figure: such as "balanced_accuracy".
        value, low, high: the number and its 95 % interval over participants; None where there is none.
        trusted: "true" or "false" where there is an interval: whether it rests on enough people.
        n: frames, trials or people behind it; None where it does not apply.
    """

    study: str
    synthetic: str
    classifier: str
    split: str
    folds: int
    unit: str
    part: str
    name: str
    figure: str
    value: float | None
    low: float | None = None
    high: float | None = None
    trusted: str = ""
    n: int | None = None


def write_figures(path: Path | str, evaluation: Evaluation) -> Path:
    """Write every figure of an evaluation as a CSV file with one row per number (see ``Row``).

    It names participants by pseudonym: keep it with the study.

    Raises:
        DataError: the file cannot be written.
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow([field.name for field in fields(Row)])
            table.writerows(
                ["" if cell is None else cell for cell in astuple(row)] for row in rows_of(evaluation)
            )
        part.replace(path)
    except OSError as error:
        raise DataError(f"the figures could not be written to {path}: {error.strerror}") from error
    return path


def rows_of(evaluation: Evaluation) -> Iterator[Row]:
    """Yield every figure of an evaluation."""
    for result in (evaluation.result, evaluation.leaking):
        if result is not None:
            yield from _Rows(evaluation, result)
    head = _Rows(evaluation, evaluation.result)
    for spread in evaluation.spread:
        for number, value in enumerate(spread.values, 1):
            yield head.row(spread.unit, "repeat", str(number), spread.figure, value)


class _Rows:
    """The rows of one split."""

    def __init__(self, evaluation: Evaluation, result: SplitResult) -> None:
        self._evaluation, self._result = evaluation, result

    def __iter__(self) -> Iterator[Row]:
        for unit in self._result.units:
            yield from self._unit(unit)
        yield from self._people()
        yield from self._subgroups()
        for fold in self._result.folds:
            n = fold.test.total
            yield self.row("frame", "fold", fold.name, "accuracy", fold.accuracy, n)
            yield self.row("frame", "fold", fold.name, "balanced_accuracy", fold.balanced_accuracy, n)

    def row(
        self,
        unit: str,
        part: str,
        name: str,
        figure: str,
        value: Estimate | float | None,
        n: int | None = None,
    ) -> Row:
        data, result = self._evaluation.data, self._result
        head = (
            *(data.title, str(data.synthetic).lower(), self._evaluation.estimator.name),
            *(result.kind.value, result.n_folds, unit, part, name, figure),
        )
        if value is None or isinstance(value, float):
            return Row(*head, value, n=n)
        trusted = "" if value.low is None else str(value.trusted).lower()
        return Row(*head, value.value, value.low, value.high, trusted, n)

    def _unit(self, unit: UnitResult) -> Iterator[Row]:
        for figure, estimate in unit.figures.items():
            yield self.row(unit.unit, "all", "", figure, estimate, unit.scores.total)
        for score in unit.scores.per_expression:
            for figure in ("recall", "precision", "f1", "specificity"):
                value = getattr(score, figure)
                yield self.row(unit.unit, "expression", score.expression, figure, value, score.positives)

    def _people(self) -> Iterator[Row]:
        for person in self._result.people:
            name = person.participant
            yield self.row("frame", "person", name, "accuracy", person.accuracy, person.frames)
            yield self.row(
                "frame", "person", name, "balanced_accuracy", person.balanced_accuracy, person.frames
            )
            if person.trials:
                yield self.row("trial", "person", name, "accuracy", person.trials_recognised, person.trials)

    def _subgroups(self) -> Iterator[Row]:
        for group in self._result.subgroups:
            name = f"{group.column}={group.value}"
            yield self.row("frame", "subgroup", name, "balanced_accuracy", group.frame_accuracy, group.frames)
            yield self.row("trial", "subgroup", name, "balanced_accuracy", group.trial_accuracy, group.trials)
