"""The orders in which trials can come; each depends on nothing but its arguments, now and in years."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

__all__ = ["Order", "arrange"]


class Order(StrEnum):
    """How the trials of a protocol follow each other."""

    FIXED = "fixed"
    SHUFFLED = "shuffled"
    LATIN_SQUARE = "latin-square"


def arrange(order: Order, n: int, *, seed: int, position: int, repeats: int = 1) -> list[int]:
    """Return the trials 0..n-1, ``repeats`` rounds of them one after another, in their order.

    Fixed: as listed. Shuffled: every round anew, from ``seed`` alone. Latin square: round r is row
    ``position + r`` of a balanced (Williams) square, so that over as many people as it has rows every trial
    stands equally often at each place and follows each other trial equally often.

    Args:
        order: the kind of order.
        n: number of trials, at least 0.
        seed: for the shuffled order, at least 0.
        position: the participant's place among all participants, from 0; for the Latin square.
        repeats: number of rounds.
    """
    if order is Order.SHUFFLED:
        # PCG64's raw numbers are promised never to change by NumPy; `Generator.permutation` is not.
        random = np.random.PCG64(seed)
        return [i for _ in range(repeats) for i in _shuffled(n, random)]
    if order is Order.LATIN_SQUARE:
        return [i for r in range(repeats) for i in _williams_row(n, position + r)]
    return list(range(n)) * repeats


def _shuffled(n: int, random: np.random.PCG64) -> list[int]:
    """Fisher-Yates; the bias of the remainder is below 1e-17."""
    items = list(range(n))
    for last in range(n - 1, 0, -1):
        other = int(random.random_raw()) % (last + 1)
        items[last], items[other] = items[other], items[last]
    return items


def _williams_row(n: int, row: int) -> list[int]:
    """Row of a Williams design: n rows for even n; for odd n the square and its mirror image, 2 n rows."""
    if n == 0:
        return []
    zigzag = [(i + 1) // 2 if i % 2 else (n - i // 2) % n for i in range(n)]  # 0, 1, n-1, 2, n-2, ...
    rows = n if n % 2 == 0 else 2 * n
    row %= rows
    items = [(z + row) % n for z in zigzag]
    return items[::-1] if row >= n else items
