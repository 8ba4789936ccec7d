"""The same frames, or the same person, where different ones are expected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from mimik.frame import Block
from mimik.learn.checks import check_dataset, check_split
from mimik.learn.checks.nearest import SAME, distances
from mimik.learn.dataset import Dataset
from mimik.learn.splits import Split, SplitKind
from mimik.sources.takes import Take


def frames_of(dataset: Dataset, person: int, number: int) -> np.ndarray:
    """Return the positions of a person's n-th recording."""
    return np.flatnonzero(dataset.recording == 5 * person + number)


def with_copy(dataset: Dataset, source: np.ndarray, target: np.ndarray) -> Dataset:
    X = dataset.X.copy()
    X[target] = X[source]
    return replace(dataset, X=X)


def test_a_recording_under_two_labels_of_one_person(clean: Dataset, found) -> None:
    broken = with_copy(clean, frames_of(clean, 0, 0), frames_of(clean, 0, 1))

    assert found(broken) == {"EVAL003"}
    finding = check_dataset(broken)["EVAL003"]
    assert finding.value == 1
    first, second = (clean.expressions[clean.y[frames_of(clean, 0, i)[0]]] for i in (0, 1))
    assert finding.details == (f"sub-00/ses-01/1 ({first}) and sub-00/ses-01/2 ({second}): 120 frames alike",)
    assert "1 of them under different labels, 0 under different pseudonyms" in finding.text


def test_half_of_a_recording_that_begins_later_is_found_too(clean: Dataset) -> None:
    source, target = frames_of(clean, 0, 0), frames_of(clean, 0, 1)

    assert check_dataset(with_copy(clean, source[50:], target[:70]))["EVAL003"].status == "found"
    assert check_dataset(with_copy(clean, source[70:], target[:50]))["EVAL003"].status == "passed"


def test_three_copies_are_named_in_pairs(clean: Dataset) -> None:
    source = frames_of(clean, 0, 0)
    broken = with_copy(with_copy(clean, source, frames_of(clean, 0, 1)), source, frames_of(clean, 3, 2))

    finding = check_dataset(broken)["EVAL003"]

    assert finding.value == 2
    assert sum("sub-03/ses-01/3" in line for line in finding.details) == 1


def test_one_person_enrolled_under_two_pseudonyms(clean: Dataset, enrol, somebody, found) -> None:
    people = [somebody(i) for i in range(22)]
    twice = enrol([*people, people[4]])

    assert found(twice) == {"EVAL002", "EVAL014"}
    finding = check_dataset(twice)["EVAL014"]
    assert {line.split(":")[0] for line in finding.details} == {
        "sub-04 looks like sub-22",
        "sub-22 looks like sub-04",
    }
    assert finding.value is not None
    assert finding.value < 0.4


def test_both_sittings_of_one_person_in_one_fold_are_no_leak(enrol, somebody) -> None:
    people = [somebody(i) for i in range(22)]
    twice = enrol([*people, people[4]])
    fold_of = np.array([*(i % 2 for i in range(22)), 4 % 2], dtype=np.int16)
    split = Split(SplitKind.PARTICIPANT, fold_of[twice.participant], 2, 0)

    assert check_split(twice, split)["EVAL002"].status == "passed"


def test_whether_somebody_came_twice_cannot_be_told_of_three(clean: Dataset) -> None:
    three = clean.subset(clean.participant < 3)

    assert check_dataset(three)["EVAL014"].status == "not applicable"


def test_people_without_differences_cannot_be_told_apart(clean: Dataset) -> None:
    same = replace(clean, X=np.zeros_like(clean.X))

    assert check_dataset(same)["EVAL014"].status == "not applicable"


def test_a_real_face_is_nearer_to_itself_than_to_another(real_data: Path) -> None:
    one, other = (
        [tracked(path) for path in sorted((real_data / "livelink-csv" / folder).glob(pattern))]
        for folder, pattern in (("emotions-60fps", "*/*.csv"), ("rom-30fps", "*.csv"))
    )
    these, those = np.concatenate(one[::2]), np.concatenate(one[1::2])  # as if under two pseudonyms

    itself, another = (np.median(distances(these[::200], faces)) for faces in (those, np.concatenate(other)))

    assert itself < SAME * another


def tracked(path: Path) -> np.ndarray:
    block = Block.joined(list(Take(path).blocks()))
    return np.nan_to_num(block.values[block.tracked, :52])
