"""Being the only one who adds to a study's audit trail."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mimik.errors import StudyBusy
from mimik.study.layout import AUDIT

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
        StudyError: the study's folder can't be written.
    """
    waited = 0.0
    while True:
        try:
            file = store.append(AUDIT)
            break
        except StudyBusy as error:
            if waited >= patience:
                raise StudyBusy(
                    f"{AUDIT}: another program has been writing to it for {patience:g} s now.",
                    hint="Wait until it is done, or close it, then try again.",
                ) from error
        sleep(_AGAIN)
        waited += _AGAIN
    try:
        yield file
    finally:
        file.close()
