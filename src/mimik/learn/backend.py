"""The one place that chooses what Keras runs on, before Keras is imported."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from mimik.errors import BackendError
from mimik.extras import needs_extra

__all__ = ["one_thread", "use_jax"]

_VARIABLE = "KERAS_BACKEND"
_ONE_THREAD = ("--xla_cpu_multi_thread_eigen=false", "intra_op_parallelism_threads=1")


def use_jax(*, override: bool = False) -> Any:
    """Return the module ``keras``, running on JAX.

    A choice that somebody else made is not changed behind their back.

    Args:
        override: ignore the variable ``KERAS_BACKEND``; for a program that owns its process.

    Raises:
        BackendError: Keras already runs, or is asked by ``KERAS_BACKEND`` to run, on another backend.
        MissingExtra: Keras or JAX is not installed.
    """
    if "keras" not in sys.modules:
        _choose(override=override)
    with needs_extra("learn"):
        import_module("jax")
        keras = import_module("keras")
    found = keras.backend.backend()
    if found != "jax":
        raise BackendError(
            f"Mimik trains with Keras on JAX; in this process Keras already runs on {found!r}.",
            hint="Set KERAS_BACKEND=jax before anything imports keras, or train in a process of its own"
            " (`mimik train`).",
        )
    return keras


def _choose(*, override: bool) -> None:
    asked = os.environ.get(_VARIABLE, "")
    if asked not in ("", "jax") and not override:
        raise BackendError(
            f"Mimik trains with Keras on JAX; the environment variable {_VARIABLE} asks for {asked!r}.",
            hint=f"Unset {_VARIABLE}, or set {_VARIABLE}=jax.",
        )
    os.environ[_VARIABLE] = "jax"


def one_thread() -> None:
    """Make this process, and those it starts, calculate in one thread each: one process per core is fastest.

    Raises:
        BackendError: JAX is already imported, so that it is too late.
    """
    if "jax" in sys.modules:
        raise BackendError(
            "The number of threads must be set before JAX is imported.",
            hint="Call mimik.learn.backend.one_thread() first, or set XLA_FLAGS yourself.",
        )
    present = os.environ.get("XLA_FLAGS", "").split()
    os.environ["XLA_FLAGS"] = " ".join([*present, *(flag for flag in _ONE_THREAD if flag not in present)])
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
