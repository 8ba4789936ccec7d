"""Find the groups that the expressions of a study fall into, whatever was asked for."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.clusters.agreement import mutual_information, rand_index
from mimik.learn.clusters.number import ALPHA, REFERENCES, Choice, choose_number, fit_means
from mimik.learn.clusters.result import Cluster, Clusters, Trial
from mimik.learn.clusters.stability import PAIRS, stability
from mimik.learn.means import mean_over_people
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.notices import Notice
from mimik.learn.plateaus import plateaus

with needs_extra("learn"):
    from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.estimate import Estimate
    from mimik.learn.plateaus import Plateaus

__all__ = ["MOST", "UNSTABLE", "find_clusters"]

_LEAST_ROWS = 5  # per cluster, on average

MOST = 10
"""As many clusters are tried."""

UNSTABLE = 0.6
"""Clusters of resampled participants that are less alike than this are not to be relied on; our choice."""

Progress = Callable[[str, int, int], None]


def find_clusters(
    dataset: Dataset,
    *,
    clusters: int | None = None,
    most: int = MOST,
    baseline: str | None = None,
    moments: int = 1,
    references: int = REFERENCES,
    pairs: int = PAIRS,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Clusters:
    """Sort the held expressions by their likeness alone, and compare with what was asked for.

    By k-means: a cluster is a mean face in coefficient units, which can be drawn, and into which the trials
    of other people can be sorted. Channels are not brought to one variance: that would blow up those that
    hardly move.

    Args:
        dataset: the frames.
        clusters: how many; None chooses, and may find that there are none (see ``choose_number``).
        most: largest number to try.
        baseline: what is taken away first: "resting", "own" or "none"; None is the first that everybody has.
        moments: rows per recording, see ``plateaus``.
        references: clouds without clusters to compare with, see ``choose_number``.
        pairs: of resamples, see ``stability``.
        seed: makes everything drawn repeatable.
        on_progress: called with (what is being done, done, of).

    Raises:
        DataError: there are too few people or trials, or the baseline is unknown.
    """
    if dataset.n_participants < 2:
        raise DataError(
            f"expected at least 2 participants to look for clusters, found {dataset.n_participants}"
            f" in {dataset.title!r}",
            hint="clusters of one person say nothing about others",
        )
    held = plateaus(
        dataset, baseline=baseline, moments=moments, on_progress=_of(on_progress, "Reading faces")
    )
    largest = min(most, max(len(held) // _LEAST_ROWS, 2)) if clusters is None else clusters
    if not 2 <= largest < len(held):
        raise DataError(f"expected 2 to {len(held) - 1} clusters of {len(held)} trials, got {largest}")
    changes = held.changes[:, held.delivered]
    with threadpool_limits(1):  # fits of so few rows take longer in several threads
        choice = choose_number(
            changes,
            held.participant if held.baseline == "own" else None,
            most=largest,
            given=clusters,
            references=references,
            seed=seed,
            on_progress=_of(on_progress, "Counting clusters"),
        )
        cluster = _sorted_by_size(fit_means(changes, choice.chosen, seed=seed).labels_)
        stable = None
        if choice.chosen > 1:
            update = _of(on_progress, "Resampling people")
            stable = stability(
                changes, held.participant, choice.chosen, pairs=pairs, seed=seed, on_progress=update
            )
    rand = mutual = None
    if choice.chosen > 1 and len(dataset.expressions) > 1:
        rand = rand_index(held.expression, cluster, held.participant)
        mutual = mutual_information(held.expression, cluster, held.participant)
    places, explained = _plane(changes)
    return Clusters(
        title=dataset.title,
        synthetic=dataset.synthetic,
        participants=dataset.n_participants,
        recordings=dataset.n_recordings,
        expressions=dataset.expressions,
        baseline=held.baseline,
        moments=moments,
        choice=choice,
        clusters=tuple(_cluster(held, cluster, i) for i in range(choice.chosen)),
        stability=stable,
        rand=rand,
        mutual=mutual,
        trials=_trials(dataset, held, cluster, places),
        explained=explained,
        seed=seed,
        notices=_notices(dataset, held, choice, stable),
    )


def _of(on_progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    return None if on_progress is None else lambda done, of: on_progress(what, done, of)


def _sorted_by_size(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Renumber clusters, the largest first."""
    order = np.argsort(-np.bincount(labels), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[labels]


def _name(number: int) -> str:
    letters = string.ascii_uppercase
    return letters[number] if number < len(letters) else f"{letters[number // 26 - 1]}{letters[number % 26]}"


def _cluster(held: Plateaus, cluster: NDArray[np.int64], number: int) -> Cluster:
    inside = cluster == number
    expressions = int(held.expression.max()) + 1
    people = int(held.participant.max()) + 1
    means = _mean_by(held.participant[inside], held.changes[inside], people)
    estimates = mean_over_people(means)
    shown = np.zeros((people, expressions))
    there = np.zeros((people, expressions))
    np.add.at(shown, (held.participant, held.expression), 1.0)
    np.add.at(there, (held.participant[inside], held.expression[inside]), 1.0)
    shares = np.divide(there, shown, out=np.full_like(shown, np.nan), where=shown > 0)
    return Cluster(
        name=_name(number),
        rows=int(inside.sum()),
        people=len(np.unique(held.participant[inside])),
        changes=tuple(e if d else None for e, d in zip(estimates, held.delivered, strict=True)),
        face=tuple((held.start + held.changes[inside].mean(axis=0)).tolist()),
        shares=tuple(mean_over_people(shares)),
        counts=tuple(int(n) for n in there.sum(axis=0)),
    )


def _mean_by(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Return the mean of each group's rows (groups, columns), NaN where a group has none."""
    sums = np.zeros((groups, values.shape[1]))
    np.add.at(sums, group, values)
    members = np.bincount(group, minlength=groups)[:, None]
    return np.divide(sums, members, out=np.full_like(sums, np.nan), where=members > 0)


def _plane(changes: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return the first two principal components of each row (m, 2), and their share of the variance."""
    centred = changes - changes.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:2]  # the same on every computer
    share = np.square(sizes) / max(np.square(sizes).sum(), 1e-300)
    places = np.zeros((len(changes), 2))
    places[:, : len(signs)] = (centred @ axes[:2].T) * signs
    return places, (float(share[0]), float(share[1]) if len(share) > 1 else 0.0)


def _trials(
    dataset: Dataset, held: Plateaus, cluster: NDArray[np.int64], places: NDArray[np.float64]
) -> tuple[Trial, ...]:
    return tuple(
        Trial(
            dataset.participants[held.participant[i]],
            dataset.recordings[held.recording[i]],
            dataset.expressions[held.expression[i]],
            _name(int(cluster[i])),
            *places[i].tolist(),
        )
        for i in range(len(held))
    )


def _notices(dataset: Dataset, held: Plateaus, choice: Choice, stable: Estimate | None) -> tuple[Notice, ...]:
    found = []
    if dataset.synthetic:
        text = "Simulated people: these clusters show that the road works, and say nothing about real faces."
        found.append(Notice("synthetic-data", "serious", text))
    if choice.p >= ALPHA:
        number = f"{choice.chosen} clusters were asked for, but there" if choice.given else "There"
        text = f"{number} is no more structure than in one cloud without clusters (p = {choice.p:.2f})."
        found.append(Notice("no-structure", "serious" if choice.given else "info", text))
    if stable is not None and (stable.value or 0.0) < UNSTABLE:
        text = f"Other people might well give other clusters: two resamples agree by only {stable.value:.2f}."
        found.append(Notice("unstable-clusters", "warning", text))
    if dataset.n_participants < FEW_PEOPLE:
        text = (
            f"Only {dataset.n_participants} people: with fewer than {FEW_PEOPLE}, no interval can be trusted."
        )
        found.append(Notice("few-participants", "warning", text))
    if held.baseline == "none" and dataset.n_participants > 1:
        text = (
            "No baseline was taken away: clusters may be of people's faces rather than of their expressions."
        )
        found.append(Notice("no-baseline", "warning", text))
    if not held.delivered.all():
        left = int((~held.delivered).sum())
        text = f"{left} of 52 channels were not delivered by everybody's source, and are left out."
        found.append(Notice("channels-left-out", "warning", text))
    return tuple(found)
