"""What readers of recordings share: pieces of any size become blocks, and places become channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mimik.errors import TakeError
from mimik.frame import COLUMNS, N_COLUMNS, Block
from mimik.sources.timecode import BASE, nominal_rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["delivered", "in_blocks", "names_of", "rate_of", "refuse_wrong_columns"]


def in_blocks(pieces: Iterable[Block], rows: int) -> Iterator[Block]:
    """Yield the frames of pieces in blocks of ``rows`` (the last is shorter), each once and in order.

    Raises:
        ValueError: if ``rows`` is below 1.
    """
    if rows < 1:
        raise ValueError(f"a block has at least one row, got {rows}")
    waiting: list[Block] = []
    for block in pieces:
        waiting.append(block)
        if sum(map(len, waiting)) < rows:
            continue
        joined = Block.joined(waiting)
        whole = len(joined) - len(joined) % rows
        yield from (joined.part(start, start + rows) for start in range(0, whole, rows))
        waiting = [joined.part(whole, len(joined))]
    if rest := Block.joined(waiting):
        yield rest


def delivered(positions: Iterable[int]) -> NDArray[np.bool_]:
    """Return which of ``COLUMNS`` are among the positions, bool (64,), read only."""
    mask: NDArray[np.bool_] = np.isin(np.arange(N_COLUMNS), list(positions))
    mask.setflags(write=False)
    return mask


def names_of(mask: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the names of the columns a mask (64,) is true for."""
    return tuple(name for name, there in zip(COLUMNS, mask, strict=True) if there)


def rate_of(times: NDArray[np.float64]) -> float:
    """Return the frames per second of times (n,) in seconds, the usual rate where one is near; or NaN."""
    return nominal_rate(times * BASE)


def refuse_wrong_columns(
    path: Path, known: list[str], expected: Iterable[str], *, what: str, hint: str
) -> None:
    """Raise TakeError where a column is missing, or is there twice.

    Args:
        path: of the file.
        known: what its columns mean, those that mean nothing left out.
        expected: what must be among them.
        what: was expected, such as "the columns of a Live Link Face take".
        hint: what to try where one is missing.
    """
    if missing := [name for name in expected if name not in known]:
        listed = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise TakeError(f"Expected {what} in {path}, row 1; missing: {listed}.", hint=hint)
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise TakeError(f"Expected each column once in {path}, row 1; found more than once: {twice[0]}.")
