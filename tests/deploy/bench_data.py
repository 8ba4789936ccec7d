"""A tiny data set whose frames can be timed."""

from __future__ import annotations

import numpy as np
from networks import faces

from mimik.learn.dataset import Dataset


def dataset(n: int = 40) -> Dataset:
    X = faces(n)
    return Dataset(
        X=X,
        y=np.arange(n) % 2,
        participant=np.zeros(n, dtype=np.int32),
        recording=np.zeros(n, dtype=np.int32),
        device_time=np.arange(n) / 60,
        expressions=("happy", "sad"),
        participants=("sub-A",),
        recordings=("r0",),
        title="tiny",
        synthetic=True,
    )
