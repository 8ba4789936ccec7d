"""Recordings in which the tracker, the clock or the person was not at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.checks.check import Check, counted, found, passed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from mimik.learn.checks.check import Outcome
    from mimik.learn.checks.material import Material

__all__ = ["CHECKS"]

FROZEN = 0.6
"""Share of repeated frames from which a tracker stood still; at half the rate of its stream half repeats."""

GAPS = 0.2
"""Share of frames missing from which a recording is full of gaps."""

SHORTEST = 1.0
"""Seconds that a recording needs at least: faces take about that long to arrive at an expression."""


def frozen(material: Material) -> Outcome:
    """Recordings that repeat one frame."""
    return _recordings(
        material,
        np.flatnonzero(material.repeated >= FROZEN),
        material.repeated,
        lambda i: f"{100 * material.repeated[i]:.0f} % of {counted(int(material.frames[i]), 'frame')}",
        "that repeat the frame before",
    )


def gaps(material: Material) -> Outcome:
    """Recordings of which much is missing."""
    missing = material.timing.missing
    return _recordings(
        material,
        np.flatnonzero(missing > GAPS),
        missing,
        lambda i: f"{100 * missing[i]:.0f} % of the frames are missing",
        "full of gaps",
    )


def clock(material: Material) -> Outcome:
    """Recordings whose clock does not go forward."""
    timing = material.timing
    wrong = np.flatnonzero((timing.backward > 0) | (timing.still > 0.5))
    return _recordings(
        material,
        wrong,
        timing.backward,
        lambda i: (
            f"goes backwards, or is no number, {counted(int(timing.backward[i]), 'time')}"
            if timing.backward[i]
            else "stands still"
        ),
        "whose clock does not go forward",
    )


def short(material: Material) -> Outcome:
    """Recordings too short to show anything."""
    timing = material.timing
    seconds = np.where(np.isfinite(timing.step), timing.seconds + timing.step, 0.0)
    moving = (timing.still <= 0.5) | (material.frames < 2)  # a clock that stands still tells no length
    return _recordings(
        material,
        np.flatnonzero((seconds < SHORTEST) & moving),
        -seconds,
        lambda i: f"{seconds[i]:.2f} s, {counted(int(material.frames[i]), 'frame')}",
        f"shorter than {SHORTEST:g} s",
    )


def _recordings(
    material: Material,
    which: NDArray[np.intp],
    weight: NDArray[np.floating] | NDArray[np.integer],
    tell: Callable[[int], str],
    what: str,
) -> Outcome:
    """Return the outcome for some recordings, the weightiest first."""
    if not len(which):
        return passed(f"No recordings {what}.", 0.0)
    order = which[np.argsort(-weight[which], kind="stable")].tolist()
    text = f"{len(which):,} of {counted(len(material.code), 'recording')} {what}."
    return found(text, [f"{material.name(i)}: {tell(i)}" for i in order], len(which))


CHECKS = (
    Check(
        "EVAL004",
        "Recordings of a frozen tracker",
        "warning",
        "When a tracker loses a face or an app hangs, some send the last frame again and again. Such a "
        "recording is one frame with its label, however long it is.",
        "Leave these recordings out, or record them again. Look whether one device has most of them.",
        frozen,
    ),
    Check(
        "EVAL021",
        "Recordings full of gaps",
        "warning",
        f"More than {100 * GAPS:.0f} % of the frames between the first and the last are missing: the face "
        "was out of view, or packets were lost. What is left may be the moments between expressions.",
        "Check the light, the mount and the network, and record again; or leave these recordings out.",
        gaps,
    ),
    Check(
        "EVAL022",
        "Clocks that do not go forward",
        "warning",
        "Times within a recording go backwards, stand still, or are no numbers. Whatever looks at changes "
        "over time is wrong there: onsets, smoothing, gaps.",
        "Look at the file that the recording came from, and import it again with its lines in order.",
        clock,
    ),
    Check(
        "EVAL023",
        "Very short recordings",
        "warning",
        f"A recording of less than {SHORTEST:g} s shows the way to an expression rather than the expression, "
        "and decides as one trial like all others.",
        "Leave them out, or record them again.",
        short,
    ),
)
