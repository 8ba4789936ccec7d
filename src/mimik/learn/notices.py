"""Notices: what a reader must know before believing a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Notice", "Severity"]

Severity = Literal["info", "warning", "serious"]
"""``serious``: the number does not mean what it seems to; ``warning``: mind this; ``info``: good to know."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to read before the results.

    Attributes:
        code: short and stable, such as ``"synthetic-data"``; for machines and for tests.
        severity: how much it weighs.
        text: one or two plain sentences.
    """

    code: str
    severity: Severity
    text: str
