"""The meter: let attackers name the people of a data set, and count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.channels import common_channels
from mimik.learn.identity.attackers import ATTACKERS, Material
from mimik.learn.identity.ranks import equal_error_rate, found_within, per_person, together
from mimik.learn.identity.result import Attack, Identification
from mimik.learn.identity.sides import first_frames, sides_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["beginnings", "identify"]


def identify(
    dataset: Dataset,
    *,
    attackers: Iterable[str] = tuple(ATTACKERS),
    seed: int = 0,
    seconds: float | None = None,
) -> Identification:
    """Return how often attackers who know recordings of everybody name the person of another recording.

    Channels that some people's source does not deliver are left out: faces are to be told apart, not devices.

    Args:
        dataset: the frames.
        attackers: names of ``ATTACKERS``.
        seed: deals trials to both sides where nobody sat twice, and draws frames.
        seconds: what is seen of each probe from its beginning, > 0; None is all.

    Raises:
        DataError: fewer than two people were recorded twice.
    """
    sides = sides_of(dataset, seed=seed)
    dataset, _ = common_channels(dataset)
    if seconds is not None:
        dataset = dataset.subset(beginnings(dataset, sides.probes, seconds))
    material = Material.of(dataset, sides, seed)
    true = np.searchsorted(sides.people, sides.owner[sides.probes])
    attacks = tuple(_attack(name, ATTACKERS[name](material), true) for name in attackers)
    return Identification(sides.apart, len(sides.people), len(sides.gallery), len(sides.probes), attacks)


def beginnings(dataset: Dataset, recordings: NDArray[np.intp], seconds: float) -> NDArray[np.bool_]:
    """Return which frames are left if only the first seconds of some recordings are seen, (n,)."""
    start = dataset.device_time[first_frames(dataset)]
    late = dataset.device_time - start[dataset.recording] >= seconds
    return ~(late & np.isin(dataset.recording, recordings))


def _attack(name: str, scores: NDArray[np.float64], true: NDArray[np.intp]) -> Attack:
    all_at_once, people = together(scores, true)
    return Attack(
        name=name,
        rank1=per_person(found_within(scores, true, 1), true),
        rank5=per_person(found_within(scores, true, 5), true),
        together=per_person(found_within(all_at_once, people, 1), people),
        equal_error=equal_error_rate(scores, true),
    )
