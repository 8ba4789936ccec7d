"""Leave one participant out over 226 simulated people with the default recognizer, on all cores.

    python benchmarks/leave_one_out.py [--people 226] [--jobs 2]

Prints the minutes and the figures. The goal is 60 minutes on two cores.
"""

from __future__ import annotations

import argparse
import time

from mimik.learn.backend import one_thread, use_jax

one_thread()
use_jax()

from mimik.learn.evaluate import evaluate  # noqa: E402  (after the number of threads is chosen)
from mimik.learn.recognizer import Recognizer  # noqa: E402
from studies import simulated  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=226)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    data = simulated(options.people, seed=1)
    print(f"{len(data):,} frames of {data.n_participants} people", flush=True)
    started = time.perf_counter()

    def progress(done: int, of: int) -> None:
        if done % 10 == 0 or done == of:
            minutes = (time.perf_counter() - started) / 60
            print(f"{done} of {of} folds, {minutes:.1f} min", flush=True)

    found = evaluate(
        data,
        Recognizer(),
        folds=None,
        compare_frame_split=False,
        jobs=options.jobs,
        on_progress=progress,
    )
    print(f"{(time.perf_counter() - started) / 60:.1f} minutes on {options.jobs} cores")
    for unit in found.result.units:
        figure = unit.figures["balanced_accuracy"]
        print(f"{unit.unit}: balanced accuracy {figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]")


if __name__ == "__main__":
    main()
