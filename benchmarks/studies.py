"""Simulated studies for benchmarks, as data sets: real datagrams, real folders, made once per run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from mimik.capture.simulation import simulate
from mimik.learn.data import load_dataset
from mimik.learn.dataset import Dataset
from mimik.protocol import load_protocol
from mimik.sources.virtual.person import Habits
from mimik.study.study import Study


def simulated(
    people: int, *, seed: int, habits: Habits | None = None, protocol: str = "hartmann2022"
) -> Dataset:
    """Return the data set of a study of simulated people."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study.create(
            Path(folder) / "study", title=f"cohort {seed}", protocol=load_protocol(protocol), synthetic=True
        )
        simulate(study, participants=people, seed=seed, habits=habits)
        return load_dataset(study)
