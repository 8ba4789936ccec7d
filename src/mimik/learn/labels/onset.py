"""When a participant begins to show the expression of a trial, and when the effort ends, told by the face.

Hartmann et al. (2022, doi 10.1055/a-1866-2943, discussion) saw one to two seconds of reaction time at the
start of each recording, in which the last expression still fades, and waning effort at its end. No fixed time
to cut fits everybody, so each recording is asked on its own. Labels are not used, nor other people.

A recording is taken to be one expression, with something else before it, after it, or both. Seen from its
first face, it *rises* to another face; played backwards, it rises from its last. A rise is where the face has
gone half of the way from one to the other, quickly, and for good; slow sagging, dips and wavering are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from mimik.learn.labels.bins import BIN, SHOWING, pooled, seconds_since_start
from mimik.learn.labels.rise import EDGE, LEAST, rise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["SHORTEST", "Reason", "Span", "expressing", "find_spans"]

SHORTEST = 2.0
"""Seconds; in a shorter recording there is no telling a reaction from an expression."""

_REACTION = 2.5  # s; a single change of face this early is a beginning, even in a short recording
_WAVERS = 0.1  # distance from its own median that a tenth of a shown face exceeds, and a face at rest doesn't


class Reason(StrEnum):
    """What was seen of the effort in a recording."""

    BEGINS = "begins late"
    ENDS = "ends early"
    BOTH = "begins late, ends early"
    THERE = "already there"
    STILL = "never moved"
    SHORT = "too short"


@dataclass(frozen=True, slots=True)
class Span:
    """When the expression of a recording is shown.

    Attributes:
        recording: its code.
        onset_s: seconds since the recording's first frame at which it begins; 0 if there from then on.
        offset_s: seconds at which it ends; ``seconds`` if it lasts.
        seconds: from the first frame to the last.
        frames: how many the recording has.
        shown: how many of them lie from onset to offset.
        reason: what was seen. A recording that never moved, is too short, or shows the expression from the
            first frame to the last keeps all its frames.
    """

    recording: int
    onset_s: float
    offset_s: float
    seconds: float
    frames: int
    shown: int
    reason: Reason


def find_spans(
    X: NDArray[np.float32], context: Context, *, on_progress: Callable[[int, int], None] | None = None
) -> tuple[Span, ...]:
    """Find in each recording when the expression is shown.

    A recording that changes once is cut where it changes, and the longer side is taken for the expression; a
    change within the first 2.5 s is always a beginning. Where nothing changes, the person's resting face, or
    else the last face of their recording before, tells whether the expression was there from the first frame
    or never came; without either, a face that wavers is taken to show something.

    Args:
        X: float32 (n, 52), NaN where not delivered.
        context: of these frames.
        on_progress: called with (recordings done, of).

    Returns:
        One for each recording, in the order of their frames.

    Raises:
        DataError: the frames do not fit their context.
    """
    bins = pooled(X, context)
    since = seconds_since_start(context)
    resting = context.resting[bins.recording][:, SHOWING].astype(np.float64)
    person = context.participant[bins.rows[:-1]]
    spans: list[Span] = []
    last: NDArray[np.float64] | None = None
    for i, code in enumerate(bins.recording.tolist()):
        at = slice(*bins.first[i : i + 2])
        rows = slice(*bins.rows[i : i + 2])
        if i and person[i] != person[i - 1]:
            last = None
        face = resting[i] if np.isfinite(resting[i]).any() else last
        spans.append(_span(code, bins.faces[at], bins.seconds[at], since[rows], face))
        last = _middle(bins.faces[at][bins.seconds[at] > bins.seconds[at][-1] - EDGE])
        if on_progress is not None:
            on_progress(i + 1, len(bins.recording))
    return tuple(spans)


def expressing(
    X: NDArray[np.float32], context: Context, spans: Sequence[Span] | None = None
) -> NDArray[np.bool_]:
    """Return which frames lie between onset and offset of their recording (n,).

    Meant for the frames a recognizer trains on. Test frames stay as they are: in use, too, a recognizer meets
    people who have not begun yet, and leaving the hard frames out of a test only flatters.

    Args:
        X: float32 (n, 52).
        context: of these frames.
        spans: from ``find_spans`` for the same frames, if already known.
    """
    spans = find_spans(X, context) if spans is None else spans
    frames = [span.frames for span in spans]
    onset = np.repeat([span.onset_s for span in spans], frames)
    offset = np.repeat([span.offset_s for span in spans], frames)
    since = seconds_since_start(context)
    return np.asarray((since >= onset) & (since <= offset), dtype=bool)


def _span(
    code: int,
    faces: NDArray[np.float64],
    seconds: NDArray[np.float64],
    since: NDArray[np.float64],
    reference: NDArray[np.float64] | None,
) -> Span:
    total = float(since[-1])
    onset, offset = 0.0, total
    if min(total, len(faces) * BIN) < SHORTEST:
        reason = Reason.SHORT
    else:
        begins, ends = _ends(_filled(faces), seconds, total)
        if begins is None and ends is None:
            reason = Reason.THERE if _shows_something(faces, reference) else Reason.STILL
        else:
            reason = Reason.BOTH if begins and ends else Reason.BEGINS if begins else Reason.ENDS
            onset, offset = begins or onset, ends or offset
    shown = int(np.count_nonzero((since >= onset) & (since <= offset)))
    return Span(code, onset, offset, total, len(since), shown, reason)


def _ends(
    faces: NDArray[np.float64], seconds: NDArray[np.float64], total: float
) -> tuple[float | None, float | None]:
    """Return the seconds at which the expression begins and ends; None: not within the recording."""
    begins, ends = rise(faces, seconds), rise(faces[::-1], total - seconds[::-1])
    half = max(total / 2, _REACTION)
    if begins is not None:
        begins = round(begins, 3) if begins <= half else None
    if ends is not None:
        ends = round(total - ends, 3) if total - ends > half else None
    if begins is not None and ends is not None and ends - begins < EDGE:  # one change, seen from both sides
        ends = None
    return begins, ends


def _shows_something(faces: NDArray[np.float64], reference: NDArray[np.float64] | None) -> bool:
    """Whether a face that stays the same is not just the one before."""
    middle = _middle(faces)
    if reference is not None:
        apart = np.nan_to_num(middle - reference)  # NaN: a channel that one of them lacks
        return bool(np.linalg.norm(apart) >= LEAST)
    wandering = np.linalg.norm(np.nan_to_num(faces - middle), axis=1)
    return bool(np.quantile(wandering, 0.9) >= _WAVERS)


def _middle(faces: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.median(faces, axis=0))


def _filled(faces: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put the median of a channel where it is lacking for moments, and 0 where it always is."""
    lacking = np.isnan(faces)
    if not lacking.any():
        return faces
    middle = np.zeros(faces.shape[1])
    some = ~lacking.all(axis=0)
    middle[some] = np.nanmedian(faces[:, some], axis=0)
    return np.where(lacking, middle, faces)
