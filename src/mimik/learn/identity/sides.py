"""Whose recordings an attacker knows, and which are to be named: the two never share a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["SESSIONS", "TRIALS", "Sides", "first_frames", "sides_of"]

SESSIONS = "sessions"
"""Known and unnamed recordings are from different sittings."""
TRIALS = "trials"
"""They are different trials of one sitting."""


@dataclass(frozen=True, eq=False)
class Sides:
    """The recordings of both sides, as positions in ``Dataset.recordings``.

    Attributes:
        apart: ``SESSIONS`` or ``TRIALS``.
        owner: int (recordings,), the participant of every recording, as position in ``Dataset.participants``.
        gallery: int (g,), recordings whose people the attacker knows.
        probes: int (m,), recordings to name; the people of all of them are in the gallery.
        people: int (N,), participants in the gallery, ascending.
    """

    apart: str
    owner: NDArray[np.intp]
    gallery: NDArray[np.intp]
    probes: NDArray[np.intp]
    people: NDArray[np.intp]


def sides_of(dataset: Dataset, *, seed: int = 0) -> Sides:
    """Deal recordings to the two sides.

    Where two people or more sat several times, everybody's first sitting is known and all later ones are to
    be named. Else each person's trials are dealt in turn to both sides, those of one expression to both.

    Raises:
        DataError: fewer than two people have recordings on both sides.
    """
    first = first_frames(dataset)
    owner = dataset.participant[first].astype(np.intp)
    known = _first_sessions(dataset, owner)
    apart = SESSIONS
    if known is None:
        apart, known = TRIALS, _every_other(owner, dataset.y[first], seed)
    gallery, probes = np.flatnonzero(known), np.flatnonzero(~known)
    if len(np.unique(owner[probes])) < 2:
        raise DataError(
            f"expected at least 2 people with 2 recordings each in {dataset.title!r}, found "
            f"{len(np.unique(owner[probes]))}",
            hint="a person can only be found again who was recorded at least twice",
        )
    return Sides(apart, owner, gallery, probes, np.unique(owner[gallery]))


def first_frames(dataset: Dataset) -> NDArray[np.intp]:
    """Return the first frame of every recording, int (recordings,)."""
    return np.unique(dataset.recording, return_index=True)[1]


def _first_sessions(dataset: Dataset, owner: NDArray[np.intp]) -> NDArray[np.bool_] | None:
    """Return which recordings are of a first sitting; None unless two people sat several times."""
    sessions: Sequence[str] = [one.session for one in dataset.facts]
    if not sessions:
        return None
    first: dict[int, str] = {}
    for person, session in zip(owner.tolist(), sessions, strict=True):
        first.setdefault(person, session)  # recordings are in the order of their sessions
    known = np.array([first[p] == s for p, s in zip(owner.tolist(), sessions, strict=True)])
    return known if len(np.unique(owner[~known])) >= 2 else None


def _every_other(owner: NDArray[np.intp], y: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Return for half of each person's recordings true, drawn, in turn where they show the same."""
    rng = np.random.default_rng([seed, 0x6761])
    known = np.ones(len(owner), dtype=bool)
    for person in np.unique(owner):
        own = rng.permutation(np.flatnonzero(owner == person))
        by_expression = own[np.argsort(y[own], kind="stable")]
        known[by_expression[1::2]] = False
    return known
