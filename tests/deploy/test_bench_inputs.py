"""What recognizers are timed on: made-up frames, and those of a study."""

from __future__ import annotations

import numpy as np
import pytest
from bench_data import dataset

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.deploy.bench import random_inputs, study_inputs
from mimik.errors import DataError


def test_random_inputs_are_uniform_repeatable_and_prepared_a_part_at_a_time() -> None:
    parts = list(random_inputs(10_000, seed=5).frames())
    again = list(random_inputs(10_000, seed=5).frames())

    assert [len(part) for part in parts] == [4096, 4096, 1808]
    assert len(random_inputs(10_000)) == 3
    x = np.array([frame.coefficients for part in parts for frame in part])
    assert np.array_equal(x, [frame.coefficients for part in again for frame in part])
    assert len(np.unique(x[:, 0])) > 9_000, "parts are not the same numbers again"
    assert x.min() >= 0 and x.max() < 1
    assert x.mean() == pytest.approx(0.5, abs=0.005) and x.std() == pytest.approx(12**-0.5, abs=0.005)


def test_frames_are_a_sixtieth_of_a_second_apart_for_recognizers_with_a_memory() -> None:
    times = [frame.device_time for part in random_inputs(5_000).frames() for frame in part]

    assert np.diff(times) == pytest.approx(1 / 60)


def test_a_study_is_split_as_published() -> None:
    data = dataset(40)

    test, training = study_inputs(data, BLEND_SHAPES)

    rows = [
        {frame.coefficients.tobytes() for part in side.frames() for frame in part}
        for side in (test, training)
    ]
    assert (test.name, test.n, training.name, training.n) == ("test", 6, "training", 34)
    assert rows[0] | rows[1] == {row.tobytes() for row in data.X}
    assert not rows[0] & rows[1]


def test_frames_that_lack_a_channel_are_left_out() -> None:
    data = dataset(40)
    data.X[:30, INDEX["jawOpen"]] = np.nan

    sides = study_inputs(data, BLEND_SHAPES)
    assert sum(side.n for side in sides) == 10
    assert sum(side.n for side in study_inputs(data, ("mouthClose",))) == 40
    data.X[:] = np.nan
    with pytest.raises(DataError, match="52 coefficients in 'tiny', found 0"):
        study_inputs(data, BLEND_SHAPES)
