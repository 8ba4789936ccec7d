"""The file that ties names to pseudonyms: the user's own, never part of a study."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path

from mimik.cells import harmless_row, plain
from mimik.errors import StudyError

__all__ = ["read_key", "write_key"]

_HEADER = ["name", "pseudonym"]


def read_key(path: Path | None) -> dict[str, str]:
    """Return name -> pseudonym from a key file; empty where there is none yet.

    Raises:
        StudyError: the file is no key file.
    """
    if path is None or not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows or rows[0] != _HEADER or any(len(row) != 2 for row in rows):
        raise StudyError(f"{path}: expected the columns {','.join(_HEADER)}, found others.")
    return {plain(row[0]): row[1] for row in rows[1:]}


def write_key(path: Path, key: Mapping[str, str]) -> None:
    """Add to a key file, readable by its owner alone, replaced whole or not at all."""
    rows = {**read_key(path), **key}
    part = path.with_name(path.name + ".part")
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="", encoding="utf-8"
    ) as file:
        csv.writer(file).writerows(map(harmless_row, [_HEADER, *rows.items()]))
        file.flush()
        os.fsync(file.fileno())  # it is the only place where names and pseudonyms stand together
    part.replace(path)
