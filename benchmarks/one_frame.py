"""One frame at a time: ``mimik.load(file).predict_proba(frame)`` against TensorFlow's file, C and others.

    python benchmarks/one_frame.py [--repeats 3] [--tensorflow PYTHON] [--slow]

All run in turns on one core, timed by the processor's clock, as other programs may take part of the core;
ratios are Mimik's time to that of another in the same round. All are loaded anew several times, as it makes
some per cent where in memory weights happen to lie. The networks have the shapes of the recipes hartmann2022
and people and weights of no training, which makes no difference to time. TensorFlow is installed into a
virtual environment of its own, unless the Python of one that has it is named; the C code needs gcc.
``--slow`` adds NumPy, JAX and Keras.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from one_frame_in_c import calls_of_c, compiled

OURS = "Mimik: load(file).predict_proba(frame)"
TENSORFLOW = "TensorFlow's file in LiteRT, public calls"
IN_C = "C, a call a frame from Python"
LOOP = "C, a loop in C"
GOALS = {TENSORFLOW: 0.75, IN_C: 1.5}
FRAMES = 1000
CLASSES = 5
LOADED = 5


@dataclass(frozen=True)
class Input:
    """The same frame as each contestant takes it."""

    frame: Any
    row: np.ndarray  # (1, 52)
    address: int


@dataclass(frozen=True)
class Files:
    """A network, and the files that contestants are loaded from."""

    model: Any
    file: Path
    small: Path
    int8: Path
    exported: Path
    converted: Path | None
    library: Path | None


def models(recipe: str, width: int = 128):
    """Return a network of a recipe's shape."""
    from mimik.blendshapes import BLEND_SHAPES
    from mimik.learn.card import ModelCard, TrainedOn
    from mimik.learn.features import Features
    from mimik.learn.model import Model
    from mimik.learn.presets import PRESETS

    preset = PRESETS[recipe]
    rng = np.random.default_rng(0)
    sizes = [len(BLEND_SHAPES), *[width] * int(preset.parameters["depth"]), CLASSES]
    labels = tuple(f"label {c}" for c in range(CLASSES))
    card = ModelCard(labels, tuple(BLEND_SHAPES), recipe, {}, TrainedOn(0, synthetic=True), {}, "")
    features = Features.raw(card.channels, resting=preset.resting, power=preset.power)
    if preset.standardise:
        features = features.scaled_to(features.of(rng.random((1000, 52), dtype=np.float32)))
    kernels = [(rng.normal(size=s) / np.sqrt(s[0])).astype(np.float32) for s in pairwise(sizes)]
    biases = [(0.1 * rng.normal(size=n)).astype(np.float32) for n in sizes[1:]]
    return Model(card, features, tuple(kernels), tuple(biases))


def contest(recipe: str, files: Files, rounds: int, *, slow: bool) -> None:
    """Let all contestants run in turns, and print medians and ratios."""
    from mimik.deploy.bench.turns import ratios

    taken: dict[str, list[float]] = {}
    for _ in range(LOADED):
        for name, values in once(recipe, files, rounds, slow=slow).items():
            taken.setdefault(name, []).extend(values)
    print(f"\n{recipe}: microseconds a frame; Mimik's time to it, median of {LOADED * rounds} (middle half)")
    for name, values in taken.items():
        ours = ratios({name: values, OURS: taken[OURS]})[OURS]
        goal = f"  goal: {GOALS[name]}" if name in GOALS else ""
        print(
            f"  {name:45} {np.median(values) / 1000:9.2f}  {ours.ratio:6.3f}"
            f" ({ours.low:.3f} to {ours.high:.3f}){goal}",
            flush=True,
        )


def once(recipe: str, files: Files, rounds: int, *, slow: bool) -> dict[str, list[float]]:
    """Load all contestants and return what a frame took, nanoseconds, turn by turn."""
    from mimik.deploy.bench.machine import one_core
    from mimik.deploy.bench.timing import warm_up
    from mimik.deploy.bench.turns import in_turns

    clock = time.process_time_ns
    inputs, rows = prepared()
    calls = contestants(files, rows, slow=slow)
    agree(calls, inputs, recipe)
    with one_core():
        warm = {name: warm_up(call, inputs[:200], clock, seconds=0.2) for name, call in calls.items()}
        taken = in_turns(calls, inputs, {n: w.typical for n, w in warm.items()}, clock, blocks=rounds)
    if LOOP in taken:
        taken[LOOP] = [t / FRAMES for t in taken[LOOP]]
    return taken


def prepared() -> tuple[list[Input], np.ndarray]:
    """Return frames, and their coefficients (n, 52)."""
    from mimik.deploy.bench import random_inputs

    block = random_inputs(FRAMES).block(0, FRAMES)
    rows = np.ascontiguousarray(block.values[:, :52])
    inputs = [Input(frame, rows[i : i + 1], rows[i].ctypes.data) for i, frame in enumerate(block.frames())]
    return inputs, rows


def write(recipe: str, folder: Path, tensorflow: str | None) -> Files:
    """Write all files of a recipe's network."""
    from mimik.deploy.export import export
    from mimik.learn.modelfile import save_model

    model = models(recipe)
    return Files(
        model=model,
        file=save_model(model, folder / f"{recipe}.mimik"),
        small=save_model(models(recipe, width=64), folder / f"{recipe}64.mimik"),
        int8=export(model, folder / f"{recipe}8", "litert", int8=True).path,
        exported=export(model, folder / recipe, "litert").path,
        converted=converted(model, folder / f"{recipe}.npz", tensorflow) if tensorflow else None,
        library=compiled(model, folder / f"{recipe}.so"),
    )


