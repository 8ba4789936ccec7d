"""From what is said of single frames to one decision about a recording or a person: the mean probability.

The mean is the sum rule of Kittler, Hatef, Duin and Matas 1998, "On combining classifiers", IEEE TPAMI 20(3),
p. 226-239, for equal priors. Neighbouring frames err together, so it is no calibrated probability of the
group; it is a score that ranks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

__all__ = ["chosen", "decide", "median_label", "owners", "per_participant", "per_recording"]


def decide(
    proba: NDArray[np.floating], group: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the groups that have a decision, and the mean probabilities of each.

    Args:
        proba: (n, k), of each label; a row with a NaN (never tested) does not count.
        group: (n,) codes from 0, in any order.

    Returns:
        Codes of the groups with at least one row that counts, ascending, int64 (g,), and the means of their
        rows, float64 (g, k).

    Raises:
        DataError: shapes do not fit, or a code is negative.
    """
    proba, group = np.asarray(proba), np.asarray(group)
    if proba.ndim != 2 or group.shape != (len(proba),):
        raise DataError(f"expected probabilities (n, k) and groups (n,), got {proba.shape} and {group.shape}")
    if len(group) and group.min() < 0:
        raise DataError(f"expected codes of groups from 0, got {group.min()}")
    counts = ~np.isnan(proba).any(axis=1)
    if not counts.all():
        proba, group = proba[counts], group[counts]
    rows = np.bincount(group)
    codes = np.flatnonzero(rows)
    sums = [np.bincount(group, weights=column)[codes] for column in proba.T]
    return codes, np.stack(sums, axis=1) / rows[codes, None]


def per_recording(
    proba: NDArray[np.floating], recording: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the recordings that were tested, and the mean probabilities of their frames; see ``decide``."""
    return decide(proba, recording)


def per_participant(
    proba: NDArray[np.floating], recording: NDArray[np.integer], participant: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the participants who were tested, and the mean probabilities of their recordings.

    Each recording weighs the same, however long it is.

    Args:
        proba: (n, k), of each label; a row with a NaN (never tested) does not count.
        recording: (n,) codes from 0.
        participant: (n,) codes from 0; a recording belongs to one participant.

    Raises:
        DataError: shapes do not fit, a code is negative, or a recording belongs to two participants.
    """
    codes, of_recording = decide(proba, recording)
    return decide(of_recording, owners(recording, participant)[codes])


def owners(recording: NDArray[np.integer], participant: NDArray[np.integer]) -> NDArray[Any]:
    """Return whose each recording is, (recordings,) by code; raises DataError where it belongs to two."""
    recording, participant = np.asarray(recording), np.asarray(participant)
    if recording.shape != participant.shape:
        raise DataError(f"expected a participant per frame, got {participant.shape} for {recording.shape}")
    owner = np.zeros(int(recording.max(initial=-1)) + 1, dtype=participant.dtype)
    owner[recording] = participant
    mixed = np.flatnonzero(owner[recording] != participant)
    if len(mixed):
        raise DataError(
            f"expected recordings of one participant each, got two in number {recording[mixed[0]]}"
        )
    return owner


def median_label(proba: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the median of each distribution over ordered labels, as position (n,).

    It has the least expected absolute distance in steps, whatever the distribution.

    Args:
        proba: (n, K), rows that add up to 1.
    """
    half = np.cumsum(proba, axis=1)[:, :-1] < 0.5 - 1e-9
    return np.asarray(half.sum(axis=1))


def chosen(proba: NDArray[np.floating], *, ordered: bool) -> NDArray[np.intp]:
    """Return the label that each row of probabilities (n, K) decides for, as position (n,).

    On a scale the median, which is nearest to the truth on average; elsewhere the most probable label.
    """
    return median_label(proba) if ordered else np.asarray(proba.argmax(axis=1))
