"""The published schedule at full size, and how soon the fast recipe reaches the same accuracy.

    python benchmarks/published_schedule.py [--epochs 2]

478,741 frames of simulated people, width 128, batch 128, 400 epochs: 1,496,400 steps. ``--epochs`` runs a
slice of them; the time of 400 is then what the slice took plus the missing epochs times the median epoch
(without the first, which includes compilation), and the fast recipe has to reach only the accuracy after the
slice.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from cohort import cohort
from mimik.learn.classifier import SNNClassifier
from mimik.learn.presets import PRESETS
from mimik.learn.recognizer import Recognizer

TRAINING, TEST = 478_741, 84_483
EPOCHS = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="run this many of the 400")
    options = parser.parse_args()
    X, y, _ = cohort(226, seed=2022)
    rows = np.random.default_rng(0).permutation(len(X))
    training, test = rows[:TRAINING], rows[TRAINING : TRAINING + TEST]
    reached, seconds = published(X, y, training, test, options.epochs)
    fast(X, y, training, test, reached, seconds)


def published(X, y, training, test, epochs: int) -> tuple[float, float]:
    """Return the accuracy reached on the test rows and the seconds that 400 epochs take."""
    parameters = {**PRESETS["hartmann2022"].parameters, "epochs": epochs}
    started = time.perf_counter()
    network = SNNClassifier(**parameters, random_state=0).fit(X[training], y[training], on_epoch=progress)
    whole = time.perf_counter() - started
    per_epoch = [log.seconds for log in network.history_]
    median = statistics.median(per_epoch[1:] or per_epoch)
    accuracy = network.score(X[test], y[test])
    print(f"published: {epochs} epochs in {whole:.0f} s, {steps() / median:.0f} steps/s")
    in_training = network.history_[-1].accuracy
    print(f"published: accuracy {in_training:.4f} in training, {accuracy:.4f} on the test rows")
    if epochs < EPOCHS:
        whole += (EPOCHS - epochs) * median
        print(f"published: extrapolated from {epochs} to {EPOCHS} epochs by the median epoch")
    print(f"published: {whole / 60:.1f} minutes for {EPOCHS * steps():,} steps (goal: 27)", flush=True)
    return accuracy, whole


def fast(X, y, training, test, reached: float, seconds: float) -> None:
    """Print how long the fast recipe takes and whether it reaches the accuracy."""
    ordered = np.sort(training)  # in order of time, as in a study
    started = time.perf_counter()
    recognizer = Recognizer("fast", random_state=0).fit(X[ordered], y[ordered], on_epoch=progress)
    took = time.perf_counter() - started
    accuracy = recognizer.score(X[test], y[test])
    verdict = "reached" if accuracy >= reached else "NOT reached"
    print(f"fast: {accuracy:.4f} on the test rows after {took:.0f} s; published {reached:.4f}, {verdict}")
    print(f"fast: {seconds / took:.0f} times sooner than the published 400 epochs (goal: 10)")


def steps() -> int:
    return -(-TRAINING // 128)


def progress(log) -> None:
    print(f"  epoch {log.epoch}/{log.epochs}  accuracy {log.accuracy:.4f}  {log.seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
