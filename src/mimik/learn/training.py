"""Training: one compiled program per architecture, fed with shuffled batches.

A program runs many steps per call and takes data, seed and learning rates as arguments, so that folds, seeds
and schedules of one architecture share one compilation. Rows have a class each, or the probabilities that the
network is to give; the shape of these targets tells them apart, and each kind is compiled by itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mimik.learn.backend import use_jax
from mimik.learn.epochs import EpochLog
from mimik.learn.forward import probabilities
from mimik.learn.schedules import learning_rates

keras = use_jax()

import jax  # noqa: E402  (after the backend is chosen)
import jax.numpy as jnp  # noqa: E402

from mimik.learn.network import Architecture, build_network  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["Plan", "train"]

_ROWS_PER_CALL = 2**15
"""Frames handed over at a time: some hundred steps, few megabytes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: epochs over all rows, rows per step, learning rate, its schedule, seed."""

    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str
    seed: int


class _State(NamedTuple):
    """All that a step changes; lists of arrays in the order of the Keras variables."""

    weights: Any
    counters: Any
    optimizer: Any
    loss: Any
    correct: Any


class _Batches(NamedTuple):
    """Input of one call: X (steps, batch, features), y (steps, batch) or soft (steps, batch, classes), rows
    in use and rates (steps,)."""

    X: NDArray[np.float32]
    y: NDArray[np.int32] | NDArray[np.float32]
    rows: NDArray[np.int32]
    rates: NDArray[np.float32]
    steps: int


def train(
    X: NDArray[np.float32],
    y: NDArray[np.int32] | NDArray[np.float32],
    architecture: Architecture,
    plan: Plan,
    *,
    validation: tuple[NDArray[np.float32], NDArray[np.int32]] | None = None,
    on_epoch: Callable[[EpochLog], object] | None = None,
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]], list[EpochLog]]:
    """Return the kernels, the biases and one log per epoch.

    Args:
        X: float32 (n, features), finite.
        y: int32 (n,), class codes from 0; or float32 (n, classes), the probabilities to learn, each row
            adding up to 1.
        architecture: the network.
        plan: how to train.
        validation: X and class codes of rows that are only looked at, after each epoch.
        on_epoch: called after each epoch; what it raises ends the training.
    """
    program = _program(architecture)
    state = _start(architecture, plan.seed)
    rates = learning_rates(plan.schedule, plan.learning_rate, plan.epochs * -(-len(X) // plan.batch_size))
    shuffle = np.random.default_rng([plan.seed, 1])
    logs: list[EpochLog] = []
    for epoch in range(plan.epochs):
        started = time.perf_counter()
        for batches in _epoch(X, y, plan.batch_size, rates, epoch, shuffle.permutation(len(X))):
            state = program(state, batches)
        loss, correct = float(state.loss) / len(X), int(state.correct) / len(X)
        state = state._replace(loss=np.float32(0), correct=np.int32(0))
        checked = _validate(state, architecture, validation)
        seconds = time.perf_counter() - started
        logs.append(EpochLog(epoch + 1, plan.epochs, correct, loss, *checked, seconds))
        if on_epoch is not None:
            on_epoch(logs[-1])
    kernels, biases = _dense(state)
    return kernels, biases, logs


def _epoch(
    X: NDArray[np.float32],
    y: NDArray[np.int32] | NDArray[np.float32],
    batch: int,
    rates: NDArray[np.float32],
    epoch: int,
    order: NDArray[np.int64],
) -> Iterator[_Batches]:
    """Yield all rows once in the given order, the last batch partly empty."""
    steps = max(1, _ROWS_PER_CALL // batch)
    first = epoch * -(-len(order) // batch)
    for start in range(0, len(order), steps * batch):
        chosen = order[start : start + steps * batch]
        # New arrays each time: the program may still be reading the last ones.
        X_batches = np.empty((steps, batch, X.shape[1]), dtype=np.float32)
        y_batches = np.empty((steps, batch, *y.shape[1:]), dtype=y.dtype)
        np.take(X, chosen, axis=0, out=X_batches.reshape(-1, X.shape[1])[: len(chosen)], mode="clip")
        np.take(y, chosen, axis=0, out=y_batches.reshape(-1, *y.shape[1:])[: len(chosen)], mode="clip")
        _fill(X_batches, y_batches, len(chosen))
        rows = np.clip(len(chosen) - batch * np.arange(steps), 0, batch).astype(np.int32)
        here = np.zeros(steps, dtype=np.float32)
        used = rates[first + start // batch :][:steps]
        here[: len(used)] = used
        yield _Batches(X_batches, y_batches, rows, here, -(-len(chosen) // batch))


def _fill(X: NDArray[np.float32], y: NDArray[np.int32] | NDArray[np.float32], used: int) -> None:
    """Put zeros in the unused rest of the last batch: whatever lies there may not be a number."""
    end = -(-used // X.shape[1]) * X.shape[1]
    X.reshape(-1, X.shape[2])[used:end] = 0
    y.reshape(-1, *y.shape[2:])[used:end] = 0


@lru_cache(maxsize=32)
def _program(architecture: Architecture) -> Callable[[_State, _Batches], _State]:
    """Return the compiled program that runs the steps of one call."""
    network = build_network(architecture, seed=0)
    optimizer = _optimizer(network)

    def loss(weights: Any, counters: Any, X: jax.Array, y: jax.Array, rows: jax.Array) -> Any:
        p, counters, penalties = network.stateless_call(
            weights, counters, X, training=True, return_losses=True
        )
        used = jnp.arange(len(y)) < rows
        log_p, expected = _held_against(p, y)
        correct = jnp.sum(used & (jnp.argmax(p, axis=1) == expected), dtype=jnp.int32)
        return -jnp.sum(jnp.where(used, log_p, 0)) / rows + sum(penalties), (counters, correct)

    slope = jax.value_and_grad(loss, has_aux=True)

    def step(i: Any, run: tuple[_State, _Batches]) -> tuple[_State, _Batches]:
        state, batches = run
        (value, (counters, correct)), gradients = slope(
            state.weights, state.counters, batches.X[i], batches.y[i], batches.rows[i]
        )
        variables = [state.optimizer[0], batches.rates[i], *state.optimizer[2:]]
        weights, variables = optimizer.stateless_apply(variables, gradients, state.weights)
        total = state.loss + value * batches.rows[i]
        return _State(weights, counters, variables, total, state.correct + correct), batches

    def steps(state: _State, batches: _Batches) -> _State:
        last: _State = jax.lax.fori_loop(0, batches.steps, step, (state, batches))[0]
        return last

    return jax.jit(steps, donate_argnums=0)


def _held_against(p: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Return the log-probability of each row's target, and its class or most probable one (batch,)."""
    if y.ndim == 1:
        return jnp.log(jnp.maximum(jnp.take_along_axis(p, y[:, None], axis=1)[:, 0], 1e-7)), y
    return jnp.sum(y * jnp.log(jnp.maximum(p, 1e-7)), axis=1), jnp.argmax(y, axis=1)


