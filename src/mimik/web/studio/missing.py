"""What is said of something that is not there."""

from __future__ import annotations

from mimik.errors import MimikError

__all__ = ["NotFound"]


class NotFound(MimikError):
    """Something that was named is not there, or no longer."""
