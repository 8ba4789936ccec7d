"""Random names: of participants, of their references, of releases."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.random import Generator

__all__ = ["LETTERS", "free_name"]

LETTERS = "BCDFGHJKMNPQRTVWXYZ2346789"
"""Of random names: none that look alike (0/O, 1/I/L, 5/S), no vowels, so no words."""


def free_name(prefix: str, length: int, taken: Iterable[str], rng: Generator | None = None) -> str:
    """Draw a name that is not taken; names that differ only in case count as taken.

    Args:
        prefix: what it begins with, such as "sub-".
        length: how many random letters follow.
        taken: names in use.
        rng: draws the letters; the system's randomness by default.
    """
    known = {name.lower() for name in taken}
    while (name := prefix + _letters(length, rng)).lower() in known:
        pass
    return name


def _letters(length: int, rng: Generator | None) -> str:
    if rng is None:
        return "".join(secrets.choice(LETTERS) for _ in range(length))
    return "".join(LETTERS[i] for i in rng.integers(len(LETTERS), size=length))