def contestants(files: Files, rows: np.ndarray, *, slow: bool) -> dict[str, Callable[[Input], Any]]:
    """Return what each calls with a frame, by name."""
    import mimik
    from mimik.deploy.bench.networks import jit_jax, keras_predict

    runtimes = {
        OURS: mimik.load(files.file),
        "Mimik, 8-bit weights": mimik.load(files.int8),
        "Mimik, width 64": mimik.load(files.small),
        "Mimik on ONNX Runtime": mimik.load(files.file, runtime="onnx"),
    }
    if slow:
        runtimes |= {
            "Mimik on NumPy": mimik.load(files.file, runtime="numpy"),
            "JAX, compiled": jit_jax(files.model),
            "Keras on JAX, predict": keras_predict(files.model),
        }
    calls = {name: of_frame(runtime.predict_proba) for name, runtime in runtimes.items()}
    calls["Mimik's file in LiteRT, public calls"] = public_calls(files.exported.read_bytes())
    if files.converted:
        calls[TENSORFLOW] = public_calls(files.converted.read_bytes())
    if files.library:
        call, loop = calls_of_c(files.model, files.library, rows)
        calls |= {IN_C: lambda input: call(input.address), LOOP: lambda _: loop()[:1]}
    return calls


def of_frame(predict: Callable[[Any], Any]) -> Callable[[Input], Any]:
    return lambda input: predict(input.frame)


def public_calls(content: bytes) -> Callable[[Input], Any]:
    """Return the three calls that LiteRT's guide shows; the resting face is set once."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    inputs = {d["name"]: d["index"] for d in interpreter.get_input_details()}
    coefficients = next(index for name, index in inputs.items() if "coefficients" in name)
    for name, index in inputs.items():
        if "resting" in name:
            interpreter.set_tensor(index, np.zeros((1, 52), dtype=np.float32))
    (output,) = (d["index"] for d in interpreter.get_output_details())

    def call(input: Input) -> Any:
        interpreter.set_tensor(coefficients, input.row)
        interpreter.invoke()
        return interpreter.get_tensor(output)

    return call


def agree(calls: dict[str, Callable[[Input], Any]], inputs: list[Input], recipe: str) -> None:
    """See that all compute the same, before they are timed; they are called once."""
    expected = np.array(calls[OURS](inputs[0]))
    for name, call in calls.items():
        apart = np.abs(np.asarray(call(inputs[0])) - expected).max()
        if apart > 2e-4 and "width 64" not in name and "8-bit" not in name:
            raise SystemExit(f"{recipe}: {name} computes something else, by {apart:.1e}")


def converted(model, weights: Path, python: str) -> Path:
    """Return the network as TensorFlow Lite's converter writes it, in TensorFlow's environment."""
    arrays = {f"k{i}": kernel for i, kernel in enumerate(model.kernels)}
    arrays |= {f"b{i}": bias for i, bias in enumerate(model.biases)}
    f = model.features
    np.savez(weights, **arrays, mean=f.mean, scale=f.scale, power=f.power, resting=f.resting)
    file = weights.with_suffix(".tensorflow.tflite")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
    command = [python, __file__, "--convert", str(weights), str(file)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return file


def convert(weights: Path, file: Path) -> None:
    """Build the network in Keras on TensorFlow as anybody would, and convert it."""
    import keras
    import tensorflow as tf

    stored = np.load(weights)
    layers = sum(name.startswith("k") for name in stored)
    coefficients = keras.Input((52,), name="coefficients")
    inputs, x = [coefficients], coefficients
    if stored["resting"]:
        inputs.append(keras.Input((52,), name="resting"))
        x = x - inputs[1]
    if stored["power"] != 1.0:
        size = keras.ops.power(keras.ops.minimum(keras.ops.abs(x), 1.0), float(stored["power"]))
        x = (keras.ops.sign(x) * size - stored["mean"]) / stored["scale"]
    for i in range(layers):
        activation = "selu" if i < layers - 1 else "softmax"
        x = keras.layers.Dense(len(stored[f"b{i}"]), activation=activation)(x)
    network = keras.Model(inputs, x)
    network.set_weights([stored[f"{kind}{i}"] for i in range(layers) for kind in "kb"])
    file.write_bytes(tf.lite.TFLiteConverter.from_keras_model(network).convert())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=6, help="each time that all are loaded")
    parser.add_argument("--recipe", choices=("hartmann2022", "people"), help="only this one")
    parser.add_argument("--tensorflow", help="a Python that has Keras and TensorFlow")
    parser.add_argument("--slow", action="store_true", help="also NumPy, JAX and Keras")
    parser.add_argument("--convert", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.convert:
        convert(*options.convert)
        return
    from threadpoolctl import threadpool_limits

    from mimik.deploy.bench.machine import processor
    from mimik.learn.backend import one_thread
    from train_steps import tensorflow

    one_thread()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        python = tensorflow(options.tensorflow, folder / "tensorflow")
        print(f"{processor()}, one core, Python {sys.version.split()[0]}")
        recipes = (options.recipe,) if options.recipe else ("hartmann2022", "people")
        files = {recipe: write(recipe, folder, python) for recipe in recipes}
        for _ in range(options.repeats):
            for recipe in recipes:
                contest(recipe, files[recipe], options.rounds, slow=options.slow)


if __name__ == "__main__":
    main()
