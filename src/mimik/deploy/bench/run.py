"""A benchmark from start to end: first calls, timed calls, loops, and contenders in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from mimik.deploy.bench.inputs import Inputs, random_inputs
from mimik.deploy.bench.machine import one_core, processor
from mimik.deploy.bench.result import Benchmark, Standing
from mimik.deploy.bench.timing import Clock, Series, WarmUp, clock_cost, time_calls, warm_up
from mimik.deploy.bench.turns import BLOCKS, in_turns, per_call, ratios

if TYPE_CHECKING:
    from mimik.deploy.bench.contenders import Contender
    from mimik.frame import Frame
    from mimik.learn.runtime import Runtime

__all__ = ["SECONDS", "TOGETHER", "bench"]

SECONDS = 12.0
"""How long the timed calls of one kind of input may take."""
TOGETHER = 1024
"""Frames handed over in one call, where it is many."""

_WARM = 1000
_WARM_SECONDS = 0.3
_COMPARED = 64
_LOOPS = 10


def bench(
    found: Sequence[Contender],
    inputs: Sequence[Inputs],
    *,
    model: str,
    synthetic: bool = False,
    seconds: float = SECONDS,
    blocks: int = BLOCKS,
    clock: Clock = time.perf_counter_ns,
    on_progress: Callable[[float, float], None] | None = None,
) -> Benchmark:
    """Time one frame at a time on one core.

    Args:
        found: who is timed; calls of the first are timed one by one, with the others it then runs in turns.
        inputs: what calls are timed on.
        model: name of the file.
        synthetic: whether frames of simulated people are among the inputs.
        seconds: what the calls of one kind of input may take; those beyond are not made.
        blocks: turns of each contender.
        clock: in nanoseconds.
        on_progress: called with (steps done, steps in all).
    """
    first, rest = found[0], found[1:]
    steps = _Steps(sum(map(len, inputs)) + (blocks if rest else 0), on_progress)
    warm = list(random_inputs(_WARM).block(0, _WARM).frames())
    by_the_clock, at_work = time.perf_counter(), time.process_time()
    with one_core() as core:
        cost = clock_cost(clock)
        begun = [warm_up(c.runtime.predict_proba, warm, clock, seconds=_WARM_SECONDS) for c in found]
        series = tuple(_series(first.runtime, each, seconds, clock, steps) for each in inputs)
        rates = _rates(first.runtime, warm, begun[0], clock)
        standings = _stand(found, warm, begun, blocks, clock, steps) if rest else ()
    share = (time.process_time() - at_work) / (time.perf_counter() - by_the_clock)
    return Benchmark(
        model=model,
        runtime=first.runtime.name,
        synthetic=synthetic or bool(first.runtime.card.trained_on.synthetic),
        processor=processor(),
        core=core,
        share=min(share, 1.0),
        clock_cost=cost,
        seconds=first.seconds,
        warm_up=begun[0],
        series=series,
        rates=rates,
        blocks=blocks,
        standings=standings,
    )


class _Steps:
    """Counts steps done."""

    def __init__(self, total: int, told: Callable[[float, float], None] | None) -> None:
        self._done, self._total, self._told = 0, total, told

    def add(self, steps: int = 1) -> None:
        self._done += steps
        if self._told is not None:
            self._told(self._done, self._total)


def _series(runtime: Runtime, inputs: Inputs, seconds: float, clock: Clock, steps: _Steps) -> Series:
    """Time call by call until all inputs, or the time, are used up."""
    runtime.forget()
    taken = []
    left = seconds * 1e9
    for frames in inputs.frames():
        taken.append(time_calls(runtime.predict_proba, frames, clock))
        steps.add()
        left -= int(taken[-1].sum())
        if left <= 0:
            break
    steps.add(len(inputs) - len(taken))
    return Series.of(inputs.name, inputs.n, np.concatenate(taken))


def _rates(runtime: Runtime, frames: list[Frame], warm: WarmUp, clock: Clock) -> dict[int, float]:
    """Return frames per second in loops: one frame a call, and many."""
    runtime.forget()
    calls = frames[: max(1, int(0.05e6 / max(warm.typical, 1e-3)))]
    single = [per_call(runtime.predict_proba, calls, clock) for _ in range(_LOOPS)]
    block = random_inputs(TOGETHER).block(0, TOGETHER)
    runtime.predict_proba(block)  # the first one prepares for so many
    many = [per_call(runtime.predict_proba, [block], clock) / TOGETHER for _ in range(_LOOPS)]
    return {1: 1e9 / float(np.median(single)), TOGETHER: 1e9 / float(np.median(many))}


def _stand(
    found: Sequence[Contender],
    frames: list[Frame],
    begun: Sequence[WarmUp],
    blocks: int,
    clock: Clock,
    steps: _Steps,
) -> tuple[Standing, ...]:
    for contender in found:
        contender.runtime.forget()
    names = [contender.name for contender in found]
    taken = in_turns(
        {c.name: c.runtime.predict_proba for c in found},
        frames,
        {name: warm.typical for name, warm in zip(names, begun, strict=True)},
        clock,
        blocks=blocks,
        on_block=steps.add,
    )
    stands = ratios(taken)
    said = [_said(contender.runtime, frames[:_COMPARED]) for contender in found]
    labels = [contender.runtime.card.labels for contender in found]
    return tuple(
        Standing(
            c.name,
            c.seconds,
            begun[i],
            stands[c.name],
            float(np.abs(said[i] - said[0]).max()) if labels[i] == labels[0] else None,
        )
        for i, c in enumerate(found)
    )


def _said(runtime: Runtime, frames: list[Frame]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return the probabilities of frames, one after another, (n, labels)."""
    runtime.forget()
    # A copy of each: a runtime may write the next answer into the same memory.
    return np.concatenate([runtime.predict_proba(frame).copy() for frame in frames])
