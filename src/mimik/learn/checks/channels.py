"""Channels that do not say what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.blendshapes import BLEND_SHAPES
from mimik.learn.checks.apps import family, undeliverable
from mimik.learn.checks.check import Check, counted, found, listed, passed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material

__all__ = ["CHECKS"]

STILL = 1e-3
"""A channel that never leaves a range this wide does not move; apps deliver steps of 0.01 at most."""

OUTSIDE = (-0.5, 1.5)
"""Coefficients are about 0..1; real recordings leave that by a few hundredths."""


def still(material: Material) -> Outcome:
    """Channels that never move: in the study, on one device, or for one person."""
    moving = _moves(material, np.zeros(len(material.code), dtype=np.intp))[0]
    known = {"study": ~moving}
    for device, codes in _devices(material):
        known[f"device {device}"] = ~_moves(material, codes)[1] & moving
    explained = np.zeros((len(material.code), len(BLEND_SHAPES)), dtype=bool)
    for device, codes in _devices(material):
        explained[codes == 1] |= known[f"device {device}"]
    people = _moves(material, material.person.astype(np.intp))
    for i in np.unique(material.person).tolist():
        theirs = material.person == i
        known[material.person_name(i)] = ~people[i] & moving & ~explained[theirs].all(axis=0)
    there = {name: dead for name, dead in known.items() if dead.any()}
    if not there:
        return passed("Every channel moves, for everybody.", 0.0)
    dead = np.any(list(there.values()), axis=0)
    lines = [f"{name}: {_names(which)}" for name, which in there.items()]
    number = int(dead.sum())
    move = "moves" if number == 1 else "move"
    where = _where(dead & moving, dead)
    return found(f"{counted(number, 'channel')} that never {move}{where}.", lines, number)


def _where(in_parts: NDArray[np.bool_], dead: NDArray[np.bool_]) -> str:
    """Return where channels are dead: in the whole study, for parts of it, or so many each."""
    if not in_parts.any():
        return " in the whole study"
    if (in_parts == dead).all():
        return " for some devices or people"
    throughout = int((dead & ~in_parts).sum())
    return f": {throughout} in the whole study, {int(in_parts.sum())} for some devices or people"


def _devices(material: Material) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Yield each device, where there are several, with 1 for its recordings and 0 for all others."""
    devices = np.array(material.fact("device"))
    names = sorted(set(devices.tolist()) - {""})
    for name in names if len(set(devices.tolist())) > 1 else ():
        yield name, (devices == name).astype(np.intp)


