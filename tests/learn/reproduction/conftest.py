"""A few people with a short trial of each published expression, and one reproduction on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mimik.learn.dataset import Dataset
from mimik.learn.reproduction import Reproduction, reproduce
from mimik.learn.reproduction.published import EXPRESSIONS


def few_people(
    people: int = 8, frames: int = 12, *, expressions: tuple[str, ...] = EXPRESSIONS, synthetic: bool = True
) -> Dataset:
    rng = np.random.default_rng(5)
    k = len(expressions)
    n = people * k * frames
    centres = rng.random((k, 52))[np.tile(np.arange(k), people)] + 0.2 * rng.normal(size=(people * k, 52))
    return Dataset(
        X=(np.repeat(centres, frames, axis=0) + 0.02 * rng.normal(size=(n, 52))).astype(np.float32),
        y=np.tile(np.repeat(np.arange(k), frames), people),
        participant=np.repeat(np.arange(people), k * frames).astype(np.int32),
        recording=np.repeat(np.arange(people * k), frames).astype(np.int32),
        device_time=np.arange(n) / 30,
        expressions=expressions,
        participants=tuple(f"sub-P{p:05}" for p in range(people)),
        recordings=tuple(f"r{i}" for i in range(people * k)),
        title="A few people",
        synthetic=synthetic,
    )


@pytest.fixture(scope="session")
def people() -> Callable[..., Dataset]:
    """Make people: how many, how many frames of each trial, which expressions, simulated or not."""
    return few_people


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trainings of ``found`` are kept."""
    return tmp_path_factory.mktemp("reproduction") / "finished"


@pytest.fixture(scope="session")
def found(finished: Path) -> Reproduction:
    """A reproduction on eight people: two epochs, two folds."""
    return reproduce(few_people(), epochs=2, folds=2, jobs=1, finished=finished)
