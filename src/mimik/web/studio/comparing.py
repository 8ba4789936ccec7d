"""Two models side by side, on people neither has seen: paired, person by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mimik.learn.estimate import FEW_PEOPLE
from mimik.learn.verdict import verdict_of

__all__ = ["Contender", "compared"]

_UNITS = ("trials", "frames")


@dataclass(frozen=True, eq=False)
class Contender:
    """A model and how it was tested.

    Attributes:
        name: of the model.
        labels: what it tells apart.
        facts: what lies beside it, see ``mimik.web.studio.work``; {} if nothing.
        problem: why it can't be made again, to be tested; "" if it can.
    """

    name: str
    labels: tuple[str, ...]
    facts: Mapping[str, Any]
    problem: str = ""

    @property
    def target(self) -> str:
        """What its labels are, as in ``Dataset.target``."""
        return str(self.facts.get("target", "prompted"))

    @property
    def evaluation(self) -> Mapping[str, Any] | None:
        """What its evaluation found, as ``Evaluation.to_dict`` tells; None without one."""
        return self.facts.get("evaluation")


def compared(a: Contender, b: Contender) -> dict[str, Any]:
    """Return by how much ``b`` recognises each person better than ``a``, or why that can't be told.

    A person's share is that of whole trials recognised, or of frames (balanced over the expressions) where
    the split has no trials. The difference is the mean of the persons' differences, with its interval over
    people: each was tested by both, so that who is hard for both weighs nothing.
    """
    why, can_evaluate = _not_comparable(a, b)
    if why:
        return {"comparable": False, "a": a.name, "b": b.name, "why": why, "can_evaluate": can_evaluate}
    assert a.evaluation and b.evaluation
    found = {
        unit: _difference(a.evaluation, b.evaluation, unit) for unit in _UNITS if a.evaluation["result"][unit]
    }
    unit = next(iter(found))
    return {
        "comparable": True,
        "a": a.name,
        "b": b.name,
        "unit": unit,
        "synthetic": bool(a.evaluation["data"]["synthetic"]),
        "sentence": _sentence(a.name, b.name, **found[unit]),
        **found,
    }


def _not_comparable(a: Contender, b: Contender) -> tuple[str, bool]:
    """Return why two models can't be compared, "" if they can, and whether testing them would help."""
    if a.name == b.name:
        return "These are one and the same model. Choose two.", False
    if a.target != b.target or set(a.labels) != set(b.labels):
        return f"They tell different things apart: {_what(a)}, {_what(b)}.", False
    able = not a.problem and not b.problem
    for one in (a, b):
        if not one.evaluation:
            problem = f" {one.problem}" if one.problem else ""
            return f"{one.name} was not tested on people never seen.{problem}", able
    if _conditions(a) != _conditions(b):
        return (
            "They were not tested on the same people and folds, so a difference could come from that.",
            able,
        )
    return "", able


def _what(one: Contender) -> str:
    labels = ", ".join(one.labels)
    return f"{one.name} {labels}" if one.target == "prompted" else f"{one.name} {labels} ({one.target})"


def _conditions(one: Contender) -> tuple[Any, ...]:
    """Return what must be the same: recordings and their labels, who was tested with what, and the folds."""
    assert one.evaluation
    data, result = one.evaluation["data"], one.evaluation["result"]
    people = [(person["participant"], person["frames"], person["trials"]) for person in result["people"]]
    shown = sorted(zip(data["expressions"], data["composition"]["counts"], strict=True))
    folds = result["kind"], result["n_folds"], one.evaluation["seed"]
    return one.facts.get("recordings"), shown, sorted(people), folds


def _difference(a: Mapping[str, Any], b: Mapping[str, Any], unit: str) -> dict[str, Any]:
    import numpy as np

    from mimik.learn.metrics.intervals import jackknife
    from mimik.learn.plain import to_plain

    figure = "trials_recognised" if unit == "trials" else "balanced_accuracy"
    shares = [{one["participant"]: one[figure] for one in each["result"]["people"]} for each in (a, b)]
    people = sorted(shares[0])
    apart = np.array([shares[1][person] - shares[0][person] for person in people])
    without = (apart.sum() - apart) / max(1, len(apart) - 1)
    estimate = jackknife(float(apart.mean()), without)
    return {
        "people": [
            {"participant": person, "a": shares[0][person], "b": shares[1][person]} for person in people
        ],
        "means": {name: float(np.mean(list(each.values()))) for name, each in zip("ab", shares, strict=True)},
        "difference": to_plain(estimate),
        "verdict": verdict_of(estimate, len(people)).name.lower(),
    }


def _sentence(
    a: str, b: str, *, people: list[Any], difference: Mapping[str, Any], verdict: str, **_: Any
) -> str:
    """Return what may be said of the difference, and no more."""
    value, low, high = (difference[end] for end in ("value", "low", "high"))
    number = len(people)
    match verdict:
        case "better":
            return f"{b} is better than {a} by {_range(low, high)} points on people never seen."
        case "worse":
            return f"{a} is better than {b} by {_range(-high, -low)} points on people never seen."
        case "cannot_tell":
            return (
                f"{a} and {b} cannot be told apart with {number} {'person' if number == 1 else 'people'}: "
                f"with fewer than {FEW_PEOPLE} nobody knows how much people differ."
            )
        case "no_difference" if low is not None:
            return (
                f"With {number} people {a} and {b} cannot be told apart: {b} may be anything from "
                f"{_points(low)} to {_points(high)} points better."
            )
        case "no_difference":
            return f"{a} and {b} recognise every one of {number} people equally often."
    return (
        f"{b} is {_points(value)} points better for every person alike; no interval can be drawn from that."
    )


def _range(low: float, high: float) -> str:
    return f"{_points(low)} to {_points(high)}"


def _points(share: float) -> str:
    text = f"{100 * share:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "\N{MINUS SIGN}")
