"""Alpha dropout with a cheap mask: an integer hash in place of a random number generator.

Klambauer et al. 2017, "Self-Normalizing Neural Networks": dropped units take the value ``ALPHA_PRIME``, then
all are scaled and shifted so that inputs of mean 0 and variance 1 keep both.
"""

from __future__ import annotations

from typing import Any

from mimik.learn.backend import use_jax

keras: Any = use_jax()

import jax  # noqa: E402  (after the backend is chosen)
import jax.numpy as jnp  # noqa: E402

_Layer: Any = keras.layers.Layer

__all__ = ["ALPHA_PRIME", "AlphaDropout"]

ALPHA_PRIME = -1.7580993408473766
"""What SELU tends to for very negative inputs: -scale * alpha."""


class AlphaDropout(_Layer):  # type: ignore[misc]  # Keras has no types
    """Drops units to the negative end of SELU while training; passes them unchanged otherwise.

    Takes and gives float32 (batch, ...). The mask is a hash of the seed, the number of calls so far and the
    unit's place in the batch: the same seed gives the same masks, and layers differ if their seeds do.

    Args:
        rate: share of units dropped, 0 <= rate < 1.
        seed: 0 <= seed < 2**32.
    """

    def __init__(self, rate: float, *, seed: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.seed = seed
        self.counter = keras.random.SeedGenerator(seed)

    def call(self, inputs: jax.Array, training: bool = False) -> jax.Array:
        """Return the inputs, some of them dropped if ``training``."""
        if not training or self.rate == 0:
            return inputs
        kept = _hash(inputs.shape, self.counter.next()) >= jnp.uint32(self.rate * 2**32)
        scale = ((1 - self.rate) * (1 + self.rate * ALPHA_PRIME**2)) ** -0.5
        shift = -scale * ALPHA_PRIME * self.rate
        return jnp.where(kept, scale * inputs + shift, scale * ALPHA_PRIME + shift)

    def get_config(self) -> dict[str, Any]:
        """Return what makes an equal layer."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}


def _hash(shape: tuple[int, ...], key: jax.Array) -> jax.Array:
    """Return uint32 of ``shape``, as good as random; ``key`` is (2,): the seed and the number of the call."""
    first = _mix(key[0].astype("uint32") ^ _mix(key[1].astype("uint32") + jnp.uint32(0x9E3779B9)))
    second = _mix(first + jnp.uint32(0x85EBCA6B))
    place = jax.lax.iota(jnp.uint32, _size(shape)).reshape(shape)
    # The second key, in the middle, keeps two masks from being shifts of one another.
    mixed: jax.Array = (place + first) ^ ((place + first) >> 16)
    mixed = mixed * jnp.uint32(0x21F0AAAD) + second
    mixed ^= mixed >> 15
    mixed *= jnp.uint32(0xD35A2D97)
    return mixed


def _mix(number: jax.Array) -> jax.Array:
    """Scatter the bits of a uint32."""
    number = (number ^ (number >> 16)) * jnp.uint32(0x21F0AAAD)
    number = (number ^ (number >> 15)) * jnp.uint32(0xD35A2D97)
    mixed: jax.Array = number ^ (number >> 15)
    return mixed


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