def _moves(material: Material, group: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return for each group of recordings which channels move (groups, 52), or are not delivered."""
    size = (int(group.max()) + 1, len(BLEND_SHAPES))
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.fmin.at(low, group, material.low)
    np.fmax.at(high, group, material.high)
    return np.asarray((high > low + STILL) | ~np.isfinite(low))


def undelivered(material: Material) -> Outcome:
    """Channels that some recordings lack, or that their app makes up."""
    lacking = material.delivered == 0
    lacking &= ~lacking.all(axis=0)
    apps = material.fact("app")
    made_up = np.zeros_like(lacking)
    for app in sorted(set(apps)):
        here = np.array([name == app for name in apps])
        channels = np.isin(BLEND_SHAPES, undeliverable(app))
        made_up |= here[:, None] & channels & (material.delivered > 0)
    if not (lacking.any() or made_up.any()):
        return passed("Every source delivers the same channels.", 0.0)
    lines = [
        *(f"{line}: nothing delivered" for line in _by_recordings(material, lacking, apps)),
        *(f"{line}: the app makes up values" for line in _by_recordings(material, made_up, apps)),
    ]
    concerned = (lacking | made_up).any(axis=0)
    text = (
        f"{counted(int(concerned.sum()), 'channel')} that not every source can deliver: {_names(concerned)}."
    )
    return found(text, lines, int(concerned.sum()))


def _by_recordings(material: Material, there: NDArray[np.bool_], apps: Sequence[str]) -> Iterator[str]:
    """Yield a line for each set of recordings that lack, or make up, the same channels."""
    patterns, which = np.unique(there, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        rows = np.flatnonzero(which.ravel() == number).tolist()
        people = [material.person_name(i) for i in dict.fromkeys(material.person[rows].tolist())]
        sources = sorted({family(apps[i]) for i in rows} - {""})
        source = f" ({listed(sources)})" if sources else ""
        yield f"{_names(pattern)}, {counted(len(rows), 'recording')} of {listed(people)}{source}"


def holes(material: Material) -> Outcome:
    """Values missing here and there in a channel that is otherwise delivered."""
    partly = (material.delivered > 0) & (material.delivered < 1)
    rows = np.flatnonzero(partly.any(axis=1))
    if not len(rows):
        return passed("No value is missing from a channel that is delivered.", 0.0)
    missing = np.where(partly, 1 - material.delivered, 0).max(axis=1)
    order = rows[np.argsort(-missing[rows], kind="stable")].tolist()
    lines = [
        f"{material.name(i)}: up to {100 * missing[i]:.1f} % of the frames, {_names(partly[i])}"
        for i in order
    ]
    of = counted(len(material.code), "recording")
    return found(f"{len(rows):,} of {of} with values missing here and there.", lines, len(rows))


def outside(material: Material) -> Outcome:
    """Values that no coefficient has."""
    wrong = (material.low < OUTSIDE[0]) | (material.high > OUTSIDE[1])
    rows = np.flatnonzero(wrong.any(axis=1))
    if not len(rows):
        return passed("All values are about 0 to 1.", 0.0)
    lines = [
        f"{material.name(i)}: {np.fmin.reduce(material.low[i]):.3g} to "
        f"{np.fmax.reduce(material.high[i]):.3g}, {_names(wrong[i])}"
        for i in rows.tolist()
    ]
    of = counted(len(material.code), "recording")
    return found(f"{len(rows):,} of {of} with values far from 0 to 1.", lines, len(rows))


def _names(which: NDArray[np.bool_]) -> str:
    if which.all():
        return "all channels"
    return listed([name for name, there in zip(BLEND_SHAPES, which, strict=True) if there])


CHECKS = (
    Check(
        "EVAL005",
        "Channels that never move",
        "warning",
        "A channel that is constant teaches nothing. Where it is constant for some people or devices "
        "only, its value tells a recognizer who somebody is or which device it was, not what the face "
        "does. Calibrated recordings of Live Link Face hold channels that are 0 throughout.",
        "For a whole study, this is good to know. For some devices or people: were they recorded with "
        "other settings, such as the app's calibration? Leave out the channel, or hold devices out "
        "(--split device).",
        still,
    ),
    Check(
        "EVAL006",
        "Channels that a source cannot deliver",
        "warning",
        "Some sources do not measure all 52 channels. Where a channel is there for some people only, nobody "
        "can be compared on it, so evaluation leaves it out for all. Values that an app makes up, such as "
        "MediaPipe's for cheekPuff, are near 0 whatever the face does, and tell the app instead.",
        "Record with one kind of source; or accept that these channels are not used.",
        undelivered,
    ),
    Check(
        "EVAL025",
        "Values missing here and there",
        "warning",
        "Some frames of a recording lack values, or have infinite ones, in a channel that its other frames "
        "have. Evaluation leaves a channel out for all if more than 1 % of somebody's frames lack it.",
        "Look at the file that the recording came from; leave out frames or recordings that are damaged.",
        holes,
    ),
    Check(
        "EVAL026",
        "Values far from 0 to 1",
        "serious",
        f"A coefficient runs from about 0 to 1; values below {OUTSIDE[0]:g} or above {OUTSIDE[1]:g} are "
        "something else, such as percent, degrees, or a column read under a wrong name.",
        "Import the file again with its units and column names put right.",
        outside,
    ),
)
