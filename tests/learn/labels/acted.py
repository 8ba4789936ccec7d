"""Simulated people whose reaction times are known: frames as arrays, with the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mimik.learn.context import Context
from mimik.sources.virtual.person import CHUNK, Person

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")


@dataclass
class Acted:
    """Frames of recordings, and when half of the way to the expression, or back to rest, was truly gone."""

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    context: Context
    begins: NDArray[np.float64]  # seconds since the first frame
    ends: NDArray[np.float64]  # NaN where the effort lasts


def acted(
    people: int,
    *,
    seconds: float = 17,
    fps: int = 30,
    before: float = 0.0,
    rest: float = 0.0,
    asked: bool = True,
    seed: int = 7,
) -> Acted:
    """Let people show each expression.

    Args:
        seconds: that a recording lasts.
        before: seconds between being asked and the first frame, as with a start button.
        rest: seconds before the end at which they are told to relax.
        asked: whether they are asked at all.
    """
    X, y, person, recording, time, begins, ends = [], [], [], [], [], [], []
    for who in range(people):
        body = Person(1000 * seed + who, fps=fps)
        body.move()
        clock = 0.0
        for code, expression in enumerate(EXPRESSIONS):
            if asked:
                body.ask(expression)
            begins.append(half_way(body) - before)
            ends.append(np.nan)
            for step in range(round((before + seconds) * fps / CHUNK)):
                if rest and step == round((before + seconds - rest) * fps / CHUNK):
                    body.ask(None)
                    ends[-1] = seconds - rest + half_way(body)
                values, seen = body.move()
                if step >= round(before * fps / CHUNK):
                    X.append(values[seen, :52])
                    time.append((clock + np.arange(CHUNK) / fps)[seen])
                    y.append(np.full(seen.sum(), code))
                    person.append(np.full(seen.sum(), who, dtype=np.int32))
                    recording.append(np.full(seen.sum(), len(begins) - 1, dtype=np.int32))
                clock += CHUNK / fps
            for _ in range(4 * fps // CHUNK if rest else 0):
                body.move()
    nobody_rested = np.full((len(begins), 52), np.nan, dtype=np.float32)
    context = Context(*map(np.concatenate, (person, recording, time)), nobody_rested)
    return Acted(np.concatenate(X), np.concatenate(y), context, np.array(begins), np.array(ends))


def half_way(person: Person) -> float:
    """Return the seconds from the last ``ask`` to the moment at which half of the way is gone."""
    effort = person._effort
    return float(effort._reaction + effort._rise / 2)
