"""Silence for libraries that talk to the terminal while they work and know no setting against it."""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import warnings
from contextlib import contextmanager, redirect_stderr, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quiet", "quiet_library"]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what any thread writes to standard error from the screen; after an exception it is told."""
    try:
        shown = os.dup(2)
    except OSError:  # there is no standard error, such as in a program with windows
        yield
        return
    with tempfile.TemporaryFile() as kept:
        with suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(shown, 2)
            kept.seek(0)
            os.write(2, kept.read())
            raise
        finally:
            os.dup2(shown, 2)
            os.close(shown)


@contextmanager
def quiet_library(logger: str) -> Iterator[None]:
    """Keep a Python library's warnings, progress bars and log below errors from the screen.

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
