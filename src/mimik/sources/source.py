"""The contract every source of frames keeps: one method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from mimik.frame import Frame

__all__ = ["Source", "frames"]


@runtime_checkable
class Source(Protocol):
    """Anything frames come from: phones on the network, a file, a simulated person."""

    def read(self, timeout: float) -> Sequence[Frame] | None:
        """Return the frames that came within ``timeout`` seconds, ``()`` for none, None at the end for good.

        Returns as soon as there is at least one frame. Bad input is counted and reported by the source,
        never raised out of ``read``.
        """


def frames(source: Source, *, patience: float = 1.0) -> Iterator[Frame]:
    """Yield every frame of a source until it ends or stays silent for ``patience`` seconds."""
    while got := source.read(patience):
        yield from got
