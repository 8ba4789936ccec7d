"""From predictions of several recipes to who stands where, and how far that can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.learn.comparison.result import Row
from mimik.learn.decisions import chosen, owners, per_recording
from mimik.learn.evaluation import EstimatorFacts
from mimik.learn.figures import NOMINAL, figures_of
from mimik.learn.metrics.intervals import paired_intervals, participant_intervals
from mimik.learn.resampling import resample_weights
from mimik.learn.splits import SplitKind
from mimik.learn.tally import Tally
from mimik.learn.verdict import Verdict, verdict_of

if TYPE_CHECKING:
    from mimik.learn.comparison.peers import Recipe
    from mimik.learn.dataset import Dataset
    from mimik.learn.estimate import Estimate
    from mimik.learn.predictions import Predictions

__all__ = ["RANKED_BY", "Result", "standings", "units_of"]

RANKED_BY = "balanced_accuracy"
"""The figure that ranks, and that differences are of."""


@dataclass(frozen=True, eq=False)
class Result:
    """What one recipe's predictions come to.

    Attributes:
        units: sums per participant by unit: "frame", and "trial" where there are trials.
        seconds: of training and testing.
        not_run: why there are no predictions.
    """

    units: Mapping[str, Tally]
    seconds: float | None
    not_run: str = ""

    @property
    def ranked(self) -> Tally:
        """The sums that rank: of trials, if there are any."""
        return self.units.get("trial", self.units["frame"])


def units_of(dataset: Dataset, predictions: Predictions) -> dict[str, Tally]:
    """Return sums per participant of frames and, where whole trials were held out, of trials."""
    tested = predictions.tested
    frame = dataset.y[tested], predictions.proba[tested], dataset.participant[tested]
    units = {"frame": _tally(dataset, predictions, *frame)}
    if predictions.split.kind is not SplitKind.FRAME:
        code, proba = per_recording(predictions.proba, dataset.recording)
        label, person = (owners(dataset.recording, of)[code] for of in (dataset.y, dataset.participant))
        units["trial"] = _tally(dataset, predictions, label, proba, person)
    return units


def _tally(dataset: Dataset, predictions: Predictions, y: Any, proba: Any, person: Any) -> Tally:
    found = chosen(proba, ordered=dataset.scale == "ordinal" and predictions.graded)
    return Tally.of(y, found, proba, person, dataset.n_participants, graded=predictions.graded)


def standings(
    recipes: Mapping[str, Recipe], results: Mapping[str, Result], reference: str, seed: int
) -> tuple[Row, ...]:
    """Return a row per recipe, the best first and those that were not run last.

    Args:
        recipes, results: by name.
        reference: name of the one that others are held against; it was run.
        seed: of drawing people anew, to see who would be first.
    """
    ran = {name: result for name, result in results.items() if not result.not_run}
    values = {name: _value(result.ranked) for name, result in ran.items()}
    first = _first({name: result.ranked for name, result in ran.items()}, seed)
    rows = [_not_run(name, recipes[name], results[name]) for name in results if name not in ran]
    for name, result in ran.items():
        apart = {} if name == reference else _differences(ran[reference], result)
        people = int((result.units["frame"].confusion.sum(axis=(1, 2)) > 0).sum())
        figures = {unit: participant_intervals(sums, NOMINAL) for unit, sums in result.units.items()}
        rows.append(
            Row(
                name=name,
                about=recipes[name].about,
                estimator=EstimatorFacts.of(recipes[name].estimator),
                rank=1 + sum(other > values[name] for other in values.values()),
                frames=figures["frame"],
                trials=figures.get("trial", {}),
                frame_difference=apart.get("frame"),
                trial_difference=apart.get("trial"),
                verdict=verdict_of(apart.get("trial", apart.get("frame")), people),
                first=first[name],
                seconds=result.seconds,
                not_run="",
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0)))


def _not_run(name: str, recipe: Recipe, result: Result) -> Row:
    return Row(
        name, recipe.about, None, None, {}, {}, None, None, Verdict.NOT_RUN, None, None, result.not_run
    )


def _value(tally: Tally) -> float:
    return float(figures_of(tally.total(), (RANKED_BY,))[RANKED_BY])


def _differences(reference: Result, other: Result) -> dict[str, Estimate]:
    return {
        unit: paired_intervals(reference.units[unit], sums, (RANKED_BY,))[RANKED_BY]
        for unit, sums in other.units.items()
    }


def _first(tallies: Mapping[str, Tally], seed: int) -> dict[str, float | None]:
    """Return how often each recipe would be first among people drawn anew; equal ones share."""
    there = np.flatnonzero(next(iter(tallies.values())).confusion.sum(axis=(1, 2)))
    if len(there) < 2:
        return dict.fromkeys(tallies)
    drawn = resample_weights(len(there), seed=seed)
    confusions = [Tally(tally.confusion[there], None, None, None) for tally in tallies.values()]
    values = np.array([figures_of(c.weighted(drawn), (RANKED_BY,))[RANKED_BY] for c in confusions])
    ahead = values >= values.max(axis=0) - 1e-12
    shares = (ahead / ahead.sum(axis=0)).mean(axis=1)
    return dict(zip(tallies, shares.tolist(), strict=True))
