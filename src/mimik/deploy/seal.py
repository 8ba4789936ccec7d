"""A checksum inside the file it is of: a damaged file is refused before a runtime sees it.

The facts of a file hold 64 zeros where its SHA-256 will stand; the sum is over the file with these zeros.
"""

from __future__ import annotations

import hashlib
import re

from mimik.errors import ModelDamaged

__all__ = ["UNSEALED", "check_seal", "sealed"]

UNSEALED = "0" * 64
"""What stands in the facts, as ``file_sha256``, before the sum is known."""

_MARK = re.compile(rb'"file_sha256": "([0-9a-f]{64})"')
_HINT = "Copy the file again from where it was made, or export the model again: mimik export MODEL"


def sealed(content: bytes, *, beside: bytes = b"") -> bytes:
    """Return the bytes of a file with its checksum in place of the zeros.

    Args:
        content: the file.
        beside: another file that belongs to it; the sum is over both.
    """
    digest = hashlib.sha256(content + beside).hexdigest()
    return content.replace(_entry(UNSEALED), _entry(digest), 1)


def check_seal(content: bytes, *, where: str, beside: bytes = b"") -> None:
    """Raise ``ModelDamaged`` if the bytes are not those of a file that Mimik exported, as they were."""
    found = _MARK.search(content)
    if found is None:
        raise ModelDamaged(f"{where} was not exported by Mimik, or is damaged.", hint=_HINT)
    digest = found[1].decode()
    original = content.replace(_entry(digest), _entry(UNSEALED), 1)
    if hashlib.sha256(original + beside).hexdigest() != digest:
        raise ModelDamaged(f"{where} is not what it was written as: its checksum differs.", hint=_HINT)


def _entry(digest: str) -> bytes:
    return f'"file_sha256": "{digest}"'.encode()
