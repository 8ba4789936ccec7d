"""The orders in which trials can come."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimik.protocol import Order, load_protocol, parse_protocol
from mimik.protocol.order import arrange


def test_fixed_is_as_listed() -> None:
    assert arrange(Order.FIXED, 3, seed=9, position=9, repeats=2) == [0, 1, 2, 0, 1, 2]


def test_a_seed_gives_this_very_order_for_ever() -> None:
    # Written down once; if this test fails, no old session can be understood any more.
    assert arrange(Order.SHUFFLED, 10, seed=0, position=0) == [7, 2, 8, 6, 4, 3, 5, 0, 9, 1]
    assert arrange(Order.SHUFFLED, 10, seed=2**63, position=0) == [6, 0, 2, 9, 8, 1, 3, 5, 4, 7]


@given(n=st.integers(0, 12), seed=st.integers(0, 2**64), repeats=st.integers(1, 3))
def test_shuffling_loses_and_doubles_nothing_and_ignores_the_position(
    n: int, seed: int, repeats: int
) -> None:
    order = arrange(Order.SHUFFLED, n, seed=seed, position=0, repeats=repeats)
    assert order == arrange(Order.SHUFFLED, n, seed=seed, position=5, repeats=repeats)
    for r in range(repeats):
        assert sorted(order[r * n : (r + 1) * n]) == list(range(n))


def test_shuffling_is_even() -> None:
    counts = Counter(tuple(arrange(Order.SHUFFLED, 3, seed=s, position=0)) for s in range(6000))
    assert len(counts) == 6
    assert all(850 < n < 1150 for n in counts.values())  # 1000 expected, sd 29


@pytest.mark.parametrize("n", range(2, 13))
def test_a_latin_square_is_balanced_for_place_and_for_what_came_before(n: int) -> None:
    rows = n if n % 2 == 0 else 2 * n
    square = [arrange(Order.LATIN_SQUARE, n, seed=0, position=p) for p in range(rows)]
    times = rows // n
    places = Counter((place, item) for row in square for place, item in enumerate(row))
    assert places == {(p, i): times for p in range(n) for i in range(n)}
    pairs = Counter(pair for row in square for pair in pairwise(row))
    assert pairs == {(a, b): times for a in range(n) for b in range(n) if a != b}


@given(n=st.integers(0, 12), position=st.integers(0, 10_000))
def test_rows_of_a_latin_square_come_round_again(n: int, position: int) -> None:
    row = arrange(Order.LATIN_SQUARE, n, seed=1, position=position)
    assert row == arrange(Order.LATIN_SQUARE, n, seed=2, position=position + 2 * n)
    assert sorted(row) == list(range(n))


def test_baseline_trials_stay_first_and_are_not_repeated() -> None:
    text = load_protocol("follow-up").text.replace("version = 1", "version = 1\nrepeats = 3", 1)
    shown = [t.expression for t in parse_protocol(text, where="x").sequence(seed=4)]
    assert shown.count("neutral") == 1
    assert shown[0] == "neutral"
    assert all(shown.count(e) == 3 for e in set(shown[1:]))
