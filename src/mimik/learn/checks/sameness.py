"""The same frames, or the same person, where different ones are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.check import Check, counted, found, not_applicable, passed
from mimik.learn.checks.nearest import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material

__all__ = ["CHECKS"]

SHARED_SHARE, SHARED_FRAMES = 0.5, 5
"""Two recordings are one if they share so many different frames, by share of the shorter and by number."""

FEWEST_PEOPLE = 4
"""With fewer pseudonyms, two of one person would themselves be what is usual."""


def same_frames(material: Material) -> Outcome:
    """Frames found in two recordings."""
    pairs = list(_shared(material))
    if not pairs:
        return passed("No two recordings have the same frames.")
    pairs.sort(key=lambda pair: -pair[2])
    lines = (f"{material.name(a)} and {material.name(b)}: {counted(n, 'frame')} alike" for a, b, n in pairs)
    labels, people = material.label, material.person
    crossing = sum(labels[a] != labels[b] for a, b, _ in pairs)
    strangers = sum(people[a] != people[b] for a, b, _ in pairs)
    text = (
        f"{counted(len(pairs), 'pair')} of recordings with the same frames, "
        f"{crossing} of them under different labels, {strangers} under different pseudonyms."
    )
    return found(text, lines, len(pairs))


def _shared(material: Material) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of recordings with the number of different frames that are in both."""
    order = np.lexsort((material.of_frame, material.digest))
    digest, recording = material.digest[order], material.of_frame[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (digest[1:] != digest[:-1]) | (recording[1:] != recording[:-1])
    digest, recording = digest[first], recording[first]
    distinct = np.bincount(recording, minlength=len(material.code))
    again = np.flatnonzero(digest[1:] == digest[:-1])
    pairs, counts = np.unique(
        np.stack([recording[again], recording[again + 1]], axis=1), axis=0, return_counts=True
    )
    for (a, b), n in zip(pairs.tolist(), counts.tolist(), strict=True):
        if n >= max(SHARED_FRAMES, SHARED_SHARE * min(distinct[a], distinct[b])):
            yield a, b, n


def one_person_twice(material: Material) -> Outcome:
    """Two pseudonyms whose faces are as near as one person's."""
    people = material.dataset.n_participants
    if people < FEWEST_PEOPLE:
        return not_applicable(
            f"{counted(people, 'person')}: at least {FEWEST_PEOPLE} are needed to know what is usual."
        )
    nearest = material.nearest
    if not nearest.tells_people_apart:
        return not_applicable("Frames of different people do not differ.")
    share = nearest.medians(nearest.others.min(axis=1)) / nearest.usual
    alike = sorted(np.flatnonzero(share < SAME).tolist(), key=lambda i: share[i])
    if not alike:
        return passed("No two people look like one.", float(np.nanmin(share)))
    lines = [_twin(material, i, float(share[i])) for i in alike]
    text = f"{counted(len(alike), 'person')} whose frames come as near to somebody else's as to their own."
    return found(text, lines, float(share[alike[0]]))


def _twin(material: Material, i: int, share: float) -> str:
    nearest = material.nearest
    votes: NDArray[np.intp] = nearest.others[nearest.owner == i].argmin(axis=1)
    other = int(np.bincount(votes).argmax())
    return (
        f"{material.person_name(i)} looks like {material.person_name(other)}: "
        f"{100 * share:.0f} % of the distance that is usual between people"
    )


CHECKS = (
    Check(
        "EVAL003",
        "The same frames in two recordings",
        "serious",
        "A recording that was imported twice, or under two names, stands on both sides of a split or teaches "
        "two labels for one face. The frames are compared byte by byte; two faces never give the same "
        "sequence of values.",
        "Find out which of the two is what its label says, and remove the other one from the study.",
        same_frames,
    ),
    Check(
        "EVAL014",
        "Two participants who look like one person",
        "warning",
        "If somebody was enrolled twice, under two pseudonyms, holding participants out no longer holds that "
        "person out, and the result is too high for new people. Frames of the two are nearer to each other "
        "than half of what is usual between different people.",
        "Look at the list of appointments: did the same person come twice? If so, give both sittings one "
        "pseudonym. If they are two people, such as twins, leave it as it is.",
        one_person_twice,
    ),
)
