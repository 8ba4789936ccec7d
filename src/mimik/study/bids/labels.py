"""What a name or a cell becomes in a BIDS data set, whose labels are letters and digits and whose tables
know no quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["MISSING", "cell", "table", "task_label", "tracksys_label"]

MISSING = "n/a"
"""How a value that is not known is written in every BIDS table."""

_NO_LABEL = re.compile(r"[^A-Za-z0-9]+")
_VERSION = re.compile(r"\s+v?[0-9][0-9A-Za-z.+-]*$")


def task_label(protocol: str) -> str:
    """Return the label of a protocol's name: its letters and digits, "expressions" if it has none."""
    return _NO_LABEL.sub("", protocol) or "expressions"


def tracksys_label(app: str) -> str:
    """Return the label of what sent the frames, without its version: "LiveLinkFace"."""
    words = (_NO_LABEL.sub("", word) for word in _VERSION.sub("", app).split())
    return "".join(word[0].upper() + word[1:] for word in words if word) or "FaceTracker"


def cell(text: str) -> str:
    """Return text as one cell: in one line, without tabs; double quotes become single ones."""
    seen = "".join(c if c.isprintable() else " " for c in text).replace('"', "'")
    return " ".join(seen.split()) or MISSING


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as BIDS writes it: cells separated by tabs, UTF-8."""
    lines = ("\t".join(map(cell, row)) for row in (heading, *rows))
    return "".join(f"{line}\n" for line in lines).encode()
