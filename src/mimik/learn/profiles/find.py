"""Find which channels make each expression: by what a recognizer loses without them, and by how they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.errors import DataError
from mimik.extras import needs_extra
from mimik.learn.means import mean_over_people
from mimik.learn.metrics.intervals import FEW_PEOPLE
from mimik.learn.notices import Notice
from mimik.learn.plateaus import BASELINES, plateaus
from mimik.learn.profiles.groups import groups_of
from mimik.learn.profiles.importance import recall_drops
from mimik.learn.profiles.result import Feature, Profile, Profiles
from mimik.learn.splits import SplitKind, choose_split

with needs_extra("learn"):
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset
    from mimik.learn.estimate import Estimate
    from mimik.learn.plateaus import Plateaus
    from mimik.learn.profiles.groups import Group

__all__ = ["PER_RECORDING", "REPEATS", "find_profiles", "quick_classifier"]

PER_RECORDING = 20
"""Test frames of each recording that are recognised again and again."""

REPEATS = 5
"""Shuffles of each group."""

Progress = Callable[[str, int, int], None]


def quick_classifier() -> Any:
    """Return a linear discriminant analysis with shrinkage (Ledoit and Wolf 2004), trained within seconds."""
    analysis = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    return make_pipeline(FunctionTransformer(np.nan_to_num), analysis)


def find_profiles(
    dataset: Dataset,
    estimator: Any,
    *,
    grouping: str = "pair",
    folds: int = 5,
    baseline: str | None = None,
    per_recording: int | None = PER_RECORDING,
    repeats: int = REPEATS,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Profiles:
    """Train without some people, shuffle channels of these people, and see what is lost.

    The importance of a group of channels for an expression is the drop of that expression's recall: easy to
    read, bounded, and the same for classifiers with and without probabilities. Channels that move together
    share their importance, as each can stand in for the others: compare with ``grouping="region"``.

    Args:
        dataset: the frames.
        estimator: any scikit-learn classifier that can cope with NaN channels; such as ``Recognizer()`` or
            ``quick_classifier()``.
        grouping: "pair" (left and right together), "region" or "channel".
        folds: classifiers to train, each without a part of the people.
        baseline: what effects are changes from: "resting", or "own" for the person's other expressions; None
            is the first that everybody has.
        per_recording: test frames of each recording, None for all; see ``recall_drops``.
        repeats: shuffles of each group.
        seed: makes everything drawn repeatable.
        on_progress: called with (what is being done, done, of).

    Raises:
        DataError: there are fewer than two expressions or participants, or the classifier cannot learn.
    """
    if len(dataset.expressions) < 2:
        raise DataError(
            f"expected at least 2 expressions to tell apart, found {', '.join(dataset.expressions) or 'none'}"
        )
    split = choose_split(dataset, kind=SplitKind.PARTICIPANT, folds=folds, seed=seed)
    held = plateaus(dataset, baseline=baseline, on_progress=_of(on_progress, "Reading faces"))
    groups = groups_of(grouping, held.delivered)
    usable = _usable(dataset, held)
    split = replace(split, fold=split.fold[usable])
    dataset = replace(
        dataset.subset(usable),
        X=np.where(held.delivered, dataset.X[usable], np.float32(np.nan)),
    )
    drops = recall_drops(
        dataset,
        estimator,
        split,
        groups,
        per_recording=per_recording,
        repeats=repeats,
        seed=seed,
        on_progress=_of(on_progress, "Training and shuffling"),
    )
    effects = _effects(held, dataset)
    with np.errstate(invalid="ignore"):
        overall = mean_over_people(np.nanmean(drops.drop, axis=1))
        balanced = mean_over_people(np.nanmean(drops.recall, axis=1)[:, None])[0]
    rows = sorted(zip(groups, overall, strict=True), key=lambda row: -(row[1].value or 0.0))
    profiles = [
        _profile(name, groups, drops.recall[:, e], drops.drop[:, e], effects[:, e], held, e)
        for e, name in enumerate(dataset.expressions)
    ]
    return Profiles(
        title=dataset.title,
        synthetic=dataset.synthetic,
        participants=dataset.n_participants,
        classifier=_classifier_name(estimator),
        split=split.kind.value,
        folds=split.n_folds,
        grouping=grouping,
        against=BASELINES["resting"] if held.baseline == "resting" else "the person's other expressions",
        frames=int(np.minimum(np.bincount(dataset.recording), per_recording or len(dataset)).sum()),
        repeats=repeats,
        overall=tuple((group.name, group.region, estimate) for group, estimate in rows),
        balanced_accuracy=balanced,
        profiles=tuple(profiles),
        seed=seed,
        notices=_notices(dataset, held, split.notices),
    )


def _of(on_progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    return None if on_progress is None else lambda done, of: on_progress(what, done, of)


def _usable(dataset: Dataset, held: Plateaus) -> NDArray[np.bool_]:
    """Return the frames that have every channel that everybody's source delivers."""
    return np.asarray(np.isfinite(dataset.X[:, held.delivered]).all(axis=1))


