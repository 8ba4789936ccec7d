"""What placements of the L2 penalty, and other recipes, do to shuffled frames and to people never seen.

    python benchmarks/recipes.py [--people 60] [--only l2]

Simulated people: the figures choose between readings of a paper and between schedules; they say nothing about
real faces. Prints a line of a Markdown table for each recipe.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from cohort import cohort
from mimik.learn.classifier import SNNClassifier

PUBLISHED = {"epochs": 12}
CYCLE = {"l2": 0.0, "schedule": "one-cycle", "batch_size": 256, "learning_rate": 2e-3}
RECIPES = {
    "l2: none": (False, 1, {**PUBLISHED, "l2": 0.0}),
    "l2: last hidden layer": (False, 1, {**PUBLISHED, "l2_layers": 1}),
    "l2: last 2 (`hartmann2022`, 12 epochs)": (False, 1, PUBLISHED),
    "l2: last 3": (False, 1, {**PUBLISHED, "l2_layers": 3}),
    "l2: last 4": (False, 1, {**PUBLISHED, "l2_layers": 4}),
    "l2: all 10": (False, 1, {**PUBLISHED, "l2_layers": 10}),
    "raw, one cycle, 8 epochs": (False, 1, {**CYCLE, "epochs": 8}),
    "standardised, one cycle, 3 epochs": (True, 1, {**CYCLE, "epochs": 3}),
    "standardised, one cycle, 8 epochs": (True, 1, {**CYCLE, "epochs": 8}),
    "standardised, one cycle, 16 epochs": (True, 1, {**CYCLE, "epochs": 16}),
    "standardised, one cycle, 6 epochs, dropout 0.02 (`fast`)": (
        True,
        1,
        {**CYCLE, "epochs": 6, "dropout": 0.02},
    ),
    "standardised, every 4th frame, 8 epochs": (True, 4, {**CYCLE, "epochs": 8}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=60, help="to train on; as many again are never seen")
    parser.add_argument("--only", default="", help="only recipes that begin so")
    options = parser.parse_args()
    X, y, person = cohort(2 * options.people, seed=7)
    seen = person < options.people
    shuffled = seen & (np.random.default_rng(0).random(len(y)) < 0.15)
    train = seen & ~shuffled
    print(f"{train.sum():,} training frames of {options.people} people; {(~seen).sum():,} of others\n")
    print("| recipe | accuracy in training, first to last epoch | shuffled frames | people never seen | s |")
    print("|---|---|---|---|---|")
    for name, (standardise, every, parameters) in RECIPES.items():
        if name.startswith(options.only):
            print(row(name, X, y, train, shuffled, ~seen, standardise, every, parameters), flush=True)


def row(name, X, y, train, shuffled, unseen, standardise, every, parameters) -> str:
    mean, scale = (X[train].mean(0), np.maximum(X[train].std(0), 0.01)) if standardise else (0, 1)
    X = ((X - mean) / scale).astype(np.float32)
    started = time.process_time()
    network = SNNClassifier(**parameters, random_state=0).fit(X[train][::every], y[train][::every])
    seconds = time.process_time() - started
    first, last = network.history_[0].accuracy, network.history_[-1].accuracy
    scores = (network.score(X[rows], y[rows]) for rows in (shuffled, unseen))
    figures = " | ".join(f"{score:.2f}" for score in scores)
    return f"| {name} | {first:.2f} to {last:.2f} | {figures} | {seconds:.0f} |"


if __name__ == "__main__":
    main()
