"""Frames and whole trials whose labels the rest of the data contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.labels.confident import confident_joint, prune
from mimik.learn.labels.outside import outside_proba

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from mimik.learn.context import Context
    from mimik.learn.labels.confident import Prune

__all__ = ["LabelIssues", "TrialIssue", "find_label_issues"]


@dataclass(frozen=True, slots=True)
class TrialIssue:
    """What other people's frames say of the label of a whole trial.

    Attributes:
        recording: its code.
        given: its label.
        suggested: the most probable one, over the mean of its frames.
        share: of its frames that are suspicious, 0..1.
        confidence: mean probability of the given label, 0..1; NaN if it can't be judged.
        margin: mean probability of the suggested label less that of the given one, 0..1; NaN likewise.
        suspicious: whether the trial as a whole is pruned.
    """

    recording: int
    given: Any
    suggested: Any
    share: float
    confidence: float
    margin: float
    suspicious: bool


@dataclass(frozen=True, eq=False)
class LabelIssues:
    """Which labels are suspicious. A suspicion is no verdict: people show expressions in ways of their own.

    Attributes:
        suspicious: bool (n,), frames whose label is probably wrong.
        given: (n,), the labels.
        suggested: (n,), the most probable label of each frame; the given one where it can't be judged.
        confidence: float32 (n,), probability of the given label; NaN where it can't be judged.
        joint: float64 (k, k), estimated numbers of frames by given (rows) and true label (columns).
        classes: the k labels, sorted.
        trials: one for each recording, the most suspicious first.
    """

    suspicious: NDArray[np.bool_]
    given: NDArray[Any]
    suggested: NDArray[Any]
    confidence: NDArray[np.float32]
    joint: NDArray[np.float64]
    classes: NDArray[Any]
    trials: tuple[TrialIssue, ...]


def find_label_issues(
    X: NDArray[np.float32],
    y: ArrayLike,
    context: Context,
    *,
    estimator: Any = None,
    folds: int = 5,
    seed: int = 0,
    by: Prune = "noise-rate",
) -> LabelIssues:
    """Find frames and trials whose labels are probably wrong, by confident learning across people.

    Nothing but what is given is looked at: within an evaluation, give it the training side only.

    Args:
        X: float32 (n, 52), NaN where not delivered.
        y: labels (n,) of any kind.
        context: of these frames. Participants are judged by others; a single one's recordings by the rest.
        estimator: a scikit-learn classifier with ``predict_proba``, fitted to frames less their person's mean
            face; by default a shrunk linear discriminant analysis.
        folds: how many.
        seed: of the dealing into folds.
        by: how to prune, see ``prune``.

    Raises:
        DataError: there are fewer than two labels or recordings, or no label was given by two of them.
    """
    classes, codes = np.unique(np.asarray(y), return_inverse=True)
    if len(codes) != len(X):
        raise DataError(f"expected one label per frame, got {len(codes):,} for {len(X):,} frames")
    if len(classes) < 2:
        raise DataError(f"expected two labels or more to tell apart, found {len(classes)}")
    proba = outside_proba(X, codes, context, estimator=estimator, folds=folds, seed=seed)
    judged = np.isfinite(proba[:, 0])
    if not judged.any():
        raise DataError(
            "no label was given to two people, nor to two recordings of a single one",
            hint="record more people, or every expression twice",
        )
    suspicious = np.zeros(len(X), dtype=bool)
    suspicious[judged] = prune(codes[judged], proba[judged], by=by)
    best = np.where(judged, np.nan_to_num(proba).argmax(axis=1), codes)
    return LabelIssues(
        suspicious=suspicious,
        given=classes[codes],
        suggested=classes[best],
        confidence=proba[np.arange(len(X)), codes],
        joint=confident_joint(codes[judged], proba[judged]),
        classes=classes,
        trials=_trials(codes, proba, suspicious, context.recording, classes, by),
    )


def _trials(
    codes: NDArray[np.integer],
    proba: NDArray[np.float32],
    suspicious: NDArray[np.bool_],
    recording: NDArray[np.int32],
    classes: NDArray[Any],
    by: Prune,
) -> tuple[TrialIssue, ...]:
    numbers, of = np.unique(recording, return_inverse=True)
    frames = np.bincount(of)
    sums = [np.bincount(of, weights=column) for column in proba.T.astype(np.float64)]
    mean = np.stack(sums, axis=1, dtype=np.float64) / frames[:, None]
    votes = np.zeros((len(numbers), len(classes)))
    np.add.at(votes, (of, codes), 1.0)
    given = votes.argmax(axis=1)
    judged = np.isfinite(mean[:, 0])
    best = np.where(judged, np.nan_to_num(mean).argmax(axis=1), given)
    pruned = np.zeros(len(numbers), dtype=bool)
    pruned[judged] = prune(given[judged], mean[judged], by=by)
    share = np.bincount(of, weights=suspicious) / frames
    at = np.arange(len(numbers))
    confidence = mean[at, given]
    margin = mean[at, best] - confidence
    order = np.lexsort((numbers, -np.nan_to_num(margin), ~pruned))
    return tuple(
        TrialIssue(
            recording=int(numbers[i]),
            given=classes[given[i]].item(),
            suggested=classes[best[i]].item(),
            share=float(share[i]),
            confidence=float(confidence[i]),
            margin=float(margin[i]),
            suspicious=bool(pruned[i]),
        )
        for i in order.tolist()
    )
