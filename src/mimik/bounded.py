"""TOML and JSON as others may have made them: read within limits of size, depth and time.

Whatever is beyond them is a ValueError with a few words that go behind "found". The limits are far above what
anybody writes: a protocol of a hundred trials in five languages has some 100 KB.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import IO, Any

__all__ = ["MOST_JSON", "MOST_TABLE", "MOST_TOML", "parse_json", "parse_toml", "read_at_most", "within"]

MOST_TOML = 1 << 20
"""Bytes of a TOML file."""

MOST_JSON = 16 << 20
"""Bytes of a JSON file; a session imported from 10,000 takes has 3 MB."""

MOST_TABLE = 16 << 20
"""Bytes of a table in text, such as participants.tsv or answers from elsewhere."""

_MOST_PARTS = 32
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"(?m)(?:^|[{{,\[])[ \t]*+(?:{_PART}\.[ \t]*+){{{_MOST_PARTS}}}")
"""A dotted key of many parts: the time that tomllib takes for one grows with the square of their number."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return what a TOML text holds; raises ValueError for a text that is none, or beyond the limits."""
    if len(text) > MOST_TOML:
        raise ValueError(f"more than {MOST_TOML >> 20} MB")
    if _LONG_KEY.search(text):
        raise ValueError(f"a key of more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("lists or tables nested hundreds deep") from None


def parse_json(data: bytes | str) -> Any:
    """Return what a JSON text holds; raises ValueError for a text that is none, or beyond the limits."""
    if len(data) > MOST_JSON:
        raise ValueError(f"more than {MOST_JSON >> 20} MB")
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("lists or objects nested thousands deep") from None


def within(data: bytes, most: int = MOST_TABLE) -> bytes:
    """Return the bytes of a file; raises ValueError for more than ``most``."""
    if len(data) > most:
        raise ValueError(f"more than {most >> 20} MB")
    return data


def read_at_most(file: IO[bytes], most: int) -> bytes:
    """Return what an open file holds; raises ValueError for more than ``most`` bytes, which stay unread."""
    return within(file.read(most + 1), most)
