"""People whose expressions lie where a test put them."""

from __future__ import annotations

import numpy as np

from mimik.learn.dataset import Dataset

EXPRESSIONS = ("happy", "sad", "surprised")
FRAMES = 8


def planted(
    people: int = 24, *, signal: float = 0.08, nuisance: float = 1.0, habit: float = 0.0, takes: int = 2
) -> Dataset:
    """Expressions differ a little along two channels; people differ a lot along a mixture of all.

    What sets people apart shows in the channels of the expressions, too, but together with others: who knows
    the covariance can take it away, who only measures distances can't. With ``habit``, everybody has a way of
    their own of showing each expression, which can be remembered and says nothing about others.
    """
    rng = np.random.default_rng(3)
    common = rng.normal(size=52)
    centres = np.zeros((len(EXPRESSIONS), 52))
    centres[1, 3], centres[2, 7] = signal, signal
    rows, y, person, recording = [], [], [], []
    for p in range(people):
        for e in range(len(EXPRESSIONS)):
            way = habit * rng.normal(size=52)
            for _ in range(takes):
                own = way + nuisance * rng.normal() * common
                rows.append(centres[e] + own + 0.03 * rng.normal(size=(FRAMES, 52)))
                y += [e] * FRAMES
                person += [p] * FRAMES
                recording += [recording[-1] + 1 if recording else 0] * FRAMES
    n = recording[-1] + 1
    return Dataset(
        X=np.concatenate(rows).astype(np.float32),
        y=np.array(y),
        participant=np.array(person, dtype=np.int32),
        recording=np.array(recording, dtype=np.int32),
        device_time=np.arange(len(y)) / 30,
        expressions=EXPRESSIONS,
        participants=tuple(f"sub-{p:02}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(n)),
        title="planted",
        synthetic=True,
    )
