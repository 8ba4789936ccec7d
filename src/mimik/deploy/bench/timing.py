"""Timing calls one by one: what each took, how long the first ones take, and what the clock itself costs."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Call", "Clock", "Series", "WarmUp", "clock_cost", "no_collection", "time_calls", "warm_up"]

Call = Callable[[Any], Any]
"""What is timed: takes one frame."""

Clock = Callable[[], int]
"""Returns nanoseconds since some moment, such as ``time.perf_counter_ns``."""

_NEAR = 10
"""Calls whose median says how fast it goes around a call."""
_STEADY = 1.2
"""Steady is what takes at most so many times what it takes in the end."""
_FEWEST = 2 * _NEAR


@dataclass(frozen=True, slots=True)
class Series:
    """What the calls with one kind of input took, in microseconds.

    Attributes:
        inputs: which, such as "random".
        available: how many inputs there are; fewer are timed where time is short.
        n: calls timed.
        minimum: shortest call.
        maximum: longest call.
        mean: of all calls.
        sd: standard deviation of all calls (divided by n).
        p50: median.
        p99: 99 of 100 calls take no longer.
    """

    inputs: str
    available: int
    n: int
    minimum: float
    maximum: float
    mean: float
    sd: float
    p50: float
    p99: float

    @property
    def range(self) -> float:
        """Longest less shortest call, microseconds."""
        return self.maximum - self.minimum

    @classmethod
    def of(cls, inputs: str, available: int, nanoseconds: NDArray[np.int64]) -> Series:
        """Sum up what calls took, int64 (n,), n at least 1."""
        t = nanoseconds / 1000.0
        p50, p99 = np.percentile(t, (50, 99)).tolist()
        return cls(
            *(inputs, available, len(t)),
            *(float(t.min()), float(t.max()), float(t.mean()), float(t.std())),
            *(p50, p99),
        )


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The first calls, which no figure of a ``Series`` contains.

    Attributes:
        first: what the very first call took, microseconds.
        until_steady: calls made before it went about as fast as in the end.
        calls: made in all.
        typical: median of the later half of them, microseconds.
    """

    first: float
    until_steady: int
    calls: int
    typical: float


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep Python's garbage collector from stepping in between."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def time_calls(call: Call, frames: Sequence[Any], clock: Clock) -> NDArray[np.int64]:
    """Call with each frame and return what each call took, nanoseconds, int64 (n,)."""
    taken: list[int] = []
    add = taken.append
    with no_collection():
        for frame in frames:
            before = clock()
            call(frame)
            add(clock() - before)
    return np.array(taken, dtype=np.int64)


def clock_cost(clock: Clock, *, readings: int = 10_000) -> float:
    """Return what is measured where nothing happens, nanoseconds: it is part of every call's time."""
    taken = []
    with no_collection():
        for _ in range(readings):
            before = clock()
            taken.append(clock() - before)
    return float(np.median(taken))


def warm_up(call: Call, frames: Sequence[Any], clock: Clock, *, seconds: float) -> WarmUp:
    """Make the first calls: one with each frame, but no more than fit into a time.

    It is steady from the first call on around which the median of ten calls is at most 1.2 times the median
    of the later half of all.

    Args:
        call: never called before.
        frames: at least 20, which are all called however long it takes.
        clock: in nanoseconds.
        seconds: how long it may take otherwise.
    """
    taken: list[int] = []
    for frame in frames:
        if len(taken) >= _FEWEST and sum(taken) >= seconds * 1e9:
            break
        taken += time_calls(call, (frame,), clock).tolist()
    t = np.array(taken) / 1000.0
    typical = float(np.median(t[len(t) // 2 :]))
    around = np.median(np.lib.stride_tricks.sliding_window_view(t, _NEAR), axis=1)
    return WarmUp(float(t[0]), int((around <= _STEADY * typical).argmax()), len(t), typical)
