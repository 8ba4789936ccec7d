"""``one_frame.c`` from Python: compiled for a network, its weights in the order in which it reads them."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def compiled(model, library: Path) -> Path | None:
    """Compile ``one_frame.c`` for a network; return the library, or None without gcc."""
    kernels, power = model.kernels, model.features.power
    sizes = {
        "INPUTS": 52,
        "WIDTH": kernels[0].shape[1],
        "DEPTH": len(kernels) - 1,
        "CLASSES": len(model.biases[-1]),
    }
    defined = [f"-D{name}={value}" for name, value in sizes.items()]
    if power != 1.0:
        defined.append(f"-DPOWER={power:.9g}f")
    source, unlinked = Path(__file__).with_name("one_frame.c"), library.with_suffix(".o")
    flags = ["-O3", "-march=native", "-ffast-math", "-fPIC"]
    try:
        subprocess.run(["gcc", *flags, *defined, "-c", str(source), "-o", str(unlinked)], check=True)
        # Linked without -ffast-math, which would change how the whole process rounds tiny numbers.
        subprocess.run(["gcc", "-shared", str(unlinked), "-o", str(library), "-lm"], check=True)
    except FileNotFoundError:
        print("There is no gcc here, so there is no comparison with C.")
        return None
    return library


def calls_of_c(model, path: Path, rows: np.ndarray) -> tuple[Callable[[int], Any], Callable[[], Any]]:
    """Return what recognises the frame at an address, and what recognises all rows (n, 52) in a loop.

    Both return probabilities; those of the loop are (n, classes).
    """
    library = ctypes.CDLL(str(path))
    run, loop = library.run, library.loop
    run.argtypes = [ctypes.c_void_p] * 4
    loop.argtypes = [*run.argtypes, ctypes.c_int]
    run.restype = loop.restype = None
    weights, resting = aligned(packed(model)), np.zeros(52, dtype=np.float32)
    classes = len(model.biases[-1])
    one, many = np.empty((1, classes), np.float32), np.empty((len(rows), classes), np.float32)
    at, rest, out, outs, first = (a.ctypes.data for a in (weights, resting, one, many, rows))

    def call(address: int, _keep: Any = (weights, resting)) -> np.ndarray:
        run(address, rest, at, out)
        return one

    def looped(_keep: Any = (weights, resting)) -> np.ndarray:
        loop(first, rest, at, outs, len(rows))
        return many

    return call, looped


def packed(model) -> np.ndarray:
    """Return the weights in the order in which the C code reads them, scaling of the inputs in the first."""
    kernels, biases = list(model.kernels), list(model.biases)
    kernels[0] = kernels[0] / model.features.scale[:, np.newaxis]
    biases[0] = biases[0] - model.features.mean @ kernels[0]
    panel = 128 if "avx512f" in Path("/proc/cpuinfo").read_text(encoding="utf-8") else 64
    parts = []
    for kernel, bias in zip(kernels[:-1], biases[:-1], strict=True):
        for start in range(0, len(bias), panel):
            columns = slice(start, start + panel)
            parts += [bias[columns], kernel[:, columns].ravel()]
    return np.concatenate([*parts, biases[-1], kernels[-1].T.ravel()]).astype(np.float32)


def aligned(array: np.ndarray) -> np.ndarray:
    """Return a copy that begins at a multiple of 64 bytes."""
    room = np.empty(len(array) + 16, dtype=np.float32)
    start = -room.ctypes.data % 64 // 4
    room[start : start + len(array)] = array
    return room[start : start + len(array)]
