"""A session's frames as a Parquet file, and back as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mimik.frame import Block

__all__ = ["SessionFrames"]


@dataclass(frozen=True, eq=False)
class SessionFrames:
    """A session's frames as arrays, in the order they came.

    Attributes:
        trial: int16 (n,), number of the trial; attempts that were done again are left out.
        expression: int32 (n,), codes into ``expressions``.
        expressions: the distinct expressions of this session.
        columns: names of the k chosen columns of ``block.values``.
        block: the frames; ``block.values`` is float32 (n, k), all 64 in the order of COLUMNS unless chosen.
    """

    trial: NDArray[np.int16]
    expression: NDArray[np.int32]
    expressions: tuple[str, ...]
    columns: tuple[str, ...]
    block: Block

    def __len__(self) -> int:
        return len(self.trial)
