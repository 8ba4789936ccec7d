"""Silence for libraries in C++ that greet on standard error and know no setting against it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quiet"]


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
