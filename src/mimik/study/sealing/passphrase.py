"""From a passphrase to a key, slowly, so that guessing is dear."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mimik.errors import StudyDamaged, StudyError
from mimik.study.sealing.format import KEY

__all__ = ["OWASP", "Cost", "check_passphrase", "passphrase_key"]

_SHORTEST = 8  # NIST SP 800-63B asks for no fewer


@dataclass(frozen=True)
class Cost:
    """What one guess costs: scrypt's parameters; it needs 128 * n * r bytes of memory.

    Raises:
        StudyDamaged: they are none, or so large that opening could bring a computer down.
    """

    n: int
    r: int
    p: int

    def __post_init__(self) -> None:
        power_of_two = self.n > 1 and self.n & (self.n - 1) == 0
        if not (power_of_two and self.n <= 1 << 20 and 1 <= self.r <= 16 and 1 <= self.p <= 16):
            raise StudyDamaged(
                "scrypt: expected n a power of two up to 1048576, r and p from 1 to 16, found "
                f"n = {self.n}, r = {self.r}, p = {self.p}."
            )


OWASP = Cost(1 << 17, 8, 1)
"""128 MiB and some tenths of a second; OWASP Password Storage Cheat Sheet, scrypt (2^17, 8, 1)."""


def passphrase_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the key (32 bytes) of a passphrase; the same letters typed otherwise make the same key."""
    return _scrypt(unicodedata.normalize("NFKC", passphrase).encode(), salt, cost)


@lru_cache(maxsize=8)  # one command opens its study more than once
def _scrypt(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    return Scrypt(salt, KEY, cost.n, cost.r, cost.p).derive(passphrase)


def check_passphrase(passphrase: str) -> str:
    """Return a passphrase that is to be new; raises StudyError for one that is quickly guessed."""
    if len(passphrase.strip()) < _SHORTEST:
        raise StudyError(
            f"passphrase: expected at least {_SHORTEST} characters, found {len(passphrase.strip())}.",
            hint="Four or more words that have nothing to do with each other are good, and easy to keep.",
        )
    return passphrase
