"""Splits that leave each site or device out in turn, and with it everybody who was recorded there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.split import Split, SplitKind

if TYPE_CHECKING:
    from mimik.learn.dataset import Dataset

__all__ = ["devices_of", "leave_out", "sites_of"]


def leave_out(dataset: Dataset, kind: SplitKind, of_recording: Sequence[str], seed: int = 0) -> Split:
    """Leave each value out in turn, and with it everybody who has a recording of that value.

    Args:
        dataset: the frames.
        kind: what the values are.
        of_recording: the value of each recording, such as its site.
        seed: noted only; nothing is drawn.

    Raises:
        DataError: a recording has no value, or all have the same.
    """
    unknown = sum(not value for value in of_recording)
    names = tuple(sorted(set(of_recording), key=_natural))
    if unknown or len(names) < 2:
        found = f"{unknown} recordings without one" if unknown else f"only {names[0]!r}"
        raise DataError(
            f"expected a {kind} for every recording, and at least 2 different ones, "
            f"to leave each {kind} out; found {found} in {dataset.title!r}",
            hint=_WHERE_FROM[kind],
        )
    codes = np.array([names.index(value) for value in of_recording], dtype=np.int16)
    split = Split(kind, codes[dataset.recording], len(names), seed, (), names, dataset.participant)
    empty = [name for fold, name in enumerate(names) if not len(split.train(fold))]
    if empty:
        raise DataError(
            f"expected people who have no recording of {kind} {empty[0]!r}, found none in {dataset.title!r}",
            hint=f"everybody has one, so nobody is left to train on without it; record more {kind}s",
        )
    return split


_WHERE_FROM = {
    SplitKind.SITE: "write each person's site into the column 'site' of participants.tsv",
    SplitKind.DEVICE: "only recordings made with `mimik record` know their device",
}


def _natural(text: str) -> tuple[int, str]:
    return (int(text) if text.isdecimal() else 0, text)


def sites_of(dataset: Dataset) -> list[str]:
    """Return the site of each recording, "" where its person has none in participants.tsv."""
    people = dataset.people or ({},) * dataset.n_participants
    owner = np.zeros(dataset.n_recordings, dtype=np.intp)
    owner[dataset.recording] = dataset.participant
    return [people[i].get("site", "") for i in owner]


def devices_of(dataset: Dataset) -> list[str]:
    """Return the device of each recording, "" where it is not known."""
    return [fact.device for fact in dataset.facts] or [""] * dataset.n_recordings
