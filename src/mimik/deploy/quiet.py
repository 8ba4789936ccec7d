"""Libraries that talk to the terminal while they work, kept quiet for that while."""

from __future__ import annotations

import io
import logging
import warnings
from contextlib import contextmanager, redirect_stderr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quiet"]


@contextmanager
def quiet(logger: str) -> Iterator[None]:
    """Keep warnings, progress bars and a library's log below errors from the user, inside the ``with`` block.

    Everything is as before afterwards; exceptions pass through.

    Args:
        logger: name of the library's logger.
    """
    log = logging.getLogger(logger)
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
