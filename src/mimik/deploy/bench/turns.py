"""Contenders in turns: what a machine does meanwhile hits all of them alike, so that ratios hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.bench.timing import Call, Clock, no_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["BLOCKS", "Ratio", "in_turns", "per_call", "ratios"]

BLOCKS = 20
"""How many turns each contender has."""

_BLOCK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ratio:
    """A contender's time in turns with others.

    Attributes:
        microseconds: of a frame, the median of its turns, each a loop without a clock inside.
        ratio: to the first contender's in the same round, the median; 2 is twice as slow.
        low: a quarter of the rounds are below.
        high: a quarter of the rounds are above.
    """

    microseconds: float
    ratio: float
    low: float
    high: float


def per_call(call: Call, frames: Sequence[Any], clock: Clock) -> float:
    """Return what a call takes in a loop over all frames, nanoseconds, without a clock between calls."""
    with no_collection():
        before = clock()
        for frame in frames:
            call(frame)
        return (clock() - before) / len(frames)


def in_turns(
    calls: Mapping[str, Call],
    frames: Sequence[Any],
    typical: Mapping[str, float],
    clock: Clock,
    *,
    blocks: int = BLOCKS,
    on_block: Callable[[], None] = lambda: None,
) -> dict[str, list[float]]:
    """Let contenders run in turns and return what a call took, nanoseconds, turn by turn.

    Args:
        calls: by name, in the order of the first round; every second round goes backwards.
        frames: that all of them get, from the first on.
        typical: about what a call takes, microseconds: each turn has as many calls as fit into 50 ms, but no
            more than there are frames.
        clock: in nanoseconds.
        blocks: how many rounds.
        on_block: called after each round.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(blocks):
        for name in list(calls)[:: 1 if turn % 2 == 0 else -1]:
            fit = int(_BLOCK_SECONDS * 1e6 / max(typical[name], 1e-3))
            taken[name].append(per_call(calls[name], frames[: max(fit, 1)], clock))
        on_block()
    return taken


def ratios(taken: Mapping[str, Sequence[float]]) -> dict[str, Ratio]:
    """Hold every contender against the first, round by round."""
    first = np.array(next(iter(taken.values())))
    found = {}
    for name, values in taken.items():
        low, middle, high = np.percentile(np.array(values) / first, (25, 50, 75)).tolist()
        found[name] = Ratio(float(np.median(values)) / 1000.0, middle, low, high)
    return found
