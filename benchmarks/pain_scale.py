"""Ordered labels against plain classes on a simulated scale of pain, on people never seen.

    python benchmarks/pain_scale.py --people 60 --seeds 3

Half of the people train, the others test; figures are means over the seeds, of single frames and of trials
(the mean probability of a trial's frames). Two kinds of people: "own steps" show each step in a way of its
own, as the simulated cohort does; "one way" show one face of pain, stronger at each step.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mimik.learn.classifier import SNNClassifier
from mimik.learn.decisions import median_label, per_recording
from mimik.learn.proportional_odds import ProportionalOdds
from mimik.learn.recognizer import Recognizer
from mimik.learn.threshold_network import ThresholdNetwork
from mimik.sources.virtual.person import CHUNK, Person

STEPS, FPS, SECONDS, EVERY = 11, 30, 8, 4
Arrays = tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]


def cohort(people: int, seed: int, *, one_way: bool) -> Arrays:
    """Return X (n, 52), the step shown (n,) and the person (n,), every fourth frame of 8 s a step."""
    X, y, who = [], [], []
    for i in range(people):
        person = Person(100_000 * seed + i, fps=FPS)
        rest = np.median(moved(person, 4), axis=0)
        for step in range(STEPS):
            person.ask(None if step == 0 else "pain" if one_way else str(step))
            moved(person, 2)  # the reaction
            face = moved(person, SECONDS * FPS // CHUNK)[::EVERY]
            if one_way and step:
                face = rest + (face - rest) * step / (STEPS - 1)
                person.ask(None)
                moved(person, 1)
            X.append(face)
            y.append(np.full(len(face), step))
            who.append(np.full(len(face), i))
    return np.concatenate(X).astype(np.float32), np.concatenate(y), np.concatenate(who)


def moved(person: Person, chunks: int) -> NDArray[np.float32]:
    return np.concatenate([person.move()[0] for _ in range(chunks)])[:, :52]


class FrankHall:
    """One logistic regression for each threshold."""

    def fit(self, X: NDArray[np.float32], y: NDArray[np.int64]) -> FrankHall:
        """Train on every fourth row."""
        self.models = [
            make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=300)).fit(X[::4], y[::4] > k)
            for k in range(STEPS - 1)
        ]
        return self

    def predict_proba(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each step (n, 11)."""
        more = np.stack([model.predict_proba(X)[:, 1] for model in self.models], axis=1)
        more = np.minimum.accumulate(more, axis=1)
        edges = np.concatenate([np.ones((len(X), 1)), more, np.zeros((len(X), 1))], axis=1)
        return -np.diff(edges, axis=1)


def small_softmax(rows: int) -> object:
    epochs = -(-600 // -(-rows // 256))
    network = SNNClassifier(
        width=32,
        depth=2,
        dropout=0.1,
        l2=0.0,
        epochs=epochs,
        batch_size=256,
        learning_rate=2e-3,
        schedule="one-cycle",
        random_state=0,
    )
    return make_pipeline(StandardScaler(), network)


CONTENDERS: dict[str, Callable[[int], object]] = {
    "Recognizer, fast": lambda _: Recognizer("fast"),
    "small softmax network": small_softmax,
    "softmax logistic": lambda rows: make_pipeline(
        StandardScaler(), LogisticRegression(C=40 / rows, max_iter=300)
    ),
    "Frank and Hall, logistic": lambda _: FrankHall(),
    "ProportionalOdds": lambda _: ProportionalOdds(),
    "ThresholdNetwork": lambda _: ThresholdNetwork(random_state=0),
}


def figures(
    p: NDArray[np.float64], y: NDArray[np.int64], decide: Callable[..., NDArray[np.intp]]
) -> list[float]:
    found = decide(p)
    kappa = cohen_kappa_score(y, found, weights="quadratic")
    return [float(np.mean(found == y)), float(np.abs(found - y).mean()), float(kappa)]


def compared(people: int, seed: int, *, one_way: bool) -> dict[str, list[float]]:
    X, y, who = cohort(people, seed, one_way=one_way)
    test = who >= people // 2
    recording = who[test] * STEPS + y[test]
    rows: dict[str, list[float]] = {}
    for name, make in CONTENDERS.items():
        started = time.perf_counter()
        p = make(int((~test).sum())).fit(X[~test], y[~test]).predict_proba(X[test]).astype(np.float64)  # type: ignore[attr-defined]
        seconds = time.perf_counter() - started
        trials, of_trials = per_recording(p, recording)
        for how, decide in (("likeliest", lambda p: p.argmax(axis=1)), ("median", median_label)):
            if how == "median" or name not in ("ProportionalOdds", "ThresholdNetwork"):
                found = figures(p, y[test], decide) + figures(of_trials, trials % STEPS, decide)[1:]
                mean = float(np.abs(of_trials @ np.arange(STEPS) - trials % STEPS).mean())
                rows[f"{name}, {how}"] = [*found, mean, seconds]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    for one_way in (False, True):
        runs = [compared(given.people, 2 + seed, one_way=one_way) for seed in range(given.seeds)]
        print(f"\n{'one way' if one_way else 'own steps'}: {given.people} people, {given.seeds} seeds")
        print(f"{'':36}accuracy  MAE    kappa  | trial MAE  kappa  MAE of the mean | s")
        for name in runs[0]:
            a, m, k, tm, tk, te, s = np.mean([run[name] for run in runs], axis=0)
            frames = f"{a:.3f}     {m:.3f}  {k:.3f}"
            print(f"{name:36}{frames}  | {tm:.3f}      {tk:.3f}  {te:.3f}           | {s:.0f}")


if __name__ == "__main__":
    main()
