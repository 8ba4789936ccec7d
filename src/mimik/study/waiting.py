"""Waiting for another program to let go of what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["tries"]


def tries(patience: float, every: float, sleep: Callable[[float], None]) -> Iterator[None]:
    """Yield when to try: at once, then again and again until patience is at its end.

    Args:
        patience: seconds to wait in all, not counting how long the tries take.
        every: seconds from one try to the next.
        sleep: waits for that many seconds.
    """
    waited = 0.0
    while True:
        yield
        if waited >= patience:
            return
        sleep(every)
        waited += every
