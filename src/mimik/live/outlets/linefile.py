"""A file that grows by whole lines."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from mimik.errors import MimikError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LineFile"]


class LineFile:
    """Hands each line to the system before ``write`` returns, and takes back what it could only half write.

    Args:
        path: the file to make.
        overwrite: whether a file that is there may be replaced.
    """

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self._path, self._overwrite = path, overwrite
        self._file: BinaryIO | None = None
        self._whole = 0  # bytes

    def check(self) -> None:
        """Raise MimikError where there is a file that may not be replaced."""
        if not self._overwrite and self._path.exists():
            raise self._exists()

    def open(self) -> None:
        """Make the file.

        Raises:
            MimikError: there is one already, or it cannot be made.
        """
        try:
            self._file = self._path.open("wb" if self._overwrite else "xb", buffering=0)
        except FileExistsError:
            raise self._exists() from None
        except (OSError, ValueError) as error:
            raise MimikError(
                f"{self._path}: expected a file to write, but it cannot be made: {error}."
            ) from error

    def write(self, line: str) -> None:
        """Add a line, its end included.

        Raises:
            MimikError: the disk takes no more, or the file is not open. What was written before stays whole.
        """
        if self._file is None:
            raise MimikError(f"{self._path}: expected an open file to write to, but it is closed.")
        data = line.encode("utf-8", "backslashreplace")
        try:
            written = self._file.write(data)
            if written != len(data):
                raise OSError(f"{written} of {len(data)} bytes were written")
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), self._whole)
                self._file.seek(self._whole)
            raise MimikError(
                f"{self._path}: expected to write a line after byte {self._whole}, but could not: {error}.",
                hint="Is the disk full? The lines before are in the file.",
            ) from error
        self._whole += len(data)

    def close(self) -> None:
        """Let go of the file; may be called twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _exists(self) -> MimikError:
        return MimikError(
            f"{self._path}: expected no such file yet, but there is one, and nothing is overwritten.",
            hint="Choose another name, or move the file away.",
        )
