"""What the environment of this program says, asked in one place so that tests and readers find it."""

from __future__ import annotations

import os

__all__ = [
    "IDENTITIES_PASSPHRASE",
    "KEY_FILE",
    "OPERATOR",
    "PACK_PASSPHRASE",
    "PASSPHRASE",
    "keep_passphrase",
    "operator",
    "told_by_environment",
]

KEY_FILE = "MIMIK_KEY_FILE"
"""Names the key file of an encrypted study."""

PASSPHRASE = "MIMIK_PASSPHRASE"
"""The passphrase of an encrypted study."""

PACK_PASSPHRASE = "MIMIK_PACK_PASSPHRASE"
"""The passphrase of an encrypted pack."""

IDENTITIES_PASSPHRASE = "MIMIK_IDENTITIES_PASSPHRASE"
"""The passphrase of a list of identities."""

OPERATOR = "MIMIK_OPERATOR"
"""Who operates Mimik: a name or a role that acts on a study are put down to."""


def told_by_environment(name: str) -> str:
    """Return what a variable says, or "" where it is not set."""
    return os.environ.get(name, "")


def keep_passphrase(passphrase: str) -> None:
    """Let a passphrase be this program's key from now on, and that of the processes it starts."""
    os.environ[PASSPHRASE] = passphrase
    os.environ.pop(KEY_FILE, None)  # it would be taken first


def operator() -> str:
    """Return who operates Mimik; "" where the environment does not say so."""
    return " ".join(told_by_environment(OPERATOR).split())
