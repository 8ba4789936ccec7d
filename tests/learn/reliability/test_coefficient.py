"""Intraclass correlations, held against the plain formulas and against simulations of people."""

from __future__ import annotations

import numpy as np
import pytest

from mimik.learn.metrics.agreement import reliability
from mimik.learn.reliability.coefficient import intraclass


def people(
    rng: np.random.Generator, n: int, *, own: float, shown: float, noise: float = 1.0, times: int = 2
) -> tuple[np.ndarray, list[int], list[int]]:
    """Units of n people who show five expressions: what is the person's own, the unit's own, and noise."""
    x = (
        own * rng.standard_normal((n, 1, 1))
        + shown * rng.standard_normal((n, 5, 1))
        + noise * rng.standard_normal((n, 5, times))
    )
    return x.reshape(-1, times), np.repeat(np.arange(n), 5).tolist(), list(range(5)) * n


@pytest.mark.parametrize("times", [2, 3, 5])
def test_without_strata_it_is_the_known_coefficient(times: int) -> None:
    table, person, _ = people(np.random.default_rng(times), 12, own=0.7, shown=0.5, times=times)
    table[:, 0] += 0.3  # absolute agreement minds that

    assert intraclass(table, person).value == pytest.approx(reliability(table).agreement.value)


def test_a_large_offset_loses_no_digits() -> None:
    table, person, _ = people(np.random.default_rng(1), 12, own=0.7, shown=0.5)

    assert intraclass(table + 1e6, person).value == pytest.approx(intraclass(table, person).value, abs=1e-6)


def test_within_strata_their_differences_count_for_nothing() -> None:
    table, person, expression = people(np.random.default_rng(2), 30, own=0.5, shown=0.5)
    apart = table + 10 * np.array(expression)[:, None]

    assert intraclass(apart, person).value == pytest.approx(1.0, abs=0.02)
    within = intraclass(apart, person, expression)
    assert within.value == pytest.approx(intraclass(table, person, expression).value)
    assert within.value == pytest.approx(1 / 3, abs=0.15)


def test_one_stratum_after_another_gives_the_pooled_mean_squares() -> None:
    table, person, expression = people(np.random.default_rng(3), 8, own=1.0, shown=0.5)
    squares = []
    for e in range(5):
        x = table[np.array(expression) == e]
        n, k = x.shape
        grand, rows, columns = x.mean(), x.mean(axis=1), x.mean(axis=0)
        squares.append(
            (
                k * ((rows - grand) ** 2).sum() / (n - 1),
                n * ((columns - grand) ** 2).sum() / (k - 1),
                ((x - rows[:, None] - columns + grand) ** 2).sum() / ((n - 1) * (k - 1)),
            )
        )
    r, c, e = np.mean(squares, axis=0)

    expected = (r - e) / (r + e + 2 * (c - e) / 8)
    assert intraclass(table, person, expression).value == pytest.approx(expected)


@pytest.mark.parametrize(("own", "shown"), [(0.0, 1.0), (0.7, 0.7), (1.0, 0.2)])
def test_intervals_hold_the_truth_as_often_as_they_say(own: float, shown: float) -> None:
    rng = np.random.default_rng(4)
    truth = (own**2 + shown**2) / (own**2 + shown**2 + 1)
    held = []
    for _ in range(400):
        table, person, _ = people(rng, 20, own=own, shown=shown)
        found = intraclass(table, person)
        held.append(found.low <= truth <= found.high)

    assert 0.915 < np.mean(held) < 0.975


def test_units_of_one_person_are_no_independent_witnesses() -> None:
    """The interval from the F distribution takes them for that, and holds the truth far too seldom."""
    rng = np.random.default_rng(5)
    truth = (1.0 + 0.04) / 2.04
    plain = []
    for _ in range(400):
        table, _, _ = people(rng, 20, own=1.0, shown=0.2)
        found = reliability(table).agreement
        plain.append(found.low <= truth <= found.high)

    assert np.mean(plain) < 0.88


def test_what_cannot_be_told_is_none() -> None:
    table, person, _ = people(np.random.default_rng(6), 2, own=1.0, shown=1.0)

    assert intraclass(np.full((6, 2), 0.3), list(range(6))).value is None
    assert intraclass(table[:1], person[:1]).value is None
    assert intraclass(np.full((6, 2), np.nan), list(range(6))).value is None
    assert intraclass(table[:5], person[:5]).low is None  # of one person no spread can be told


def test_units_with_a_missing_cell_are_left_out() -> None:
    table, person, expression = people(np.random.default_rng(7), 10, own=1.0, shown=1.0)
    holed = table.copy()
    holed[3, 1] = np.nan
    kept = [i for i in range(len(table)) if i != 3]

    assert intraclass(holed, person, expression) == intraclass(
        table[kept], [person[i] for i in kept], [expression[i] for i in kept]
    )
