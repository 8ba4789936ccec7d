"""What checks look at: a data set, with everything measured once that several of them need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.nearest import Nearest

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = ["Material", "Timing"]

_HASHED_AT_ONCE = 65_536
_NO_TIME = 1e12  # s; even seconds since 1970 are a thousandth of that
_SHORTEST_STEP = 1e-6  # s; what is shorter comes from rounding


@dataclass(frozen=True, eq=False)
class Timing:
    """The clock within each of r recordings.

    Attributes:
        step: float64 (r,), median seconds from frame to frame; NaN where no time passes.
        seconds: float64 (r,), from the first frame to the last, by steps forward only.
        missing: float64 (r,), the share of the frames that gaps swallowed, 0..1.
        backward: int64 (r,), how often the clock goes backwards or is no number.
        still: float64 (r,), the share of steps in which it stands still, 0..1.
    """

    step: NDArray[np.float64]
    seconds: NDArray[np.float64]
    missing: NDArray[np.float64]
    backward: NDArray[np.int64]
    still: NDArray[np.float64]


class Material:
    """A data set as checks look at it: by its r recordings that have frames.

    Attributes:
        dataset: the frames, at least one.
        code: int (r,), the recording's position in ``dataset.recordings``.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        recording = dataset.recording
        starts = np.flatnonzero(np.diff(recording, prepend=-1))
        self._order: NDArray[np.intp] | None = None
        if len(starts) != len(np.unique(recording[starts])):  # frames of a recording are not together
            self._order = np.argsort(recording, kind="stable")
            starts = np.flatnonzero(np.diff(recording[self._order], prepend=-1))
        self._starts = starts
        self.code = self.together(recording)[starts]

    def together(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column (n, ...) with the frames of each recording one after another."""
        return column if self._order is None else column[self._order]

    @cached_property
    def frames(self) -> NDArray[np.intp]:
        """How many frames each recording has, (r,)."""
        return np.diff(self._starts, append=len(self.dataset))

    @cached_property
    def person(self) -> NDArray[Any]:
        """Whose each recording is, (r,)."""
        return self.together(self.dataset.participant)[self._starts]

    @cached_property
    def label(self) -> NDArray[np.intp]:
        """What most frames of each recording show, (r,)."""
        k = len(self.dataset.expressions)
        cell = self.of_frame * k + self.together(self.dataset.y)
        votes = np.bincount(cell, minlength=len(self.code) * k).reshape(-1, k)
        return np.asarray(votes.argmax(axis=1))

    @cached_property
    def of_frame(self) -> NDArray[np.intp]:
        """The recording of each frame (n,) as position in ``code``; frames as in ``together``."""
        return np.repeat(np.arange(len(self.code)), self.frames)

    @cached_property
    def delivered(self) -> NDArray[np.float64]:
        """Share of each recording's frames that have a number in a channel, (r, 52)."""
        finite = np.isfinite(self.together(self.dataset.X))
        counts = [np.count_nonzero(part, axis=0) for part in np.split(finite, self._starts[1:])]
        return np.stack(counts) / self.frames[:, None]

    @cached_property
    def low(self) -> NDArray[np.float32]:
        """Smallest value of each recording and channel, (r, 52); NaN where nothing was delivered."""
        return np.fmin.reduceat(self.together(self.dataset.X), self._starts, axis=0)

    @cached_property
    def high(self) -> NDArray[np.float32]:
        """Greatest value, likewise."""
        return np.fmax.reduceat(self.together(self.dataset.X), self._starts, axis=0)

    @cached_property
    def digest(self) -> NDArray[np.uint64]:
        """A number for each frame (n,), frames as in ``together``; equal frames have equal numbers.

        A random linear hash of the bits modulo 2^64. A difference in the upper bits alone leaves lower bits
        of the number equal: two different frames have the same one with a chance of 2^-41 at most.
        """
        bits = np.ascontiguousarray(self.together(self.dataset.X), dtype=np.float32).view(np.uint32)
        odd = np.random.default_rng(52).integers(0, 2**63, size=bits.shape[1], dtype=np.uint64) * 2 + 1
        found = np.empty(len(bits), dtype=np.uint64)
        for at in range(0, len(bits), _HASHED_AT_ONCE):
            part = bits[at : at + _HASHED_AT_ONCE].astype(np.uint64)
            found[at : at + _HASHED_AT_ONCE] = part @ odd
        return found

    @cached_property
    def repeated(self) -> NDArray[np.float64]:
        """Share of each recording's frames that are equal to the one before, (r,)."""
        same = np.zeros(len(self.dataset), dtype=np.int64)
        same[1:] = self.digest[1:] == self.digest[:-1]
        same[self._starts] = 0
        return np.asarray(np.add.reduceat(same, self._starts) / np.maximum(self.frames - 1, 1))

    @cached_property
    def timing(self) -> Timing:
        """The clock within each recording."""
        time = self.together(self.dataset.device_time)
        rows = [_timing(part) for part in np.split(time, self._starts[1:])]
        step, seconds, missing, backward, still = (np.array(column) for column in zip(*rows, strict=True))
        return Timing(step, seconds, missing, backward.astype(np.int64), still)

    @cached_property
    def rate(self) -> NDArray[np.float64]:
        """Frames a second of each recording to the nearest 5, (r,); NaN where it can't be told."""
        return np.asarray(5 * np.round(1 / self.timing.step / 5))

    @cached_property
    def nearest(self) -> Nearest:
        """How near people's faces come to each other."""
        return Nearest.of(self.dataset)

    def name(self, i: int) -> str:
        """Return the name of a recording with what it shows, such as "sub-AB/ses-01/3 (happy)"."""
        shown = self.dataset.expressions[int(self.label[i])]
        return f"{self.dataset.recordings[int(self.code[i])]} ({shown})"

    def person_name(self, i: int) -> str:
        """Return the pseudonym of a participant."""
        return self.dataset.participants[int(i)]

    def fact(self, name: str) -> list[str]:
        """Return what is known of each recording under "device" or "app"; "" where nothing is."""
        if not self.dataset.facts:
            return [""] * len(self.code)
        return [str(getattr(self.dataset.facts[i], name)) for i in self.code.tolist()]

    def column(self, name: str) -> list[str]:
        """Return for each recording what a column of participants.tsv says; "" where nothing."""
        if not self.dataset.people:
            return [""] * len(self.code)
        return [self.dataset.people[i].get(name, "") for i in self.person.tolist()]


def _timing(time: NDArray[np.float64]) -> tuple[float, float, float, int, float]:
    wrong = ~(np.abs(time) < _NO_TIME)
    steps = np.diff(time[~wrong])
    forward = steps[steps > _SHORTEST_STEP]
    backward = int(np.count_nonzero(wrong) + np.count_nonzero(steps < 0))
    still = float(np.mean(steps == 0)) if len(steps) else 0.0
    if not len(forward):
        return float("nan"), 0.0, 0.0, backward, still
    step = float(np.median(forward))
    lost = float(np.sum(np.maximum(np.round(forward / step) - 1, 0)))
    return step, float(np.sum(forward)), lost / (lost + len(time)), backward, still
