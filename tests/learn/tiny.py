"""Tiny data sets for tests of learning: people who have as much in common as a test wants."""

from __future__ import annotations

import numpy as np

from mimik.learn.dataset import Dataset

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")


def tiny_people(
    people: int = 20,
    frames: int = 12,
    *,
    shared: float = 0.0,
    own: float = 1.0,
    expressions: tuple[str, ...] = EXPRESSIONS,
    takes: int = 1,
    synthetic: bool = False,
) -> Dataset:
    """People whose expressions have something in common (``shared``) and something of their own (``own``)."""
    rng = np.random.default_rng(7)
    k = len(expressions)
    rows, y, person, recording = [], [], [], []
    common = rng.normal(size=(k, 52))
    for p in range(people):
        for e in range(k):
            centre = shared * common[e] + own * rng.normal(size=52)
            for take in range(takes):
                rows.append(centre + 0.05 * rng.normal(size=(frames, 52)))
                y += [e] * frames
                person += [p] * frames
                recording += [(p * k + e) * takes + take] * frames
    return Dataset(
        X=np.concatenate(rows).astype(np.float32),
        y=np.array(y),
        participant=np.array(person, dtype=np.int32),
        recording=np.array(recording, dtype=np.int32),
        device_time=np.arange(len(y)) / 60,
        expressions=expressions,
        participants=tuple(f"sub-{p:02}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(people * k * takes)),
        title="tiny",
        synthetic=synthetic,
    )
