"""Being alone with a study's shared files while they are read, changed and written."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy
from mimik.study.waiting import tries

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["PATIENCE", "alone"]

PATIENCE = 10.0
"""Seconds to wait for another program; only an import takes longer."""

_AGAIN = 0.02


@contextlib.contextmanager
def alone(
    store: Store, *, patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Hold the study, waiting for others to let go.

    Raises:
        StudyBusy: another program still held it after ``patience`` seconds.
    """
    for _ in tries(patience, _AGAIN, sleep):
        with store.lock() as held:
            if held:
                yield
                return
    raise StudyBusy(
        f"The study is being changed by another program, for {patience:g} s now.",
        hint="Wait until its import has ended, then try again.",
    )
