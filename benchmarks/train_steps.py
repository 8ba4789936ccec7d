"""Training steps per second on one core: Mimik against plain Keras on TensorFlow, in turns in one run.

    python benchmarks/train_steps.py [--rounds 5] [--steps 1000] [--tensorflow PYTHON]

The network is the published one, width 128, batch 128. TensorFlow is installed into a virtual environment of
its own, unless the Python of one that has it is named.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from functools import cache
from pathlib import Path

import numpy as np

BATCH = 128
REFERENCE = "Keras on TensorFlow, model.fit"
CONTESTANTS = {
    "Mimik": ("jax", 0),
    REFERENCE: ("tensorflow", 1),
    "Keras on TensorFlow, model.fit, steps_per_execution=50": ("tensorflow", 50),
    "Keras on JAX, model.fit, steps_per_execution=50": ("jax", 50),
}


def contest(pythons: dict[str, str], rounds: int, steps: int) -> None:
    """Let all contestants run in turns and print medians and ratios."""
    runners = {
        name: Runner(pythons[backend], backend, together)
        for name, (backend, together) in CONTESTANTS.items()
        if backend in pythons
    }
    rates: dict[str, list[float]] = {name: [] for name in runners}
    for turn in range(rounds):
        order = list(runners) if turn % 2 == 0 else list(runners)[::-1]
        for name in order:
            rates[name].append(runners[name].run(steps))
    for runner in runners.values():
        runner.end()
    print(f"one core, {rounds} turns of {steps} steps each; steps per second of processor time")
    for name, values in rates.items():
        ratios = [ours / theirs for ours, theirs in zip(rates["Mimik"], values, strict=True)]
        print(
            f"{name:55} median {statistics.median(values):6.0f}  best {max(values):6.0f}"
            f"  Mimik is {statistics.median(ratios):.2f} times as fast"
        )
    if REFERENCE in rates:
        ratio = statistics.median(o / t for o, t in zip(rates["Mimik"], rates[REFERENCE], strict=True))
        print(f"ratio to {REFERENCE}: {ratio:.2f} (goal: 2.4)")


class Runner:
    """A process that trains when told to; all share one core, one runs at a time."""

    def __init__(self, python: str, backend: str, together: int) -> None:
        environment = {
            **os.environ,
            "KERAS_BACKEND": backend,
            "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
            "TF_NUM_INTRAOP_THREADS": "1",
            "TF_NUM_INTEROP_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [python, __file__, "--child", str(together)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )

    def run(self, steps: int) -> float:
        """Return steps per second."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return steps / json.loads(self.process.stdout.readline())

    def end(self) -> None:
        """Let the process go."""
        self.process.stdin.close()
        self.process.wait()


def child(together: int) -> None:
    """Train as many steps as each line of the input says, and answer with the seconds of processor time."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    train = keras_fit(together) if together else mimik()
    train(200)
    for line in sys.stdin:
        data(int(line))
        # Time of the processor, not of the clock: other programs take part of the core.
        started = time.process_time()
        train(int(line))
        print(json.dumps(time.process_time() - started), flush=True)


@cache
def data(steps: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.random((steps * BATCH, 52), dtype=np.float32)
    return X, rng.integers(0, 5, steps * BATCH).astype(np.int32)


def mimik():
    from mimik.learn.network import Architecture
    from mimik.learn.training import Plan, train

    plan = Plan(epochs=1, batch_size=BATCH, learning_rate=1e-3, schedule="constant", seed=0)
    return lambda steps: train(*data(steps), Architecture(52, 5), plan)


def keras_fit(together: int):
    """The same network as anybody would write it."""
    import keras

    network = keras.Sequential([keras.Input((52,))])
    for layer in range(10):
        penalty = keras.regularizers.L2(0.25) if layer >= 8 else None
        network.add(
            keras.layers.Dense(
                128, activation="selu", kernel_initializer="lecun_normal", kernel_regularizer=penalty
            )
        )
        network.add(keras.layers.AlphaDropout(0.1))
    network.add(keras.layers.Dense(5, activation="softmax"))
    network.compile(
        "adam", "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=together
    )
    return lambda steps: network.fit(*data(steps), batch_size=BATCH, verbose=0)


def tensorflow(named: str | None, folder: Path) -> str | None:
    """Return a Python that has Keras and TensorFlow, or None if there can be none."""
    if named:
        return named
    print("installing TensorFlow into an environment of its own ...", flush=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [str(python), "-m", "pip", "install", "--quiet", "tensorflow-cpu", "keras"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return str(python)
    print("TensorFlow cannot be installed here, so there is no comparison with it:", done.stderr[-500:])
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--tensorflow", help="a Python that has Keras and TensorFlow")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        child(options.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        other = tensorflow(options.tensorflow, Path(folder))
        pythons = {"jax": sys.executable} | ({"tensorflow": other} if other else {})
        contest(pythons, options.rounds, options.steps)


if __name__ == "__main__":
    main()