def _start(architecture: Architecture, seed: int) -> _State:
    network = build_network(architecture, seed=seed)
    optimizer = _optimizer(network)
    return _State(
        [v.value for v in network.trainable_variables],
        [v.value for v in network.non_trainable_variables],
        [v.value for v in optimizer.variables],
        np.float32(0),
        np.int32(0),
    )


def _optimizer(network: Any) -> Any:
    """Adam as published; its variables are the step count, the learning rate, then the moments."""
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(network.trainable_variables)
    return optimizer


def _dense(state: _State) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    weights = [np.array(w) for w in state.weights]
    return weights[::2], weights[1::2]


def _validate(
    state: _State,
    architecture: Architecture,
    validation: tuple[NDArray[np.float32], NDArray[np.int32]] | None,
) -> tuple[float, float]:
    """Return accuracy and loss (with the penalty, as in training) on the validation rows."""
    if validation is None:
        return float("nan"), float("nan")
    X, y = validation
    kernels, biases = _dense(state)
    p = probabilities(X, kernels, biases)
    log_p = np.log(np.maximum(p[np.arange(len(y)), y], 1e-7))
    carrying = kernels[:-1][max(0, architecture.depth - architecture.l2_layers) :]
    penalty = architecture.l2 * sum(float(np.sum(np.square(kernel))) for kernel in carrying)
    return float(np.mean(p.argmax(axis=1) == y)), float(penalty - np.mean(log_p))
