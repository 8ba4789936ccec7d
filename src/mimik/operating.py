"""Who operates Mimik: a name or a role that acts on a study are put down to."""

from __future__ import annotations

import os

__all__ = ["OPERATOR", "operator"]

OPERATOR = "MIMIK_OPERATOR"
"""Environment variable that says who operates Mimik."""


def operator() -> str:
    """Return who operates Mimik, as the environment says; "" where it does not."""
    return " ".join(os.environ.get(OPERATOR, "").split())
