"""How evaluations speak: the names of figures, a sentence for each, numbers as a reader wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimik.learn.estimate import Estimate
    from mimik.learn.evaluation import Subgroup

__all__ = [
    "FIGURES",
    "Figure",
    "Subject",
    "between",
    "figure",
    "noise",
    "subject_of",
    "telling",
    "with_interval",
]

_NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Figure:
    """How to speak of a figure.

    Attributes:
        title: its name.
        says: one sentence on what it means; ``{noun}`` stands for what is told apart.
        percent: whether it is written in percent, else as a number with two places.
    """

    title: str
    says: str
    percent: bool = False


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "balanced_accuracy": Figure(
            "balanced accuracy",
            "Share recognised of each {noun}, averaged: each counts the same, however often it occurs.",
            percent=True,
        ),
        "accuracy": Figure(
            "accuracy", "Share recognised of all: what occurs more often weighs more.", percent=True
        ),
        "macro_f1": Figure(
            "macro F1",
            "Mean F1: low where one {noun} is missed, or where others are taken for it. 1 is perfect.",
        ),
        "matthews": Figure(
            "Matthews correlation", "Agreement over the whole confusion matrix: 0 is guessing, 1 is perfect."
        ),
        "auc": Figure(
            "AUC",
            "How often one that shows the {noun} gets more of its probability than one that does not: "
            "0.5 is guessing, 1 is perfect.",
        ),
        "ece": Figure(
            "calibration error",
            "How far the probability claimed is from the share that is right, on average (ECE): 0 is best.",
            percent=True,
        ),
        "brier": Figure(
            "Brier score", "Squared distance between probabilities and truth: 0 is best, 2 is worst."
        ),
        "weighted_kappa": Figure(
            "weighted kappa",
            "Agreement beyond chance, misses weighed by squared distance: 0 is guessing, 1 is perfect.",
        ),
        "icc": Figure("ICC(3,1)", "How consistently true and recognised steps rise together: 1 is perfect."),
        "mae": Figure(
            "mean distance", "By how many steps of the scale the answer is off, on average: 0 is best."
        ),
    }
)
"""In the order in which a reader wants them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """How to speak of what is recognised.

    Attributes:
        noun: what is told apart, "expression" or "label".
        truth: what it truly is, such as "shown".
        what: all of them, such as "shown expressions".
        caution: what a label is not.
    """

    noun: str
    truth: str
    what: str
    caution: str


def subject_of(target: str) -> Subject:
    """Return how to speak of a target such as "prompted" or "reported:strength"."""
    kind, _, name = target.partition(":")
    if kind == "reported":
        caution = "A label here is what people answered. It is no proof of what they felt."
        return Subject("label", "reported", f"answers to the question '{name}'", caution)
    if kind == "column":
        caution = "A label here is what the study's table says of a person. To recognise it is no diagnosis."
        return Subject("label", "true", f"the column '{name}' of participants.tsv", caution)
    caution = "An expression here is one that was shown on request. It is not an emotion felt."
    return Subject("expression", "shown", "shown expressions", caution)


def telling(subgroups: Sequence[Subgroup]) -> tuple[Subgroup, ...]:
    """Return the subgroups worth telling: where each is one person, the people themselves say as much."""
    shared = {group.column for group in subgroups if group.participants > 1}
    return tuple(group for group in subgroups if group.column in shared)


def figure(value: float | None, name: str) -> str:
    """Return a figure as text: 0.8123 -> "81.2 %" or "0.81"."""
    if value is None:
        return _NONE
    return f"{_number(value, name)} %" if FIGURES[name].percent else _number(value, name)


def between(estimate: Estimate, name: str) -> str:
    """Return the interval of an estimate, such as "75.0 to 86.2 %"; in brackets where not to be trusted."""
    if estimate.low is None or estimate.high is None:
        return ""
    text = f"{_number(estimate.low, name)} to {_number(estimate.high, name)}"
    text += " %" if FIGURES[name].percent else ""
    return text if estimate.trusted else f"({text})"


def with_interval(estimate: Estimate, name: str) -> str:
    """Return "81.2 % (75.0 to 86.2)", with a question mark behind an interval not to be trusted."""
    value = figure(estimate.value, name)
    if estimate.low is None or estimate.high is None:
        return value
    ends = f"({_number(estimate.low, name)} to {_number(estimate.high, name)})"
    return f"{value} {ends}" if estimate.trusted else f"{value} {ends}?"


def noise(sd: float, name: str) -> str:
    """Return how much a figure varies over repeats, such as "±0.8 points"."""
    return f"±{100 * sd:.1f} points" if FIGURES[name].percent else f"±{sd:.3f}"


def _number(value: float, name: str) -> str:
    if FIGURES[name].percent:
        return f"{round(100 * value, 1) + 0.0:.1f}"
    return f"{round(value, 2) + 0.0:.2f}"  # + 0.0: no minus before nought
