"""Holding files and folders, so that no other program takes them; the end of a program lets go."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

__all__ = ["held", "locked"]


def locked(file: BinaryIO | object, *, unsure: bool = True) -> bool:
    """Try to be the only one to hold an open file until it is closed.

    ``unsure`` is the answer where locks are unknown: on Windows, and on some network shares.
    """
    if sys.platform == "win32":
        return unsure
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]  # any object with fileno()
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, as some network shares are: work on without
        return unsure
    return True


def held(path: Path, *, unsure: bool = False) -> Callable[[], None] | None:
    """Hold a file or folder, for no other program; gives what lets go, or None. ``unsure`` as in locked."""
    if sys.platform == "win32":  # cannot open folders
        return (lambda: None) if unsure else None
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    if locked(handle, unsure=unsure):
        return partial(os.close, handle)
    os.close(handle)
    return None
