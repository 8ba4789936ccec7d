"""Recognised frames as a CSV file: one row per frame."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from mimik.frame import Block

__all__ = ["FramesCsv"]


class FramesCsv:
    """Writes rows of recording, frame, device_time (s), tracked, recognised and a probability per label.

    Without a path it takes rows and writes nothing.
    """

    def __init__(self, path: Path | None, labels: Sequence[Any]) -> None:
        self._path, self._labels = path, labels
        self._file: IO[str] | None = None

    def __enter__(self) -> FramesCsv:
        if self._path is not None:
            self._file = self._path.open("w", newline="", encoding="utf-8")
            self._rows = csv.writer(self._file)
            columns = (f"p_{label}" for label in self._labels)
            self._rows.writerow(["recording", "frame", "device_time", "tracked", "recognised", *columns])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, name: str, first: int, block: Block, p: NDArray[np.float32]) -> None:
        """Add a block of a recording.

        Args:
            name: of the recording.
            first: number of the block's first frame in it.
            block: its frames.
            p: (tracked frames, labels), in the order of the tracked frames.
        """
        if self._file is None:
            return
        best = p.argmax(axis=1) if len(p) else p
        next_tracked = 0
        for i, (time, tracked) in enumerate(zip(block.device_time, block.tracked, strict=True), start=first):
            row: list[Any] = [name, i, f"{time:.6f}", int(tracked)]
            if tracked:
                row += [self._labels[int(best[next_tracked])], *(f"{v:.6g}" for v in p[next_tracked])]
                next_tracked += 1
            self._rows.writerow(row)
