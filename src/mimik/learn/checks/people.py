"""Who took part, what each of them showed, and what is known of them at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.apps import VIRTUAL, family
from mimik.learn.checks.check import Check, counted, found, listed, not_applicable, passed
from mimik.learn.metrics.intervals import FEW_PEOPLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material

__all__ = ["CHECKS"]

DOMINANT = 3
"""How many times an even share of the frames makes somebody dominate the data."""


def few(material: Material) -> Outcome:
    """Too few people, or too few who showed an expression."""
    people = material.dataset.n_participants
    if people < FEW_PEOPLE:
        text = (
            f"Only {counted(people, 'person')}: with fewer than {FEW_PEOPLE}, the spread between people "
            "can't be estimated, and no interval drawn from it can be trusted."
        )
        return found(text, (), people)
    showed = _showed(material).sum(axis=0)
    if material.dataset.target != "prompted" or showed.min() >= FEW_PEOPLE:
        return passed(f"{counted(people, 'person')} took part.", people)
    scarce = np.flatnonzero(showed < FEW_PEOPLE).tolist()
    lines = [f"{material.dataset.expressions[i]}: {counted(int(showed[i]), 'person')}" for i in scarce]
    text = f"{counted(len(scarce), 'expression')} shown by fewer than {FEW_PEOPLE} people."
    return found(text, lines, int(showed.min()))


def simulated(material: Material) -> Outcome:
    """Simulated people, all or some."""
    virtual = sum(family(app) == VIRTUAL for app in material.fact("app"))
    recordings = len(material.code)
    if not (material.dataset.synthetic or virtual):
        return passed("Nothing says that anybody is simulated.", 0.0)
    if 0 < virtual < recordings:
        people = material.person[[family(app) == VIRTUAL for app in material.fact("app")]]
        names = [material.person_name(i) for i in dict.fromkeys(people.tolist())]
        text = (
            f"Simulated and other recordings together: {virtual:,} of {recordings:,} are simulated. "
            "These numbers say nothing about real faces."
        )
        return found(text, [f"simulated: {name}" for name in names], virtual / recordings)
    text = "Simulated people: these numbers show that the road works, and say nothing about real faces."
    return found(text, (), 1.0)


def some_only(material: Material) -> Outcome:
    """Expressions that some people did not show."""
    if reason := _not_everybodys(material):
        return not_applicable(reason)
    showed = _showed(material)
    if showed.all():
        return passed("Everybody showed every expression.", 0.0)
    lacking = np.flatnonzero(~showed.all(axis=0)).tolist()
    lines = []
    for i in sorted(lacking, key=lambda i: showed[:, i].sum()):
        who = [material.person_name(p) for p in np.flatnonzero(~showed[:, i]).tolist()]
        lines.append(f"{material.dataset.expressions[i]}: not shown by {len(who)}, {listed(who)}")
    text = f"{counted(len(lacking), 'expression')} that some of {len(showed)} people did not show."
    return found(text, lines, int((~showed).sum()))


def one_expression(material: Material) -> Outcome:
    """People who showed one expression only."""
    if reason := _not_everybodys(material):
        return not_applicable(reason)
    showed = _showed(material)
    if showed.shape[1] < 2:
        return not_applicable("There is one expression in all.")
    single = np.flatnonzero(showed.sum(axis=1) == 1).tolist()
    if not single:
        return passed("Everybody showed two expressions or more.", 0.0)
    lines = [
        f"{material.person_name(i)}: {material.dataset.expressions[int(showed[i].argmax())]}" for i in single
    ]
    return found(f"{counted(len(single), 'person')} with one expression only.", lines, len(single))


def _not_everybodys(material: Material) -> str:
    """Return why not everybody could have every label, or ""."""
    if material.dataset.target == "prompted" and material.dataset.unit != "participant":
        return ""
    return f"The label is {material.dataset.target!r}, which not everybody needs to have all of."


def _showed(material: Material) -> NDArray[np.bool_]:
    """Return who showed what, (people, expressions)."""
    showed = np.zeros((material.dataset.n_participants, len(material.dataset.expressions)), dtype=bool)
    showed[material.dataset.participant, material.dataset.y] = True
    return showed


def dominant(material: Material) -> Outcome:
    """People with far more frames than others."""
    frames = np.bincount(material.dataset.participant, minlength=material.dataset.n_participants)
    if len(frames) <= DOMINANT:
        return not_applicable(f"There is only {counted(len(frames), 'person')}.")
    share = frames / frames.sum()
    much = sorted(np.flatnonzero(share > DOMINANT / len(frames)).tolist(), key=lambda i: -share[i])
    if not much:
        return passed("Nobody has far more frames than the others.", float(share.max()))
    lines = [f"{material.person_name(i)}: {100 * share[i]:.1f} % of the frames" for i in much]
    text = (
        f"{counted(len(much), 'person')} with more than {DOMINANT} times an even share of the frames, "
        f"up to {100 * share.max():.0f} %."
    )
    return found(text, lines, float(share.max()))


def no_rest(material: Material) -> Outcome:
    """People whose resting face is not known."""
    known = np.isfinite(material.dataset.resting[material.code]).any(axis=1)
    if known.all():
        return passed("Everybody's resting face is known.", 0.0)
    people = dict.fromkeys(material.person[~known].tolist())
    names = [material.person_name(i) for i in people]
    n = material.dataset.n_participants
    text = f"The resting face is not known in {int((~known).sum()):,} of {len(known):,} recordings"
    return found(f"{text}, of {len(names)} of {counted(n, 'person')}.", names, len(names))


CHECKS = (
    Check(
        "EVAL008",
        "Too few people for the claim",
        "warning",
        f"How well people in general are recognised is told by how much people differ. With fewer than "
        f"{FEW_PEOPLE} that can't be estimated, and intervals come out too narrow. The same holds for an "
        "expression that few people showed.",
        "Report the number of people beside every figure, call the study a pilot, or record more people.",
        few,
    ),
    Check(
        "EVAL010",
        "Simulated people",
        "serious",
        "Simulated faces serve to test the road from recording to report. How much they differ from each "
        "other was set by hand, so no figure says anything about real people.",
        "Never publish such figures as results. Keep simulated and real recordings in studies of their own.",
        simulated,
    ),
    Check(
        "EVAL019",
        "Expressions that some people did not show",
        "info",
        "Figures per expression then come from different people, and a difference between expressions may be "
        "one between people.",
        "Compare expressions among those who showed all, or record what is missing.",
        some_only,
    ),
    Check(
        "EVAL020",
        "People with one expression only",
        "warning",
        "Whoever showed one expression only teaches a recognizer their face as that expression; and in a "
        "test, their result tells nothing of telling expressions apart.",
        "Leave them out, or record their other expressions.",
        one_expression,
    ),
    Check(
        "EVAL024",
        "No resting face",
        "info",
        "Faces differ at rest: some people's mouths always look a little sad. A recognizer can take that "
        "into account only if it knows how somebody looks at rest: from a neutral trial, or from the "
        "moments before anybody reacts where trials start by themselves.",
        'Begin each session with a neutral trial; the protocol "follow-up" does.',
        no_rest,
    ),
    Check(
        "EVAL027",
        "A few people make up much of the data",
        "info",
        "Figures over frames are then mostly about them, and a recognizer learns mostly from them.",
        "Quote figures per trial or per person, or shorten the long recordings.",
        dominant,
    ),
)
