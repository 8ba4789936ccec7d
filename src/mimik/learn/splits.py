"""Splits: which frames train and which test, so that a result speaks about people never seen.

The default holds whole participants out. A study of one person can only hold whole recordings out. Single
frames are shuffled only when asked for by name: neighbouring frames are nearly the same, so that split leaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import DataError
from mimik.learn.leaving_out import devices_of, leave_out, sites_of
from mimik.learn.notices import Notice
from mimik.learn.split import Split, SplitKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from mimik.learn.dataset import Dataset

__all__ = [
    "PAPER_TEST_SHARE",
    "Split",
    "SplitKind",
    "choose_split",
    "frame_split",
    "group_split",
    "leave_out",
]

PAPER_TEST_SHARE = 0.15
"""The share of frames that the published experiment kept for testing, drawn frame by frame."""


def choose_split(
    dataset: Dataset, *, kind: SplitKind | str | None = None, folds: int | None = 5, seed: int = 0
) -> Split:
    """Split a data set by participant, or as ``kind`` says.

    Without a ``kind``, a study of one person is split by recording, with a serious notice; never by frame.

    Args:
        dataset: the frames.
        kind: "participant", "site", "device", "recording" or "frame"; None chooses. Sites and devices are
            each left out in turn; who sat before a device does not train for it.
        folds: how many; reduced, with a notice, where there are fewer participants or recordings. None leaves
            one out in turn.
        seed: makes the dealing repeatable.

    Raises:
        DataError: no honest split of that kind exists, or ``folds`` is below 2.
    """
    if folds is not None and folds < 2:
        raise DataError(f"expected at least 2 folds, got {folds}")
    if kind is None:
        kind = SplitKind.PARTICIPANT if dataset.n_participants > 1 else SplitKind.RECORDING
    match _kind(kind):
        case SplitKind.PARTICIPANT:
            return _by_participant(dataset, folds, seed)
        case SplitKind.SITE:
            return leave_out(dataset, SplitKind.SITE, sites_of(dataset), seed)
        case SplitKind.DEVICE:
            return leave_out(dataset, SplitKind.DEVICE, devices_of(dataset), seed)
        case SplitKind.RECORDING:
            return _by_recording(dataset, folds, seed)
        case SplitKind.FRAME:
            return frame_split(len(dataset), folds=folds or 5, seed=seed)


def group_split(
    y: NDArray[np.integer],
    group: NDArray[np.integer],
    names: Sequence[str],
    *,
    folds: int,
    seed: int,
) -> NDArray[np.int16]:
    """Deal whole groups into folds, the expressions as evenly as whole groups allow.

    Large groups are dealt first, each to the fold that has least of what the group shows. So no fold
    stays empty while there are groups left, and equal seeds and names give equal folds in whatever order
    frames come. (scikit-learn's StratifiedGroupKFold can leave folds empty and warns about rare classes.)

    Args:
        y: (n,) codes of the expressions, from 0.
        group: (n,) codes of the groups, from 0.
        names: name of each group; only their order matters.
        folds: how many, at most ``len(names)``.
        seed: breaks ties between groups of one size.

    Returns:
        int16 (n,), the fold of each frame.
    """
    counts = np.zeros((len(names), int(y.max()) + 1), dtype=np.float64)
    np.add.at(counts, (group, y), 1.0)
    share = counts / np.maximum(counts.sum(axis=0), 1.0)
    order = np.random.default_rng(seed).permutation(np.argsort(np.asarray(names)))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    filled = np.zeros((folds, counts.shape[1]))
    members = np.zeros(folds)
    fold_of = np.empty(len(names), dtype=np.int16)
    for g in order:
        overlap = np.round(filled @ share[g], 12)  # rounded: ties must not hang on the order of sums
        emptiest = np.lexsort((members, overlap))[0]
        fold_of[g] = emptiest
        filled[emptiest] += share[g]
        members[emptiest] += 1
    fold: NDArray[np.int16] = fold_of[group]
    _check_apart(fold, group)
    return fold


def frame_split(n: int, *, folds: int = 5, seed: int = 0, test_share: float | None = None) -> Split:
    """Shuffle single frames into folds. This leaks, and is here to show by how much.

    Args:
        n: number of frames.
        folds: how many.
        seed: of the shuffling.
        test_share: if given, one fold holds this share and all else only trains, as in the published
            experiment (``PAPER_TEST_SHARE``).

    Raises:
        DataError: there are fewer frames than folds, or one side would be empty.
    """
    order = np.random.default_rng(seed).permutation(n)
    fold = np.full(n, -1, dtype=np.int16)
    if test_share is not None:
        folds = 1
        train = int(n * (1.0 - test_share))
        fold[order[train:]] = 0
        if not 0 < train < n:
            raise DataError(f"expected frames on both sides, got {train:,} of {n:,} to train on")
    elif n < folds:
        raise DataError(f"expected at least as many frames as folds, got {n:,} frames for {folds} folds")
    else:
        fold[order] = np.arange(n) % folds
    notice = Notice(
        "frame-split",
        "serious",
        "Single frames were shuffled: neighbouring frames of one recording stand on both sides, "
        "so this number is too high for people not seen before.",
    )
    return Split(SplitKind.FRAME, fold, folds, seed, (notice,))


def _kind(kind: SplitKind | str) -> SplitKind:
    try:
        return SplitKind(kind)
    except ValueError:
        known = ", ".join(SplitKind)
        raise DataError(f"expected a split by one of {known}; got {kind!r}") from None


def _by_participant(dataset: Dataset, folds: int | None, seed: int) -> Split:
    people = dataset.n_participants
    if people < 2:
        raise DataError(
            f"expected at least 2 participants to split by participant, found {people} in {dataset.title!r}",
            hint="split by recording, and read the result as one about this person only",
        )
    if folds is None:
        fold = dataset.participant.astype(np.int16)
        return Split(SplitKind.PARTICIPANT, fold, people, seed, (), dataset.participants)
    used = min(folds, people)
    notices = _reduced(folds, used, f"{people} participants")
    fold = group_split(dataset.y, dataset.participant, dataset.participants, folds=used, seed=seed)
    return Split(SplitKind.PARTICIPANT, fold, used, seed, notices)


def _by_recording(dataset: Dataset, folds: int | None, seed: int) -> Split:
    of_expression = _recordings_per_expression(dataset)
    fewest = int(of_expression.min())
    if fewest < 2:
        pairs = list(zip(dataset.expressions, of_expression, strict=True))
        single = ", ".join(e for e, n in pairs if n < 2)
        others = ",".join(e for e, n in pairs if n >= 2)
        raise DataError(
            "expected at least 2 recordings of every expression to hold whole recordings out; "
            f"found only one of: {single} (in {dataset.title!r})",
            hint="record these once more, or leave them out"
            + (f" (--expressions {others})" if others else "")
            + "; single frames are never split silently",
        )
    whose = _whose_recordings(dataset)
    if folds is None:
        fold = dataset.recording.astype(np.int16)
        return Split(SplitKind.RECORDING, fold, dataset.n_recordings, seed, (whose,), dataset.recordings)
    used = min(folds, fewest)
    notices = (whose, *_reduced(folds, used, f"{fewest} recordings of an expression"))
    fold = group_split(dataset.y, dataset.recording, dataset.recordings, folds=used, seed=seed)
    return Split(SplitKind.RECORDING, fold, used, seed, notices)


def _recordings_per_expression(dataset: Dataset) -> NDArray[np.intp]:
    pairs = np.unique(dataset.recording.astype(np.int64) * len(dataset.expressions) + dataset.y)
    return np.bincount(pairs % len(dataset.expressions), minlength=len(dataset.expressions))


def _whose_recordings(dataset: Dataset) -> Notice:
    if dataset.n_participants == 1:
        return Notice(
            "one-participant",
            "serious",
            "One person only: whole recordings were held out, and the result says nothing about anyone else.",
        )
    return Notice(
        "recording-split",
        "serious",
        "Split by recording: the same people stand on both sides, so the result is too high for new people.",
    )


def _reduced(wanted: int, used: int, why: str) -> tuple[Notice, ...]:
    if used == wanted:
        return ()
    return (Notice("folds-reduced", "warning", f"{used} folds instead of {wanted}: there are only {why}."),)


def _check_apart(fold: NDArray[np.int16], group: NDArray[np.integer]) -> None:
    """Hold, whatever happened before, that no group stands in two folds."""
    in_folds = np.unique(np.stack([group.astype(np.int64), fold.astype(np.int64)]), axis=1)
    if in_folds.shape[1] != np.unique(group).size:
        raise AssertionError("a group stands on both sides of a split")
