"""Run checks on data, on a split, on predictions, or on all of an evaluation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from mimik.errors import DataError
from mimik.learn.checks.finding import CheckReport
from mimik.learn.checks.material import Material
from mimik.learn.checks.predictions import implausible_labels
from mimik.learn.checks.registry import LABELS, OF_DATA, OF_PREDICTIONS, OF_SPLITS, explain
from mimik.learn.checks.sides import Sides
from mimik.learn.labels.outside import outside_proba

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mimik.learn.checks.finding import Finding
    from mimik.learn.dataset import Dataset
    from mimik.learn.predictions import Predictions
    from mimik.learn.splits import Split

__all__ = ["check_dataset", "check_evaluation", "check_predictions", "check_split"]


def check_dataset(
    dataset: Dataset,
    *,
    model: bool = False,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> CheckReport:
    """Check data alone.

    Args:
        dataset: the frames, with all channels as they were recorded.
        model: also look for wrong labels, with quick classifiers trained on other people.
        seed: of dealing people for these.
        on_progress: called with (checks done, checks in all).

    Raises:
        DataError: there is no frame.
    """
    material = _material(dataset)
    findings = []
    total = len(OF_DATA) + model
    for check in OF_DATA:
        findings.append(check(material))
        if on_progress is not None:
            on_progress(len(findings), total)
    if model:
        findings.append(_labels(material, seed))
        if on_progress is not None:
            on_progress(total, total)
    return _report(findings)


def check_split(dataset: Dataset, split: Split) -> CheckReport:
    """Check how the frames of a data set were split.

    Raises:
        DataError: there is no frame, or the split is of other data.
    """
    return _report(_of_split(_material(dataset), split))


def check_predictions(
    dataset: Dataset, predictions: Predictions, leaking: Predictions | None = None
) -> CheckReport:
    """Check predictions.

    Args:
        dataset: the frames.
        predictions: the honest ones.
        leaking: those of the split of single frames, if it was run.

    Raises:
        DataError: there is no frame, or the predictions are of other data.
    """
    return _report(_of_predictions(_material(dataset), predictions, leaking))


def check_evaluation(
    dataset: Dataset, predictions: Predictions, leaking: Predictions | None = None
) -> CheckReport:
    """Check the data, the split and the predictions of an evaluation; see the others.

    What several checks need is measured once.
    """
    material = _material(dataset)
    return _report(
        [
            *(check(material) for check in OF_DATA),
            *_of_split(material, predictions.split),
            *_of_predictions(material, predictions, leaking),
        ]
    )


def _material(dataset: Dataset) -> Material:
    if not len(dataset):
        raise DataError(f"expected frames to check, found none in {dataset.title!r}")
    return Material(dataset)


def _of_split(material: Material, split: Split) -> list[Finding]:
    dataset = material.dataset
    if split.fold.shape != (len(dataset),):
        raise DataError(f"expected a split of {len(dataset):,} frames, got one of {split.fold.shape}")
    sides = Sides(
        split,
        dataset.participant,
        dataset.y,
        n_groups=dataset.n_participants,
        n_labels=len(dataset.expressions),
    )
    return [check(material, sides) for check in OF_SPLITS]


def _of_predictions(
    material: Material, predictions: Predictions, leaking: Predictions | None
) -> list[Finding]:
    expected = (len(material.dataset), len(material.dataset.expressions))
    for each in (predictions, leaking):
        if each is not None and each.proba.shape != expected:
            raise DataError(f"expected predictions of shape {expected}, got {each.proba.shape}")
    return [check(material, predictions, leaking) for check in OF_PREDICTIONS]


def _labels(material: Material, seed: int) -> Finding:
    check, dataset = explain(LABELS), material.dataset
    if dataset.n_recordings < 2 or len(dataset.expressions) < 2:
        return check.without("It takes two recordings and two expressions to judge labels.")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Only one sample")  # a label of one frame is no label
            proba = outside_proba(dataset.X, dataset.y, dataset.context, seed=seed)
    except ValueError as error:
        return check.without(f"There is too little data to judge labels: {error}")
    return check.of(implausible_labels(material, proba))


def _report(findings: Iterable[Finding]) -> CheckReport:
    return CheckReport(tuple(sorted(findings, key=lambda finding: finding.code)))
