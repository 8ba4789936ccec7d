"""Recordings in which the tracker or the clock was not at work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mimik.learn.checks import check_dataset
from mimik.learn.dataset import Dataset

NAME = "sub-01/ses-01/3"


def at(dataset: Dataset) -> np.ndarray:
    return np.flatnonzero(dataset.recording == dataset.recordings.index(NAME))


def test_a_frozen_tracker(clean: Dataset, found) -> None:
    X, rows = clean.X.copy(), at(clean)
    X[rows[20:]] = X[rows[20]]
    broken = replace(clean, X=X)

    assert found(broken) == {"EVAL004"}
    finding = check_dataset(broken)["EVAL004"]
    assert finding.value == 1
    [line] = finding.details
    assert line.startswith(NAME)
    assert line.endswith("83 % of 120 frames")


def test_every_other_frame_repeated_is_a_slower_tracker(clean: Dataset) -> None:
    X, rows = clean.X.copy(), at(clean)
    X[rows[1::2]] = X[rows[::2]]

    assert check_dataset(replace(clean, X=X))["EVAL004"].status == "passed"


def test_two_equal_recordings_in_a_row_are_not_frozen_where_they_meet(clean: Dataset) -> None:
    X = clean.X.copy()
    X[240] = X[239]

    assert check_dataset(replace(clean, X=X))["EVAL004"].status == "passed"


def test_a_recording_full_of_gaps(clean: Dataset, found) -> None:
    keep = np.ones(len(clean), dtype=bool)
    keep[at(clean)[30:60]] = False
    broken = clean.subset(keep)

    assert found(broken) == {"EVAL021"}
    [line] = check_dataset(broken)["EVAL021"].details
    assert NAME in line
    assert "25 % of the frames are missing" in line


def test_a_clock_that_goes_backwards(clean: Dataset, found) -> None:
    time = clean.device_time.copy()
    time[at(clean)[60]] -= 1.0
    broken = replace(clean, device_time=time)

    assert found(broken) == {"EVAL022"}
    [line] = check_dataset(broken)["EVAL022"].details
    assert NAME in line
    assert line.endswith("1 time")


@pytest.mark.parametrize("value", [np.nan, 5.0])
def test_a_clock_that_stands_still_or_is_no_number(clean: Dataset, found, value: float) -> None:
    time = clean.device_time.copy()
    time[at(clean)] = value

    assert "EVAL022" in found(replace(clean, device_time=time))


def test_a_very_short_recording(clean: Dataset, found) -> None:
    keep = np.ones(len(clean), dtype=bool)
    keep[at(clean)[20:]] = False
    broken = clean.subset(keep)

    assert found(broken) == {"EVAL023"}
    [line] = check_dataset(broken)["EVAL023"].details
    assert NAME in line
    assert line.endswith("0.67 s, 20 frames")
