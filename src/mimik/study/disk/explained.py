"""The system's errors, told so that a person knows what to do."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

from mimik.errors import StudyDamaged, StudyError, StudyReadOnly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["explained"]


@contextlib.contextmanager
def explained(action: str, path: Path) -> Iterator[None]:
    """Turn the system's errors into one that says what could not be done, where, and what to try."""
    try:
        yield
    except FileNotFoundError as error:
        raise StudyDamaged(
            f"{path}: expected this file, found none.",
            hint="Was it moved or renamed? Put it back, or restore it from a copy of the study.",
        ) from error
    except PermissionError as error:
        raise _read_only(action, path, error) from error
    except OSError as error:
        if error.errno == errno.EROFS:
            raise _read_only(action, path, error) from error
        raise StudyError(
            f"cannot {action} {path}: {error.strerror or error}.",
            hint="Is the disk full, the folder read-only, or the file open in another program?",
        ) from error


def _read_only(action: str, path: Path, error: OSError) -> StudyError:
    kind = StudyError if action in ("read", "list") else StudyReadOnly
    return kind(
        f"cannot {action} {path}: {error.strerror}.",
        hint="You may lack the permission, or the folder is read-only. Ask whose it is, or copy the study.",
    )
