"""The simulated cohort as arrays, straight from the people: no phones, no study."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mimik.sources.virtual.person import CHUNK, Person

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")
FPS = 30


def cohort(
    people: int, frames: int = 510, *, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
    """Return X float32 (n, 52), y int32 (codes of ``EXPRESSIONS``) and person int32, tracked frames in order.

    ``frames`` per expression, as many as the published protocol gives at 30 a second; those without a face
    are left out.
    """
    X, y, who = [], [], []
    for i in range(people):
        person = Person(100_000 * seed + i, fps=FPS)
        person.move()
        for code, expression in enumerate(EXPRESSIONS):
            person.ask(expression)
            for _ in range(frames // CHUNK):
                values, seen = person.move()
                X.append(values[seen, :52])
                y.append(np.full(len(X[-1]), code, dtype=np.int32))
                who.append(np.full(len(X[-1]), i, dtype=np.int32))
    return np.concatenate(X), np.concatenate(y), np.concatenate(who)