def _effects(held: Plateaus, dataset: Dataset) -> NDArray[np.float64]:
    """Return each person's mean change in each expression (participants, expressions, 52); NaN without."""
    shape = (dataset.n_participants, len(dataset.expressions))
    means = np.full((*shape, held.changes.shape[1]), np.nan)
    for person, expression in np.unique(np.stack([held.participant, held.expression]), axis=1).T:
        own = (held.participant == person) & (held.expression == expression)
        means[person, expression] = held.changes[own].mean(axis=0)
    if held.baseline == "resting":
        return means
    k = np.isfinite(means[..., :1]).sum(
        axis=1, keepdims=True
    )  # changes are from the mean of all k, own included
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = means - np.nanmean(means, axis=1, keepdims=True)
        return np.asarray(centred * np.where(k > 1, k / (k - 1), np.nan))


def _profile(
    expression: str,
    groups: tuple[Group, ...],
    recall: NDArray[np.float64],
    drop: NDArray[np.float64],
    effect: NDArray[np.float64],
    held: Plateaus,
    code: int,
) -> Profile:
    importances = mean_over_people(drop)
    features = [
        Feature(group.name, group.region, importance, *_strongest(group, effect))
        for group, importance in zip(groups, importances, strict=True)
    ]
    shown = held.changes[held.expression == code].mean(axis=0)
    return Profile(
        expression=expression,
        recall=mean_over_people(recall[:, None])[0],
        features=tuple(sorted(features, key=lambda f: -(f.importance.value or 0.0))),
        change=tuple(shown.tolist()),
        face=tuple((held.start + shown).tolist()),
    )


def _strongest(group: Group, effect: NDArray[np.float64]) -> tuple[str, Estimate]:
    """Return the part of a group that moves most, and its effect."""
    means = [(name, effect[:, list(channels)].mean(axis=1)) for name, channels in group.parts]
    name, values = max(means, key=lambda part: abs(np.nanmean(part[1])))
    return name, mean_over_people(values[:, None])[0]


def _classifier_name(estimator: Any) -> str:
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    return type(last).__name__


def _notices(dataset: Dataset, held: Plateaus, of_split: tuple[Notice, ...]) -> tuple[Notice, ...]:
    found = []
    if dataset.synthetic:
        text = "Simulated people: these profiles show that the road works, and say nothing about real faces."
        found.append(Notice("synthetic-data", "serious", text))
    if dataset.n_participants < FEW_PEOPLE:
        text = f"Only {dataset.n_participants} people: intervals of fewer than {FEW_PEOPLE} can't be trusted."
        found.append(Notice("few-participants", "warning", text))
    if not held.delivered.all():
        left = int((~held.delivered).sum())
        text = f"{left} of 52 channels were not delivered by everybody's source, and are left out."
        found.append(Notice("channels-left-out", "warning", text))
    text = "Channels that move together share importance: a recognizer that has one can do without the other."
    found.append(Notice("shared-importance", "info", text))
    return (*found, *of_split)
