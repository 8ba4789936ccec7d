"""What runtimes of exported files share: from frames to the file's inputs, and state between calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.blendshapes import BLEND_SHAPES, INDEX
from mimik.deploy.graph import COEFFICIENTS, ELAPSED, FIRST, MEMORY, RESTING
from mimik.frame import Block, Frame
from mimik.learn.model import coefficients, refuse_missing
from mimik.learn.runtime import timeless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mimik.deploy.facts import Facts

__all__ = ["ExportedRuntime"]

_N = len(BLEND_SHAPES)
_ROWS = 1024
"""Frames handed over at a time, where there are many."""


class ExportedRuntime(ABC):
    """A recognizer in an exported file, ready to run frame by frame; see ``mimik.learn.runtime.Runtime``.

    Attributes:
        name: of the runtime.
        card: what the recognizer is and what it was trained on.
        takes_resting: whether the person's resting face is of use to it.
        remembers: whether what it says of a frame hangs on those before.
    """

    name: str

    def __init__(self, facts: Facts) -> None:
        self.card = facts.card
        self._columns = np.array([INDEX[name] for name in facts.card.channels])
        self._all = len(self._columns) == _N and bool((self._columns == np.arange(_N)).all())
        self.takes_resting = facts.resting
        self._resting: NDArray[np.float32] | None = None
        self._width = len(self._columns)
        self.remembers = bool(facts.memories)
        self._memory_width = len(facts.memories) * self._width
        self._last = float("nan")

    def predict_proba(self, X: Any, *, resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the probability of each label, float32 (n, labels).

        Args:
            X: a ``Frame`` or coefficients (52,): the next frame of the stream, n is 1; a ``Block``, an array
                (n, 52) or a table: many frames. With a memory, a ``Block`` is a recording of its own that
                leaves the stream's memory alone, and frames must come with their times.
            resting: the person's resting face, float32 (52,), or for many frames one per frame (n, 52); NaN
                or None where it is not known.

        Raises:
            DataError: X has another shape, lacks a coefficient that the model needs, or its times.
        """
        if isinstance(X, Frame):
            values, time = X.values[:_N], X.device_time
        elif isinstance(X, np.ndarray) and X.shape == (_N,):
            values, time = X.astype(np.float32, copy=False), None
        else:
            return self._many(X, resting)
        x = values if self._all else values.take(self._columns)
        if self.remembers:
            # Before anything is remembered. One product instead of 52 questions.
            if not isfinite(x.dot(x)):
                refuse_missing(x[np.newaxis], self.card.channels)
            self._pass_time(time)
        if resting is not self._resting:
            self._rest(resting)
        p = self._one(x)
        first = p.item(0)
        if first != first:  # NaN: the file says so where a coefficient is missing
            refuse_missing(x[np.newaxis], self.card.channels)
        return p

    def forget(self) -> None:
        """Begin anew: the next frame is the first of a recording."""
        self._last = float("nan")

    @abstractmethod
    def run(
        self, inputs: Mapping[str, NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Run the file on many frames as it is.

        Args:
            inputs: by name, float32 (n, width).

        Returns:
            The probabilities (n, labels) and the next memory (n, channels x memories), without columns where
            there is none.
        """

    @abstractmethod
    def _one(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probabilities (1, labels) of the stream's next frame, x (channels,)."""

    @abstractmethod
    def _set(self, name: str, value: NDArray[np.float32]) -> None:
        """Set another input of the stream, (1, width), until it is set again."""

    def _rest(self, resting: NDArray[np.float32] | None) -> None:
        self._resting = resting
        if self.takes_resting:
            self._set(RESTING, self._resting_rows(resting, 1))

    def _resting_rows(self, resting: NDArray[np.float32] | None, n: int) -> NDArray[np.float32]:
        """Return the input for the resting face, (n, channels): zeros where it is not known."""
        rows = np.zeros((n, self._width), dtype=np.float32)
        if resting is not None:
            rows[:] = np.nan_to_num(np.asarray(resting, dtype=np.float32)[..., self._columns], nan=0.0)
        return rows

    def _pass_time(self, now: float | None) -> None:
        if now is None:
            raise timeless()
        elapsed = now - self._last
        self._last = now
        if not elapsed >= 0.0:  # the first frame, or a clock that was set back
            elapsed = FIRST
            self._set(MEMORY, np.zeros((1, self._memory_width), dtype=np.float32))
        self._set(ELAPSED, np.array([[elapsed]], dtype=np.float32))

    def _many(self, X: Any, resting: NDArray[np.float32] | None) -> NDArray[np.float32]:
        if self.remembers and not isinstance(X, Block):
            raise timeless()
        x = np.ascontiguousarray(coefficients(X)[:, self._columns])
        refuse_missing(x, self.card.channels)
        inputs = {COEFFICIENTS: x}
        if self.takes_resting:
            inputs[RESTING] = self._resting_rows(resting, len(x))
        if self.remembers:
            return self._recording(inputs, X.device_time)
        parts = [
            self.run({name: array[start : start + _ROWS] for name, array in inputs.items()})[0]
            for start in range(0, len(x), _ROWS)
        ]
        return np.concatenate(parts) if parts else np.empty((0, len(self.card.labels)), dtype=np.float32)

    def _recording(
        self, inputs: dict[str, NDArray[np.float32]], device_time: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Return the probabilities of a recording, frame after frame."""
        p = np.empty((len(device_time), len(self.card.labels)), dtype=np.float32)
        steps = np.diff(device_time, prepend=np.nan)
        elapsed = np.where(steps >= 0.0, steps, FIRST).astype(np.float32)[:, np.newaxis]
        memory = np.zeros((1, self._memory_width), dtype=np.float32)
        for i in range(len(p)):
            row = {name: array[i : i + 1] for name, array in inputs.items()}
            p[i : i + 1], memory = self.run({**row, ELAPSED: elapsed[i : i + 1], MEMORY: memory})
        return p
