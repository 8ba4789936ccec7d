"""Circumstances that go with what is shown: a recognizer may learn them instead of faces."""

from __future__ import annotations

from collections import Counter
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from mimik.extras import needs_extra
from mimik.learn.checks.apps import family
from mimik.learn.checks.check import Check, counted, found, listed, not_applicable, passed

with needs_extra("learn"):
    from scipy.stats import chi2_contingency

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material

__all__ = ["CHECKS"]

TIED, UNLIKELY = 0.3, 0.001
"""Expressions go with a circumstance from this Cramer's V, if its probability by chance is below this."""

UNEVEN = 1.5
"""How many times an even share of the frames makes an expression too frequent."""

SAME_ORDER = 0.9
"""Share of the sessions with the same order that makes it everybody's."""

RATES_APART = 1.2
"""Frame rates are different from this ratio on."""


def tied(material: Material) -> Outcome:
    """Expressions that go with the device, the app, the site or the frame rate."""
    rates = ["" if np.isnan(rate) else f"{rate:g} frames/s" for rate in material.rate]
    known = {
        "device": material.fact("device"),
        "app": [family(app) for app in material.fact("app")],
        "site": material.column("site"),
        "frame rate": rates,
    }
    varied = {name: values for name, values in known.items() if len(set(values) - {""}) > 1}
    if not varied or len(material.dataset.expressions) < 2:
        return not_applicable(
            "Nothing is known to differ: one device, app, site and frame rate, or none known."
        )
    found_in = {name: tie for name, values in varied.items() if (tie := _tie(material, values))}
    if not found_in:
        return passed(f"Every expression was recorded under all circumstances ({listed(list(varied))}).")
    worst = max(v for v, _ in found_in.values())
    lines = [f"{name}: {line}" for name, (_, table) in found_in.items() for line in table]
    text = f"What is shown goes with the {' and the '.join(found_in)} (Cramer's V {worst:.2f} of 1)."
    return found(text, lines, worst)


def _tie(material: Material, values: list[str]) -> tuple[float, list[str]] | None:
    """Return Cramer's V of labels and values, counted once per person, and the table; None if not tied."""
    names = sorted(set(values) - {""})
    triples = {
        (person, label, names.index(value))
        for person, label, value in zip(
            material.person.tolist(), material.label.tolist(), values, strict=True
        )
        if value
    }
    table = np.zeros((len(material.dataset.expressions), len(names)), dtype=np.int64)
    for _, label, value in triples:
        table[label, value] += 1
    there = table.any(axis=1)
    if there.sum() < 2:
        return None
    test = chi2_contingency(table[there], correction=False)
    v = float(np.sqrt(test.statistic / table.sum() / (min(there.sum(), len(names)) - 1)))
    if v < TIED or test.pvalue >= UNLIKELY:
        return None
    rows = zip(material.dataset.expressions, table.tolist(), strict=True)
    return v, [
        f"{name} " + ", ".join(f"{value} {n}" for value, n in zip(names, row, strict=True))
        for name, row in rows
    ]


def mixed(material: Material) -> Outcome:
    """Several frame rates or apps in one study."""
    rates = np.unique(material.rate[np.isfinite(material.rate) & (material.rate > 0)])
    apps = sorted({family(app) for app in material.fact("app")} - {""})
    lines = []
    if len(rates) and rates[-1] / rates[0] > RATES_APART:
        lines += [
            f"{rate:g} frames/s: {counted(int((material.rate == rate).sum()), 'recording')}" for rate in rates
        ]
    if len(apps) > 1:
        named = Counter(family(app) for app in material.fact("app"))
        lines += [f"{app}: {counted(named[app], 'recording')}" for app in apps]
    if not lines:
        return passed("One frame rate, and one app as far as is known.", 0.0)
    return found("Recordings of different frame rates or apps are mixed.", lines, len(lines))


def one_order(material: Material) -> Outcome:
    """The same order of trials for everybody."""
    facts = material.dataset.facts
    sessions: dict[str, list[tuple[int, int]]] = {}
    for i, code in enumerate(material.code.tolist()):
        if facts and np.isfinite(facts[code].started):  # imported takes have no order in time
            sessions.setdefault(facts[code].session, []).append((facts[code].trial, int(material.label[i])))
    orders = Counter(
        tuple(dict.fromkeys(label for _, label in sorted(trials))) for trials in sessions.values()
    )
    orders = Counter({order: n for order, n in orders.items() if len(order) > 1})
    if not orders:
        return not_applicable("No session with a known order of two expressions or more.")
    order, n = orders.most_common(1)[0]
    names = [material.dataset.expressions[i] for i in order]
    by_chance = (1 / factorial(len(order))) ** (n - 1)
    if n < SAME_ORDER * orders.total() or by_chance > UNLIKELY:
        return passed("The order of trials differs between sessions.", n / orders.total())
    text = f"{n} of {counted(orders.total(), 'session')} have the same order of expressions."
    return found(text, [", ".join(names)], n / orders.total())


def uneven(material: Material) -> Outcome:
    """One expression much more frequent than others."""
    names = material.dataset.expressions
    if len(names) < 2:
        return not_applicable("There is one expression in all.")
    share: NDArray[np.float64] = np.bincount(material.dataset.y, minlength=len(names)) / len(material.dataset)
    most = float(share.max())
    if most < UNEVEN / len(names):
        return passed(f"Always naming one expression would be right for {100 * most:.0f} % at most.", most)
    order = np.argsort(-share, kind="stable").tolist()
    text = (
        f"Always naming {names[order[0]]!r} would be right for {100 * most:.0f} % of the frames; "
        f"evenly filled it would be {100 / len(names):.0f} %."
    )
    return found(text, [f"{names[i]}: {100 * share[i]:.1f} % of the frames" for i in order], most)


CHECKS = (
    Check(
        "EVAL015",
        "Uneven expressions",
        "info",
        "Where one expression has most of the frames, a high accuracy is no achievement: always naming "
        "that one reaches it as well.",
        "Quote the balanced accuracy, in which every expression weighs the same, and compare with chance.",
        uneven,
    ),
    Check(
        "EVAL016",
        "Expressions tied to device, app, site or frame rate",
        "serious",
        "If an expression was recorded mostly on one device, at one site, with one app or at one frame "
        "rate, a recognizer can tell the circumstance instead of the face, and fail wherever that "
        f"differs. Counted once per person; found from a Cramer's V of {TIED:g} that chance gives less "
        "than once in 1,000.",
        "Record every expression under all circumstances. Until then, evaluate within one circumstance, "
        "or hold sites or devices out (--split site, --split device).",
        tied,
    ),
    Check(
        "EVAL017",
        "Mixed frame rates or apps",
        "info",
        "A recording at 60 frames a second weighs twice as much as one at 30 in figures over frames, and "
        "apps differ in what a value means.",
        "Quote figures per trial. Compare subgroups by device in the report.",
        mixed,
    ),
    Check(
        "EVAL018",
        "The same order of expressions for everybody",
        "warning",
        "If everybody shows the expressions in one order, the last one is also the one of tired, "
        "practised or bored people, and of phones that have become warm.",
        'Use a protocol whose order is "shuffled" or "latin-square"; say so in a report where it was not.',
        one_order,
    ),
)
