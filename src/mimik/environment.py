"""What the environment of this program says, asked in one place so that tests and readers find it."""

from __future__ import annotations

import os

__all__ = ["KEY_FILE", "PACK_PASSPHRASE", "PASSPHRASE", "told_by_environment"]

KEY_FILE = "MIMIK_KEY_FILE"
"""Names the key file of an encrypted study."""

PASSPHRASE = "MIMIK_PASSPHRASE"
"""The passphrase of an encrypted study."""

PACK_PASSPHRASE = "MIMIK_PACK_PASSPHRASE"
"""The passphrase of an encrypted pack."""


def told_by_environment(name: str) -> str:
    """Return what a variable says, or "" where it is not set."""
    return os.environ.get(name, "")
