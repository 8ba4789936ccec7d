"""A diagnosis is learned from frames and decided per person: found where faces tell it, not by heart."""

from __future__ import annotations

from functools import cache

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mimik.learn.dataset import Dataset
from mimik.learn.decisions import per_participant
from mimik.learn.folds import cross_predict
from mimik.learn.splits import choose_split
from mimik.sources.virtual.person import Person

PEOPLE = 80
TAKES = 2  # recordings of a smile


@cache
def cohort() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return smiles, as change from the resting face (n, 52), resting faces (PEOPLE, 52), recording (n,)."""
    beyond, rest, recording = [], [], []
    for i in range(PEOPLE):
        person = Person(9000 + i, fps=30)
        rest.append(np.median(np.concatenate([person.move()[0] for _ in range(3)]), axis=0)[:52])
        for number in range(TAKES):
            person.ask("happy")
            shown = np.concatenate([person.move()[0] for _ in range(6)])[90::3, :52]
            person.ask(None)
            beyond.append(shown - rest[-1])
            recording.append(np.full(len(shown), TAKES * i + number))
    return np.concatenate(beyond), np.array(rest), np.concatenate(recording)


def people(patient: np.ndarray, *, half: bool) -> Dataset:
    """A data set with a label per person; patients smile with half the amplitude, if ``half``."""
    beyond, rest, recording = cohort()
    person = recording // TAKES
    X = rest[person] + beyond * np.where(half & patient[person], 0.5, 1.0)[:, None]
    return Dataset(
        X=X.astype(np.float32),
        y=patient[person].astype(np.int64),
        participant=person.astype(np.int32),
        recording=recording.astype(np.int32),
        device_time=np.arange(len(X)) / 10,
        expressions=("control", "patient"),
        participants=tuple(f"sub-{i:02}" for i in range(PEOPLE)),
        recordings=tuple(f"r{i}" for i in range(PEOPLE * TAKES)),
        title="cohort",
        synthetic=True,
        unit="participant",
    )


def recognised(data: Dataset, kind: str = "participant") -> float:
    """Return the share of people whose label was recognised."""
    estimator = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
    [found] = cross_predict(data, estimator, [choose_split(data, kind=kind)], jobs=1)
    codes, proba = per_participant(found.proba, data.recording, data.participant)
    truth = np.zeros(PEOPLE, dtype=np.int64)
    truth[data.participant] = data.y
    assert codes.tolist() == list(range(PEOPLE))
    return float(np.mean(proba.argmax(axis=1) == truth))


def test_patients_who_smile_less_are_recognised_among_people_never_seen() -> None:
    patient = np.random.default_rng(0).permutation(PEOPLE) < PEOPLE // 2
    assert recognised(people(patient, half=True)) > 0.75  # chance is 0.5, with a standard error of 0.06


def test_a_diagnosis_that_faces_do_not_tell_is_not_recognised_among_people_never_seen() -> None:
    """Yet shuffled frames would recognise nearly everybody: faces are known by heart."""
    shares = []
    for seed in range(4):
        patient = np.random.default_rng(10 + seed).permutation(PEOPLE) < PEOPLE // 2
        shares.append(recognised(people(patient, half=False)))
    assert 0.35 < np.mean(shares) < 0.6
    assert recognised(people(patient, half=False), "frame") > 0.8
