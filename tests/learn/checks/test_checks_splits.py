"""What stands on both sides of a split, or is missing from one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.learn.checks import check_split
from mimik.learn.checks.sides import Sides
from mimik.learn.dataset import Dataset
from mimik.learn.splits import Split, SplitKind, choose_split, frame_split


def codes(dataset: Dataset, split: Split) -> set[str]:
    return {finding.code for finding in check_split(dataset, split).found}


def two_takes(dataset: Dataset) -> Dataset:
    """Each recording cut in two."""
    recording = 2 * dataset.recording + (np.arange(len(dataset)) % 120 >= 60)
    facts = tuple(fact for fact in dataset.facts for _ in range(2))
    return replace(
        dataset,
        recording=recording.astype(np.int32),
        recordings=tuple(f"{name}-{i}" for name in dataset.recordings for i in range(2)),
        facts=facts,
        resting=np.repeat(dataset.resting, 2, axis=0),
    )


@pytest.mark.parametrize("folds", [2, 5, None])
def test_a_split_by_participant_is_clean(clean: Dataset, folds: int | None) -> None:
    assert codes(clean, choose_split(clean, folds=folds)) == set()


@pytest.mark.parametrize("kind", ["site", "device"])
def test_a_split_by_site_or_device_is_clean(clean: Dataset, kind: str) -> None:
    assert codes(clean, choose_split(clean, kind=kind)) == set()


def test_shuffled_frames(clean: Dataset) -> None:
    split = frame_split(len(clean), folds=5)

    assert codes(clean, split) == {"EVAL001", "EVAL002", "EVAL013"}
    report = check_split(clean, split)
    assert report["EVAL001"].value == 22
    assert report["EVAL002"].value == 22
    assert report["EVAL013"].value == clean.n_recordings


def test_shuffled_frames_with_one_test_set(clean: Dataset) -> None:
    split = frame_split(len(clean), test_share=0.15)

    report = check_split(clean, split)

    assert report["EVAL001"].value == 22
    assert report["EVAL002"].value == 20, "of two people no test frame is among those compared"
    assert report["EVAL013"].value == clean.n_recordings


def test_a_split_by_recording_keeps_recordings_apart_but_not_people(clean: Dataset) -> None:
    data = two_takes(clean)

    found = codes(data, choose_split(data, kind="recording", folds=2))

    assert "EVAL001" in found
    assert "EVAL013" not in found


def test_one_person_alone_is_told_so(clean: Dataset) -> None:
    one = clean.subset(clean.participant == 0)
    halves = np.arange(len(one)) % 120 // 60  # of each recording
    split = Split(SplitKind.RECORDING, halves.astype(np.int16), 2, 0)
    report = check_split(one, split)

    assert "says nothing about anyone else" in report["EVAL001"].text
    assert report["EVAL002"].status == "not applicable"
    assert report["EVAL013"].value == 5


def test_a_single_frame_on_the_wrong_side_is_seen(clean: Dataset) -> None:
    split = choose_split(clean, folds=5)
    fold = split.fold.copy()
    row = np.flatnonzero(clean.participant == 9)[50]
    fold[row] = (fold[row] + 1) % 5

    report = check_split(clean, replace(split, fold=fold))

    assert report["EVAL001"].details == ("sub-09",)
    assert report["EVAL013"].value == 1


def test_who_is_kept_apart_does_not_stand_on_both_sides(clean: Dataset) -> None:
    fold = (clean.recording % 5).astype(np.int16)  # everybody has recordings in every fold
    in_turn = Split(SplitKind.DEVICE, np.where(clean.participant < 11, fold, -1).astype(np.int16), 5, 0)
    apart = replace(in_turn, apart=clean.participant)

    assert "EVAL001" in codes(clean, in_turn)
    assert codes(clean, apart) == {"EVAL012"}, "a few expressions are not tested, and nothing else"


def test_an_expression_missing_from_training(clean: Dataset) -> None:
    sad = clean.expressions.index("sad")
    broken = clean.subset((clean.y != sad) | (clean.participant < 2))
    fold = (broken.participant >= 11).astype(np.int16)
    split = Split(SplitKind.PARTICIPANT, fold, 2, 0)

    assert codes(broken, split) == {"EVAL007", "EVAL012"}
    report = check_split(broken, split)
    assert report["EVAL007"].text == (
        "'sad' is missing from the training frames of fold 1: it could not be learned there."
    )
    assert report["EVAL012"].details == ("sad: fold 2",)


def test_an_expression_missing_from_the_test_side_only(clean: Dataset) -> None:
    sad = clean.expressions.index("sad")
    broken = clean.subset((clean.y != sad) | (clean.participant >= 4))
    fold = np.minimum(broken.participant // 4, 4).astype(np.int16)

    assert codes(broken, Split(SplitKind.PARTICIPANT, fold, 5, 0)) == {"EVAL012"}


@pytest.mark.parametrize("kind", ["participant", "recording", "frame"])
def test_sides_are_what_the_split_itself_gives(clean: Dataset, kind: str) -> None:
    data = two_takes(clean)
    split = choose_split(data, kind=kind, folds=2)
    if kind == "recording":
        split = replace(split, apart=data.participant // 2)
    sides = Sides(split, data.participant, data.y, n_groups=22, n_labels=5)

    for fold in range(2):
        for counts, rows in ((sides.train(fold), split.train(fold)), (sides.test(fold), split.test(fold))):
            expected = np.zeros((22, 5), dtype=np.int64)
            np.add.at(expected, (data.participant[rows], data.y[rows]), 1)
            np.testing.assert_array_equal(counts, expected)
