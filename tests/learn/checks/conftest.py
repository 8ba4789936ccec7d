"""One study without a fault, for tests that break it in one place each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mimik.learn.checks import check_dataset, check_split
from mimik.learn.dataset import Dataset, RecordingFacts
from mimik.learn.splits import choose_split
from mimik.sources.virtual.person import CHUNK, Habits, Person

EXPRESSIONS = ("disappointed", "stressed", "happy", "sad", "surprised")
PEOPLE, SECONDS, FPS = 22, 4, 30
CLEAR = Habits(own_way=0.15, confusion=0.1, gain=0.3, turns=0.0)
"""People whose expressions are easily told, and who never look away."""


def sitting(person: Person, order: list[int]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return somebody's resting face (52,) and a recording (n, 52) of each expression in order."""
    person.ask(None)
    rest = np.concatenate([person.move()[0] for _ in range(2)])[:, :52]
    recordings = []
    for code in order:
        person.ask(EXPRESSIONS[code])
        person.move()  # the way there
        frames = [person.move()[0][:, :52] for _ in range(SECONDS * FPS // CHUNK)]
        recordings.append(np.concatenate(frames))
    return np.median(rest, axis=0), recordings


def study_of(people: list[Person], **changes: Any) -> Dataset:
    """Return a study of people who use two phones in turn, and show everything in an order of their own."""
    rng = np.random.default_rng(3)
    X, y, resting, facts = [], [], [], []
    for i, person in enumerate(people):
        order = rng.permutation(len(EXPRESSIONS)).tolist()
        rest, recordings = sitting(person, order)
        X += recordings
        y += order
        resting += [rest] * len(order)
        facts += [
            RecordingFacts(
                session=f"sub-{i:02}/ses-01",
                trial=number,
                prompted=EXPRESSIONS[code],
                device=str(1 + i % 2),
                app="Live Link Face 1.3",
                started=1.7e9 + 3600 * i,
            )
            for number, code in enumerate(order, 1)
        ]
    n = SECONDS * FPS
    person_of = np.repeat(np.arange(len(people), dtype=np.int32), len(EXPRESSIONS))
    recording = np.repeat(np.arange(len(y), dtype=np.int32), n)
    dataset = Dataset(
        X=np.concatenate(X).astype(np.float32),
        y=np.repeat(np.array(y, dtype=np.int64), n),
        participant=person_of[recording],
        recording=recording,
        device_time=np.tile(np.arange(n) / FPS, len(y)) + 20.0 * recording,
        expressions=EXPRESSIONS,
        participants=tuple(f"sub-{i:02}" for i in range(len(people))),
        recordings=tuple(f"{fact.session}/{fact.trial}" for fact in facts),
        title="clean",
        synthetic=False,
        facts=tuple(facts),
        people=tuple({"site": "Ulm" if i % 4 < 2 else "Bonn"} for i in range(len(people))),
        resting=np.array(resting, dtype=np.float32),
    )
    return replace(dataset, **changes)


@pytest.fixture(scope="session")
def clean() -> Dataset:
    """22 people, each of whom shows five expressions once."""
    return study_of([Person(100 + i, fps=FPS, habits=CLEAR) for i in range(PEOPLE)])


def codes_found(dataset: Dataset) -> set[str]:
    """Return what checks find in data and in its split by participant."""
    split = choose_split(dataset, kind="participant", folds=5)
    found = [*check_dataset(dataset).found, *check_split(dataset, split).found]
    return {finding.code for finding in found}


@pytest.fixture(scope="session")
def found():
    """The codes of what checks find in data and in its split by participant."""
    return codes_found


@pytest.fixture(scope="session")
def enrol():
    """Make a study of people; see ``study_of``."""
    return study_of


@pytest.fixture(scope="session")
def somebody():
    """Make a person of the clean study."""
    return lambda i: Person(100 + i, fps=FPS, habits=CLEAR)
