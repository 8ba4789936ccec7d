"""How long ten-fold cross-validation of the published network takes with its full schedule, from a slice.

    python benchmarks/ten_folds.py [--people 226] [--jobs 2] [--epochs 2]

Two folds train side by side, one process per core, for a few epochs; what all ten folds of 400 epochs take is
extrapolated: the time of an epoch does not depend on which it is, so

    minutes = (start + 400 x seconds per epoch) x 10 folds / processes / 60

where the seconds per epoch are the mean of all epochs but the first, which holds the compilation. The goal is
150 minutes on two cores.
"""

from __future__ import annotations

import argparse
import statistics
import time

import joblib
import numpy as np

from mimik.learn.backend import one_thread
from mimik.learn.splits import choose_split
from studies import simulated

EPOCHS, FOLDS = 400, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=226)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3, help="of the slice")
    options = parser.parse_args()
    data = simulated(options.people, seed=1)
    split = choose_split(data, folds=FOLDS)
    rows = [split.train(fold) for fold in range(options.jobs)]
    print(
        f"{len(data):,} frames, {len(rows[0]):,} of them train; {options.epochs} of {EPOCHS} epochs",
        flush=True,
    )
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        slices = joblib.Parallel(n_jobs=options.jobs)(
            joblib.delayed(train)(data.X, data.y, r, options.epochs) for r in rows
        )
    start = statistics.mean(start for start, _ in slices)
    epoch = statistics.mean(epoch for _, epoch in slices)
    steps = -(-len(rows[0]) // 128) / epoch
    minutes = (start + EPOCHS * epoch) * FOLDS / options.jobs / 60
    print(f"start {start:.1f} s, an epoch {epoch:.2f} s ({steps:.0f} steps a second in each process)")
    print(f"extrapolated: {minutes:.0f} minutes for {FOLDS} folds of {EPOCHS} epochs on {options.jobs} cores")


def train(X: np.ndarray, y: np.ndarray, rows: np.ndarray, epochs: int) -> tuple[float, float]:
    """Return the seconds before the second epoch, less one epoch, and the mean seconds of an epoch."""
    one_thread()
    from mimik.learn.recognizer import Recognizer

    started = time.perf_counter()
    recognizer = Recognizer("hartmann2022", epochs=epochs).fit(X[rows], y[rows])
    whole = time.perf_counter() - started
    epoch = statistics.mean(log.seconds for log in recognizer.history_[1:])
    return whole - epochs * epoch, epoch


if __name__ == "__main__":
    main()
