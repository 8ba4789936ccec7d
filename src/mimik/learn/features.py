"""From coefficients to what the network sees, the same in training, in evaluation and live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from mimik.blendshapes import INDEX
from mimik.learn.memory import running_means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mimik.learn.context import Context

__all__ = ["Features"]

_SMALLEST_SCALE = 0.01
"""Features that hardly move are not blown up: coefficients are about 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Steps from coefficients to network inputs: choose, subtract the resting face, raise to a power, put the
    running means of what came before beside it, scale.

    Attributes:
        channels: names of the coefficients used, in the order of the inputs.
        resting: whether the person's own resting face is subtracted where it is known.
        power: the size of each coefficient, cut to -1..1, is raised to it and keeps its sign, as less than at
            rest is something else than at rest; 1 leaves coefficients as they are. A power below 1 makes a
            weakly and a strongly shown expression more alike.
        mean: float32 (inputs,), then subtracted.
        scale: float32 (inputs,), then divided by, > 0.
        memories: time constants, in seconds, of the running means that stand behind the channels, in turn;
            none where every frame is seen by itself. There are channels x (1 + memories) inputs.
    """

    channels: tuple[str, ...]
    resting: bool
    power: float
    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    memories: tuple[float, ...] = ()

    @classmethod
    def raw(
        cls,
        channels: tuple[str, ...],
        *,
        resting: bool = False,
        power: float = 1.0,
        memories: tuple[float, ...] = (),
    ) -> Self:
        """Return the steps without scaling."""
        n = len(channels) * (1 + len(memories))
        return cls(channels, resting, power, np.zeros(n, np.float32), np.ones(n, np.float32), memories)

    def scaled_to(self, inputs: NDArray[np.float32]) -> Self:
        """Return the steps with such a scaling that ``inputs`` get mean 0 and variance 1."""
        mean = inputs.mean(axis=0, dtype=np.float64).astype(np.float32)
        # Column by column: all at once would need another copy of the data, in double precision.
        spread = np.array([column.std(dtype=np.float64) for column in inputs.T], dtype=np.float32)
        return replace(self, mean=mean, scale=np.maximum(spread, np.float32(_SMALLEST_SCALE)))

    def of(
        self,
        X: NDArray[np.float32],
        resting: NDArray[np.float32] | None = None,
        context: Context | None = None,
    ) -> NDArray[np.float32]:
        """Return the inputs of the network, a new array float32 (n, inputs).

        Args:
            X: coefficients, float32 (n, 52).
            resting: the resting face, float32 (52,), or one per row (n, 52); NaN or None where not known.
            context: of the frames; needed where something is remembered.
        """
        now = self.now(X, resting)
        if self.memories:
            assert context is not None
            now = np.concatenate([now, *(running_means(now, context, s) for s in self.memories)], axis=1)
        return self.scaled(now)

    def now(self, X: NDArray[np.float32], resting: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the channels before anything is remembered or scaled, a new array float32 (n, channels)."""
        columns = [INDEX[name] for name in self.channels]
        x: NDArray[np.float32] = X[:, columns]
        if self.resting and resting is not None:
            x -= np.nan_to_num(resting[..., columns], nan=0.0)
        if self.power != 1.0:
            size = np.power(np.minimum(np.abs(x), np.float32(1.0)), np.float32(self.power))
            x = np.copysign(size, x)
        return x

    def scaled(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scale inputs (n, inputs) in place, and return them."""
        x -= self.mean
        x /= self.scale
        return x
