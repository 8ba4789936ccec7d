"""Key files: 32 random bytes as a line of text, made with rights for their owner alone."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from mimik.errors import StudyError, StudyLocked
from mimik.study.disk.outside import open_outside, write_secret
from mimik.study.sealing.format import KEY

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_key_file", "read_key_file", "used_key_file"]

_LINE = re.compile(r"mimik-key-1 ([0-9a-f]{64})\s*", re.ASCII)


def used_key_file(path: Path, *, outside: Path) -> Path:
    """Return a key file for a study: the one that is there, or a new one.

    Raises:
        StudyError: it would lie inside of the study ``outside``.
        StudyLocked: another file is there.
    """
    if path.exists():
        _check_outside(path, outside)
        read_key_file(path)
    else:
        make_key_file(path, outside=outside)
    return path


def make_key_file(path: Path, *, outside: Path) -> None:
    """Make a key file that only its owner can read.

    Raises:
        StudyError: it would lie inside of the study ``outside``, or there is a file already.
    """
    _check_outside(path, outside)
    write_secret(path, f"mimik-key-1 {secrets.token_hex(KEY)}\n".encode())


def _check_outside(path: Path, outside: Path) -> None:
    if outside.resolve() in (path.resolve(), *path.resolve().parents):
        raise StudyError(
            f"{path}: expected a place outside of the study, found one inside of {outside}.",
            hint="A key beside what it opens protects nothing: keep it on another disk, or a stick.",
        )


def read_key_file(path: Path) -> bytes:
    """Return the key (32 bytes) in a key file; raises StudyLocked where there is none."""
    try:
        with open_outside(path) as file:
            text = file.read(1000).decode("ascii", errors="replace")
    except StudyError as error:
        raise StudyLocked(
            f"{path}: expected a key file, found none that can be read.", hint="Is the stick plugged in?"
        ) from error
    match = _LINE.fullmatch(text)
    if match is None:
        raise StudyLocked(
            f"{path}: expected a key file (one line that begins with mimik-key-1), found another file.",
            hint="Name the file that `--key-file` made.",
        )
    return bytes.fromhex(match[1])
