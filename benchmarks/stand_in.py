"""Stand-in data of full size for benchmarks of training; says nothing about people.

Each person has a resting face and an own way to show each expression; effort comes after one to two seconds,
wavers and wanes; each trial has a posture of its own, so that more than the expression sets its frames apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")
RATE = 30


def cohort(
    people: int, frames: int = 500, *, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
    """Return X float32 (people * 5 * frames, 52), y int32 (codes of ``EXPRESSIONS``) and person int32."""
    rng = np.random.default_rng(seed)
    common = rng.gamma(0.3, 0.5, (len(EXPRESSIONS), 52)) * (rng.random((len(EXPRESSIONS), 52)) < 0.3)
    X = np.empty((people, len(EXPRESSIONS), frames, 52), dtype=np.float32)
    for person in range(people):
        rest = rng.gamma(0.5, 0.08, 52)
        for expression in range(len(EXPRESSIONS)):
            own = rng.gamma(0.3, 0.5, 52) * (rng.random(52) < 0.25)
            shown = 0.5 * common[expression] * rng.lognormal(0, 0.6, 52) + 0.5 * own
            X[person, expression] = _trial(rest, shown, frames, rng)
    y = np.tile(np.repeat(np.arange(len(EXPRESSIONS), dtype=np.int32), frames), people)
    person = np.repeat(np.arange(people, dtype=np.int32), frames * len(EXPRESSIONS))
    return X.reshape(-1, 52), y, person


def _trial(rest: NDArray, shown: NDArray, frames: int, rng: np.random.Generator) -> NDArray[np.float32]:
    t = np.arange(frames) / RATE
    onset, wane = rng.uniform(1, 2), rng.uniform(0, 0.6)
    effort = rng.uniform(0.4, 1.0) / (1 + np.exp(-6 * (t - onset))) * (1 - wane * t / t[-1])
    effort *= np.clip(1 + 0.3 * _wander(frames, 1, 30, rng), 0, None)[:, 0]
    posture = 0.03 * rng.standard_normal(52) + 0.02 * _wander(frames, 52, 90, rng)
    noise = 0.02 * _wander(frames, 52, 3, rng) + 0.01 * rng.standard_normal((frames, 52))
    return np.clip(rest + effort[:, None] * shown + posture + noise, 0, 1).astype(np.float32)


def _wander(frames: int, channels: int, memory: float, rng: np.random.Generator) -> NDArray:
    """Return smooth noise (frames, channels) of variance 1 that forgets itself over ``memory`` frames."""
    keep = np.exp(-1 / memory)
    steps = rng.standard_normal((frames, channels)) * np.sqrt(1 - keep**2)
    steps[0] = rng.standard_normal(channels)
    for i in range(1, frames):
        steps[i] += keep * steps[i - 1]
    return steps
