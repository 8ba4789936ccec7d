"""What the predictions of an evaluation say of its labels and of shuffling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.check import Check, counted, found, not_applicable, passed
from mimik.learn.decisions import per_recording
from mimik.learn.splits import SplitKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material
    from mimik.learn.predictions import Predictions

__all__ = ["CHECKS", "implausible_labels"]

IMPLAUSIBLE = 0.15
"""Share of an even probability below which the mean probability of a label is implausible."""

JUDGES_FROM = 0.8
"""Balanced share of trials that a recognizer must recognise to judge labels."""

INFLATED = 0.02
"""Accuracy that shuffling must add to be worth a word."""


def implausible(material: Material, predictions: Predictions, _leaking: Predictions | None) -> Outcome:
    """Trials whose label recognizers of other people find implausible."""
    if predictions.split.kind is SplitKind.FRAME:
        return not_applicable("Single frames were shuffled: the recognizer has seen each trial's label.")
    if not predictions.graded:
        return not_applicable("The classifier gives no probabilities.")
    return implausible_labels(material, predictions.proba)


def implausible_labels(material: Material, proba: NDArray[np.floating]) -> Outcome:
    """Look for implausible labels.

    Args:
        material: the data.
        proba: (n, k), from recognizers that did not train on a frame's person (or recording); rows of NaN do
            not count.
    """
    k = len(material.dataset.expressions)
    if k < 2:
        return not_applicable("There is one expression in all.")
    codes, mean = per_recording(proba, material.dataset.recording)
    if not len(codes):
        return not_applicable("No trial was tested.")
    place = np.zeros(material.dataset.n_recordings, dtype=np.intp)
    place[material.code] = np.arange(len(material.code))
    trials = place[codes]
    given = material.label[trials]
    recognised = _balanced(given, mean.argmax(axis=1))
    if recognised < JUDGES_FROM:
        return not_applicable(
            f"The recognizer names {100 * recognised:.0f} % of the trials; "
            f"below {100 * JUDGES_FROM:.0f} % it is no judge of labels."
        )
    plausible = mean[np.arange(len(trials)), given]
    doubtful = np.flatnonzero(plausible < IMPLAUSIBLE / k)
    if not len(doubtful):
        return passed("No trial looks like it shows something else than its label.", 0.0)
    order = doubtful[np.argsort(plausible[doubtful], kind="stable")]
    lines = [
        f"{material.name(trials[i])}: {100 * plausible[i]:.1f} %, looks like "
        f"{material.dataset.expressions[mean[i].argmax()]} ({100 * mean[i].max():.0f} %)"
        for i in order.tolist()
    ]
    text = f"{len(doubtful)} of {counted(len(trials), 'trial')} look like something else than their label."
    return found(text, lines, len(doubtful))


def _balanced(given: NDArray[np.integer], said: NDArray[np.integer]) -> float:
    return float(np.mean([np.mean(said[given == i] == i) for i in np.unique(given)]))


def inflated(material: Material, predictions: Predictions, leaking: Predictions | None) -> Outcome:
    """How much shuffled frames would flatter."""
    if predictions.split.kind is SplitKind.FRAME:
        return not_applicable("The result itself is of shuffled frames.")
    if leaking is None or leaking.split.kind is not SplitKind.FRAME:
        return not_applicable("The leaking split of single frames was not run.")
    honest, shuffled = _accuracy(material, predictions), _accuracy(material, leaking)
    added = shuffled - honest
    if not added >= INFLATED:
        return passed("Shuffling frames would not raise the accuracy.", added)
    text = (
        f"Shuffling frames would raise the accuracy by {100 * added:.1f} points, "
        f"from {100 * honest:.1f} % to {100 * shuffled:.1f} %: the lower number is the true one."
    )
    return found(text, (), added)


def _accuracy(material: Material, predictions: Predictions) -> float:
    tested = np.flatnonzero(predictions.tested)
    return float(np.mean(predictions.codes[tested] == material.dataset.y[tested]))


CHECKS = (
    Check(
        "EVAL009",
        "Labels that look wrong",
        "warning",
        "Recognizers that did not train on a person give the label of some of that person's trials a mean "
        f"probability below {IMPLAUSIBLE:g} of an even one. The person may have shown something else, the "
        "trial may bear a wrong label, or somebody shows an expression in a way of their own. Recognizers "
        f"that name less than {100 * JUDGES_FROM:.0f} % of the trials rightly are not asked.",
        "Look at these trials. Correct a label only if you know that it is wrong, never because a recognizer "
        "disagrees: that would make the result better without making it true.",
        implausible,
    ),
    Check(
        "EVAL011",
        "Shuffled frames would flatter",
        "info",
        "Many published figures come from single frames shuffled into training and test sets. The difference "
        "says how much of such a figure is memory of faces.",
        "Quote the number of the split that holds people out, and this difference beside it.",
        inflated,
    ),
)
