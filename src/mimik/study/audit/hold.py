"""Being the only one who adds to a study's audit trail."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy, StudyRekeyed
from mimik.study.layout import AUDIT
from mimik.study.waiting import tries

if TYPE_CHECKING:
    from mimik.study.store import Appender, Store

__all__ = ["PATIENCE", "held_trail"]

PATIENCE = 10.0
"""Seconds to wait for another program; each holds the trail only while one change reaches the disk."""

_AGAIN = 0.005


@contextlib.contextmanager
def held_trail(
    store: Store, *, patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Appender]:
    """Hold the trail's file, waiting for others to let go; gives what appends to it.

    Raises:
        StudyBusy: another program still held it after ``patience`` seconds.
        StudyRekeyed: another program changed the study's encryption.
        StudyError: the study's folder can't be written.
    """
    file = _opened(store, patience, sleep)
    try:
        yield file
    finally:
        file.close()


def _opened(store: Store, patience: float, sleep: Callable[[float], None]) -> Appender:
    why = None
    for _ in tries(patience, _AGAIN, sleep):
        try:
            return store.append(AUDIT)
        except StudyRekeyed:
            raise
        except StudyBusy as error:
            why = error
    raise StudyBusy(
        f"{AUDIT}: another program has been writing to it for {patience:g} s now.",
        hint="Wait until it is done, or close it, then try again.",
    ) from why
