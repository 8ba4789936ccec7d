"""A digest of frames as data: the same for the same frames, whatever file or machine holds them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from mimik.frame import Block

__all__ = ["ContentDigest", "study_digest"]


class ContentDigest:
    """Digests a session's frames, block after block; how they are cut into blocks does not matter."""

    def __init__(self) -> None:
        self._columns = {name: hashlib.sha256() for name in ("trial", "number", "times", "tracked", "values")}
        self._runs: list[tuple[str, int]] = []  # of expressions

    def add(self, trial: NDArray[np.int16], expression: str, block: Block) -> None:
        """Add frames of one expression; ``trial`` (n,) is their trial."""
        times = np.stack([block.device_time, block.arrival_time], axis=1)
        self._update("trial", trial.astype("<i2"))
        self._update("number", block.number.astype("<i4"))
        self._update("times", _one_nan(times.astype("<f8")))
        self._update("tracked", block.tracked.astype("u1"))
        self._update("values", _one_nan(block.values.astype("<f4")))
        if self._runs and self._runs[-1][0] == expression:
            expression, length = self._runs.pop()
            self._runs.append((expression, length + len(block)))
        elif len(block):
            self._runs.append((expression, len(block)))

    def hexdigest(self) -> str:
        """Return the digest so far, 64 hex digits."""
        runs = "".join(f"{length}\t{expression}\n" for expression, length in self._runs)
        parts = [runs, *(column.hexdigest() for column in self._columns.values())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _update(self, name: str, array: NDArray[np.generic]) -> None:
        self._columns[name].update(np.ascontiguousarray(array).data)


def study_digest(sessions: Iterable[tuple[str, str]]) -> str:
    """Return one digest of (participant, digest of a session) pairs.

    Who belongs together counts, but neither pseudonyms nor the order of people and sessions do.
    """
    people: dict[str, list[str]] = {}
    for participant, digest in sessions:
        people.setdefault(participant, []).append(digest)
    return hashlib.sha256(
        "\n".join(sorted(" ".join(sorted(d)) for d in people.values())).encode()
    ).hexdigest()


def _one_nan(array: NDArray[np.floating]) -> NDArray[np.floating]:
    """Replace NaNs of any kind, in place, by the one that a null comes back as."""
    array[np.isnan(array)] = np.nan
    return array
