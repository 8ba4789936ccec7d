"""Changes beyond noise: a published example, simulated people who did not change, naive readers."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.errors import DataError
from mimik.learn.metrics.agreement import reliability
from mimik.learn.metrics.change import (
    Differences,
    differences,
    reliable_change,
    smallest_change,
    standard_error,
)


def test_the_standard_error_is_the_noise_that_went_in() -> None:
    rng = np.random.default_rng(6)
    table = rng.normal(0, 3, (4000, 1)) + rng.normal(0, 0.7, (4000, 2))
    found = reliability(table)
    assert found.sem == pytest.approx(0.7, rel=0.03)
    assert found.consistency.value is not None
    classical = standard_error(float(table.std(ddof=1)), found.consistency.value)
    assert classical == pytest.approx(0.7, rel=0.03)


def test_of_people_who_did_not_change_5_in_100_seem_to() -> None:
    rng = np.random.default_rng(7)
    before, after = rng.normal(0, 1, (2, 20_000)) * 0.4 + rng.normal(size=20_000)
    changed = reliable_change(before, after, 0.4)
    assert np.mean(changed != 0) == pytest.approx(0.05, abs=0.006)
    assert abs(np.mean(changed)) < 0.01


def test_the_reliable_change_index_of_jacobson_and_truax() -> None:
    """Their example, p. 14: s = 7.5, r = .80; S_diff = 4.74, so that 47.5 to 32.5 is -3.16 of it."""
    sem = standard_error(7.5, 0.80)
    assert np.sqrt(2) * sem == pytest.approx(4.74, abs=0.005)
    assert (32.5 - 47.5) / (smallest_change(sem) / 1.96) == pytest.approx(-3.16, abs=0.005)
    changed = reliable_change([47.5, 47.5, 32.5, np.nan], [32.5, 45.0, 47.5, 0.0], sem)
    assert changed.tolist() == [-1, 0, 1, 0]


def test_differences_and_their_naive_reader() -> None:
    first, second = [1.0, 2.0, np.nan, 4.0], [2.0, 2.0, 3.0, 1.0]
    assert differences(first, second) == Differences(3, 1, -2 / 3, 4 / 3, np.sqrt(10 / 3))
    assert differences([], []) == Differences(0, 0, None, None, None)


def test_bad_input_says_what_was_expected() -> None:
    with pytest.raises(DataError, match="one shape"):
        differences([1], [1, 2])
    with pytest.raises(DataError, match="0 or more"):
        smallest_change(float("nan"))
    with pytest.raises(DataError, match="1 or less"):
        standard_error(1.0, 1.2)
