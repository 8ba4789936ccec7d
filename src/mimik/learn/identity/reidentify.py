"""The curve of a study: how much coarser recordings tell less about whose they are, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.learn.channels import common_channels
from mimik.learn.comparison.peers import PEERS
from mimik.learn.data import load_dataset
from mimik.learn.estimate import FEW_PEOPLE
from mimik.learn.evaluate import versions
from mimik.learn.folds import cross_predict
from mimik.learn.identity.attackers import ATTACKERS
from mimik.learn.identity.attackers import QUICK as QUICK_ATTACKERS
from mimik.learn.identity.meter import identify
from mimik.learn.identity.result import Growth, Identification, Reidentification, Row
from mimik.learn.identity.sides import TRIALS
from mimik.learn.identity.steps import QUICK_STEPS, STEPS
from mimik.learn.notices import Notice
from mimik.learn.scoring import score
from mimik.learn.splits import SplitKind, choose_split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mimik.learn.dataset import Dataset
    from mimik.learn.estimate import Estimate
    from mimik.study.coarsening import Coarsening
    from mimik.study.study import Study

__all__ = ["RECOGNISER", "reidentify", "standings"]

RECOGNISER = "lda+rest"
"""Recipe of ``mimik compare`` that tells what a coarsening costs: near the networks, and in seconds."""

_SECONDS = (1.0, 2.0, 5.0)


def reidentify(
    study: Study,
    *,
    steps: Mapping[str, Coarsening] | None = None,
    quick: bool = False,
    recogniser: tuple[str, Any] | None = None,
    seed: int = 0,
    jobs: int | None = None,
    on_progress: Callable[[int, int], object] | None = None,
) -> Reidentification:
    """Measure how well people in a study can be told apart, as recorded and made coarser.

    Args:
        study: an open study; sessions still interrupted and trials excluded by hand are passed over.
        steps: name -> coarsening, the first to hold the others against; by default ``STEPS``, without rates
            that the study does not reach.
        quick: few steps and attackers, for a first look.
        recogniser: name and scikit-learn classifier that tells the cost; by default ``RECOGNISER``.
        seed: of all that is drawn.
        jobs: processes at work at once on the cost; None is one per core.
        on_progress: called with (steps done, steps in all).

    Raises:
        DataError: fewer than two people were recorded twice.
    """
    attackers = QUICK_ATTACKERS if quick else tuple(ATTACKERS)
    whole = load_dataset(study)
    chosen = steps if steps is not None else _steps(whole, quick=quick)
    name, estimator = recogniser or (RECOGNISER, PEERS[RECOGNISER].make())
    work = _Work(study, whole, attackers, estimator, seed, jobs)
    rows = []
    for done, (step, coarsening) in enumerate(chosen.items()):
        if on_progress is not None:
            on_progress(done, len(chosen))
        rows.append(work.row(step, coarsening))
    first = rows[0].identification
    return Reidentification(
        title=whole.title,
        synthetic=whole.synthetic,
        recordings=whole.n_recordings,
        recogniser=name,
        recognition_chance=1 / len(whole.expressions),
        seed=seed,
        notices=_notices(whole, first, rows),
        rows=standings(rows),
        growth=() if quick else _growth(whole, first, seed),
        versions=versions(),
    )


@dataclass(frozen=True, eq=False)
class _Work:
    """All that the steps have in common."""

    study: Study
    whole: Dataset
    attackers: tuple[str, ...]
    estimator: Any
    seed: int
    jobs: int | None

    def row(self, name: str, coarsening: Coarsening) -> Row:
        dataset = load_dataset(self.study, coarsening=coarsening)
        found = identify(dataset, attackers=self.attackers, seed=self.seed)
        return Row(name, coarsening, len(dataset), found, self._recognition(dataset))

    def _recognition(self, dataset: Dataset) -> Estimate | None:
        """Return the balanced accuracy on people held out, of whole trials; None where it can't be had."""
        if len(dataset.expressions) < 2 or dataset.n_participants < 2:
            return None
        dataset, _ = common_channels(dataset)
        try:
            split = choose_split(dataset, kind=SplitKind.PARTICIPANT, seed=self.seed)
            [found] = cross_predict(dataset, self.estimator, [split], seed=self.seed, jobs=self.jobs)
        except DataError:
            return None
        result = score(dataset, found)
        return (result.trials or result.frames).figures["balanced_accuracy"]


def _steps(whole: Dataset, *, quick: bool) -> dict[str, Coarsening]:
    """Return the steps to try, without rates that change nothing."""
    chosen = {name: step for name, step in STEPS.items() if not quick or name in QUICK_STEPS}
    apart = np.diff(whole.device_time)[np.diff(whole.recording) == 0]
    fps = 1 / float(np.median(apart[apart > 0])) if (apart > 0).any() else np.inf
    return {name: step for name, step in chosen.items() if step.rate is None or step.rate < 0.95 * fps}


def _growth(whole: Dataset, first: Identification, seed: int) -> tuple[Growth, ...]:
    """Return how the strongest attack grows with the seconds it sees."""
    name = first.strongest.name
    found = []
    for seconds in _SECONDS:
        [attack] = identify(whole, attackers=(name,), seed=seed, seconds=seconds).attacks
        found.append(Growth(seconds, attack.rank1))
    return tuple(found)


def standings(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the rows, each with what beats it: names no more recordings, recognises no less, and not both
    alike. Differences within the intervals count, too: it is a hint and no proof."""
    return tuple(replace(row, beaten_by=_beaten_by(row, rows)) for row in rows)


def _beaten_by(row: Row, rows: Iterable[Row]) -> str:
    named, recognised = _place(row)
    better = [
        other
        for other in rows
        if (place := _place(other)) != (named, recognised) and place[0] <= named and place[1] >= recognised
    ]
    return min(better, key=lambda other: (_place(other)[0], -_place(other)[1])).name if better else ""


def _place(row: Row) -> tuple[float, float]:
    recognised = row.recognition.value if row.recognition is not None else None
    return row.identification.strongest.rank1.value or 0.0, recognised or 0.0


def _notices(whole: Dataset, first: Identification, rows: Sequence[Row]) -> tuple[Notice, ...]:
    notices = []
    if whole.synthetic:
        text = "Simulated people: these rates show that the road works, and say nothing about real faces."
        notices.append(Notice("synthetic-data", "serious", text))
    if first.apart == TRIALS:
        text = (
            "Nearly nobody sat twice, so known and unnamed recordings are of one sitting: the same day, "
            "light and place before the camera. Between sittings people are harder to tell apart."
        )
        notices.append(Notice("one-sitting", "warning", text))
    if first.people < FEW_PEOPLE:
        text = f"Only {first.people} people to choose from: with few, guessing is often right."
        notices.append(Notice("few-people", "warning", text))
    if any(row.recognition is None for row in rows):
        text = (
            "What coarsening costs in recognition can't be told: it takes two expressions of several people."
        )
        notices.append(Notice("no-recognition", "warning", text))
    _, absent = common_channels(whole)
    return (*notices, *absent)
