"""Channels that do not say what they should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mimik.blendshapes import INDEX
from mimik.learn.checks import check_dataset
from mimik.learn.dataset import Dataset

TONGUE, JAW = INDEX["tongueOut"], INDEX["jawOpen"]


def changed(dataset: Dataset, rows: np.ndarray, channel: int, value: float) -> Dataset:
    X = dataset.X.copy()
    X[rows, channel] = value
    return replace(dataset, X=X)


def on_device(dataset: Dataset, device: str) -> np.ndarray:
    return np.array([fact.device == device for fact in dataset.facts])[dataset.recording]


def test_a_channel_that_never_moves_in_the_study(clean: Dataset, found) -> None:
    broken = changed(clean, np.ones(len(clean), dtype=bool), TONGUE, 0.0)

    assert found(broken) == {"EVAL005"}
    finding = check_dataset(broken)["EVAL005"]
    assert finding.details == ("study: tongueOut",)
    assert finding.value == 1


def test_a_channel_that_never_moves_for_one_person(clean: Dataset, found) -> None:
    broken = changed(clean, clean.participant == 3, JAW, 0.1)

    assert found(broken) == {"EVAL005"}
    assert check_dataset(broken)["EVAL005"].details == ("sub-03: jawOpen",)


def test_a_channel_that_never_moves_on_one_device(clean: Dataset, found) -> None:
    broken = changed(clean, on_device(clean, "2"), JAW, 0.0)

    assert found(broken) == {"EVAL005"}
    assert check_dataset(broken)["EVAL005"].details == ("device 2: jawOpen",), "not its people once more"


def test_a_channel_that_is_constant_differently_for_each_person_does_not_move(clean: Dataset) -> None:
    X = clean.X.copy()
    X[:, JAW] = clean.participant / 50
    finding = check_dataset(replace(clean, X=X))["EVAL005"]

    assert len(finding.details) == 20
    assert finding.details[-1] == "and 3 more"


def test_a_channel_that_some_sources_lack(clean: Dataset, found) -> None:
    broken = changed(clean, on_device(clean, "2"), TONGUE, np.nan)

    assert found(broken) == {"EVAL006"}
    finding = check_dataset(broken)["EVAL006"]
    [line] = finding.details
    assert line.startswith("tongueOut, 55 recordings of sub-01, sub-03")
    assert line.endswith("(Live Link Face): nothing delivered")
    assert finding.value == 1


def test_a_channel_that_nobody_delivers_is_no_difference(clean: Dataset, found) -> None:
    assert found(changed(clean, np.ones(len(clean), dtype=bool), TONGUE, np.nan)) == set()


def test_values_that_an_app_makes_up(clean: Dataset, found) -> None:
    facts = tuple(replace(fact, app="MediaPipe 1.2") for fact in clean.facts)
    broken = replace(clean, facts=facts)

    assert found(broken) == {"EVAL006"}
    [line] = check_dataset(broken)["EVAL006"].details
    assert "cheekPuff" in line
    assert line.endswith("(MediaPipe): the app makes up values")


def test_values_missing_here_and_there(clean: Dataset, found) -> None:
    rows = np.flatnonzero(clean.recording == 7)[:30]
    broken = changed(clean, rows, JAW, np.nan)

    assert found(broken) == {"EVAL025"}
    [line] = check_dataset(broken)["EVAL025"].details
    assert line.startswith(clean.recordings[7])
    assert line.endswith("up to 25.0 % of the frames, jawOpen")


def test_infinite_values_are_no_values(clean: Dataset) -> None:
    broken = changed(clean, np.array([700]), JAW, np.inf)

    assert check_dataset(broken)["EVAL025"].status == "found"


def test_values_in_percent(clean: Dataset, found) -> None:
    X = clean.X.copy()
    X[clean.recording == 7] *= 100
    broken = replace(clean, X=X)

    assert "EVAL026" in found(broken)
    [line] = check_dataset(broken)["EVAL026"].details
    assert line.startswith(clean.recordings[7])


def test_one_value_far_outside(clean: Dataset, found) -> None:
    assert found(changed(clean, np.array([700]), JAW, 2.0)) == {"EVAL026"}
    assert found(changed(clean, np.array([700]), JAW, 1.05)) == set(), "as real recordings have them"


def test_where_channels_never_move_is_said_once(clean: Dataset) -> None:
    everybody = np.ones(len(clean), dtype=bool)
    study = changed(clean, everybody, TONGUE, 0.0)
    one = changed(clean, clean.participant == 3, JAW, 0.1)
    both = changed(study, clean.participant == 3, JAW, 0.1)

    said = [check_dataset(data)["EVAL005"].text for data in (study, one, both)]
    assert said == [
        "1 channel that never moves in the whole study.",
        "1 channel that never moves for some devices or people.",
        "2 channels that never move: 1 in the whole study, 1 for some devices or people.",
    ]
