"""From predictions to what a report says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.learn.decisions import chosen, owners, per_participant, per_recording
from mimik.learn.estimate import Estimate
from mimik.learn.evaluation import (
    FoldResult,
    PersonResult,
    SplitResult,
    Subgroup,
    UnitResult,
)
from mimik.learn.figures import NOMINAL, ORDINAL, figures_of
from mimik.learn.metrics.intervals import participant_intervals
from mimik.learn.metrics.probability import calibration
from mimik.learn.splits import SplitKind
from mimik.learn.tables import composition, confusion, scores
from mimik.learn.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.predictions import FoldRun, Predictions

__all__ = ["MOST_VALUES", "quick_figures", "score"]

MOST_VALUES = 12
"""A column of more different values (ages, dates) makes no subgroups."""


def score(dataset: Dataset, predictions: Predictions) -> SplitResult:
    """Score the predictions of one split, per frame, per trial and where it applies per participant.

    Args:
        dataset: the frames.
        predictions: what was said of them.
    """
    split = predictions.split
    k = len(dataset.expressions)
    units = _units(dataset, predictions)
    results = {unit.name: unit.result(dataset) for unit in units}
    training = sum((run.training for run in predictions.folds), np.zeros((k, k), dtype=np.int64))
    return SplitResult(
        kind=split.kind,
        meaning=split.kind.meaning,
        n_folds=split.n_folds,
        frames=results["frame"],
        trials=results.get("trial"),
        participants=results.get("participant"),
        training_scores=scores(training, dataset.expressions),
        folds=tuple(_fold(dataset, predictions, run) for run in predictions.folds),
        people=_people(dataset, units),
        subgroups=tuple(_subgroups(dataset, units)),
    )


def quick_figures(dataset: Dataset, predictions: Predictions) -> dict[str, dict[str, float]]:
    """Return the figures by unit and name, without intervals: for repeats."""
    names = _names(dataset)
    found = {}
    for unit in _units(dataset, predictions):
        values = figures_of(unit.tally(dataset).total(), names)
        found[unit.name] = {name: float(value) for name, value in values.items() if np.isfinite(value)}
    return found


def _names(dataset: Dataset) -> tuple[str, ...]:
    return ORDINAL if dataset.scale == "ordinal" else NOMINAL


class _Unit:
    """What is decided as one: frames, trials or people, with their truth and their person."""

    def __init__(
        self,
        name: str,
        y: NDArray[np.integer],
        proba: NDArray[np.floating],
        person: NDArray[np.integer],
        *,
        graded: bool,
        ordered: bool,
        code: NDArray[np.integer],
    ) -> None:
        self.name, self.y, self.proba, self.person = name, y, proba, person
        self.graded, self.code = graded, code
        self.found = chosen(proba, ordered=ordered)

    def tally(self, dataset: Dataset) -> Tally:
        """Return all sums per participant."""
        sums = self.y, self.found, self.proba, self.person
        return Tally.of(*sums, dataset.n_participants, graded=self.graded)

    def counts(self, dataset: Dataset, rows: NDArray[np.bool_] | slice = slice(None)) -> Tally:
        """Return the confusion matrices per participant alone, of some rows."""
        sums = self.y[rows], self.found[rows], self.proba[rows], self.person[rows]
        return Tally.of(*sums, dataset.n_participants, graded=False)

    def result(self, dataset: Dataset) -> UnitResult:
        tally = self.tally(dataset)
        matrix = confusion(self.y, self.found, len(dataset.expressions))
        return UnitResult(
            unit=self.name,
            scores=scores(matrix, dataset.expressions),
            figures=participant_intervals(tally, _names(dataset)),
            reliability=calibration(tally.total()).bins if self.graded else (),
        )


def _units(dataset: Dataset, predictions: Predictions) -> list[_Unit]:
    tested = np.flatnonzero(predictions.tested)
    graded = predictions.graded
    style: Any = {"graded": graded, "ordered": dataset.scale == "ordinal" and graded}
    units = [
        _Unit(
            "frame",
            *(dataset.y[tested], predictions.proba[tested], dataset.participant[tested]),
            code=tested,
            **style,
        )
    ]
    if predictions.split.kind is SplitKind.FRAME:
        return units
    label_of, person_of = owners(dataset.recording, dataset.y), owners(dataset.recording, dataset.participant)
    code, proba = per_recording(predictions.proba, dataset.recording)
    units.append(_Unit("trial", label_of[code], proba, person_of[code], code=code, **style))
    if dataset.unit == "participant":
        of_person = owners(dataset.participant, dataset.y)
        code, proba = per_participant(predictions.proba, dataset.recording, dataset.participant)
        units.append(_Unit("participant", of_person[code], proba, code, code=code, **style))
    return units


def _fold(dataset: Dataset, predictions: Predictions, run: FoldRun) -> FoldResult:
    k, split = len(dataset.expressions), predictions.split
    name = split.names[run.fold]
    test = dataset.y[split.test(run.fold)]
    found = scores(confusion(test, run.proba.argmax(axis=1), k), dataset.expressions)
    return FoldResult(
        name=name,
        training=composition(f"{name}, training", dataset.y[split.train(run.fold)], k),
        test=composition(f"{name}, test", test, k),
        accuracy=found.accuracy,
        balanced_accuracy=found.balanced_accuracy,
        history=run.history,
    )


def _people(dataset: Dataset, units: Sequence[_Unit]) -> tuple[PersonResult, ...]:
    frames = units[0].counts(dataset).confusion
    n_trials, recognised = _trials(dataset, units)
    rows = []
    for i, (name, matrix) in enumerate(zip(dataset.participants, frames, strict=True)):
        shown, hits = matrix.sum(axis=1), np.diagonal(matrix)
        if not shown.sum():
            continue
        there = shown > 0
        rows.append(
            PersonResult(
                participant=name,
                frames=int(shown.sum()),
                accuracy=float(hits.sum() / shown.sum()),
                balanced_accuracy=float(np.mean(hits[there] / shown[there])),
                trials=int(n_trials[i]),
                trials_recognised=float(recognised[i]),
            )
        )
    return tuple(rows)


def _trials(dataset: Dataset, units: Sequence[_Unit]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    trials = next((unit for unit in units if unit.name == "trial"), None)
    if trials is None:
        return np.zeros(dataset.n_participants), np.zeros(dataset.n_participants)
    matrices = trials.counts(dataset).confusion
    counts = matrices.sum(axis=(1, 2))
    return counts, np.trace(matrices, axis1=1, axis2=2) / np.maximum(counts, 1)


def _subgroups(dataset: Dataset, units: Sequence[_Unit]) -> Iterable[Subgroup]:
    if len(units) < 2:
        return
    frames, trials = units[0], units[1]
    for column, values in _columns(dataset).items():
        for value in sorted(set(values) - {""}):
            member = np.array([v == value for v in values])
            of_frame, of_trial = member[dataset.recording[frames.code]], member[trials.code]
            if not of_trial.any():
                continue
            yield Subgroup(
                column=column,
                value=value,
                participants=len(np.unique(trials.person[of_trial])),
                trials=int(of_trial.sum()),
                frames=int(of_frame.sum()),
                frame_accuracy=_balanced(frames.counts(dataset, of_frame)),
                trial_accuracy=_balanced(trials.counts(dataset, of_trial)),
            )


def _balanced(tally: Tally) -> Estimate:
    return participant_intervals(tally, ("balanced_accuracy",))["balanced_accuracy"]


def _columns(dataset: Dataset) -> Mapping[str, list[str]]:
    """Return for each column that divides the recordings its value of each recording."""
    owner = owners(dataset.recording, dataset.participant)
    columns = {"device": [fact.device for fact in dataset.facts]} if dataset.facts else {}
    for name in dict.fromkeys(name for person in dataset.people for name in person):
        columns[name] = [dataset.people[i].get(name, "") for i in owner]
    return {name: values for name, values in columns.items() if 2 <= len(set(values) - {""}) <= MOST_VALUES}
