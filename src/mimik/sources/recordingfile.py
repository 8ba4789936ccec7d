"""The contract every stored recording keeps, whatever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mimik.frame import Block

__all__ = ["RecordingFile"]


@runtime_checkable
class RecordingFile(Protocol):
    """A file of frames, opened: what it is was checked, its frames are read when asked for.

    Attributes:
        path: the file.
        name: what it is called, without a person's name where the app's file names hold one.
        app: what made it, such as "Live Link Face"; "" where nothing is known.
        rate: frames per second, nominal; NaN where it is not known.
        delivered: bool (64,), which of ``COLUMNS`` it can have; the others are NaN in every frame.
    """

    path: Path
    name: str
    app: str
    rate: float
    delivered: NDArray[np.bool_]

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the delivered columns."""

    def blocks(self, rows: int = 65536) -> Iterator[Block]:
        """Yield the frames in blocks of ``rows`` (the last is shorter), each once and in order.

        ``device_time`` is seconds, ``arrival_time`` NaN. Frames without a face have ``tracked`` False and
        NaN. Each call begins anew.

        Raises:
            TakeError: for a frame that can't be read, when its block is reached.
            ValueError: if ``rows`` is below 1.
        """
