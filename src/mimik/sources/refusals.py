"""Input that was refused: each message once per sender, with its count, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass

from mimik.errors import MimikError

__all__ = ["Refusal", "Refusals"]

_MOST = 256
_OTHERS = "other senders"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One kind of bad input from one sender.

    Attributes:
        sender: network address, or "other senders" once there are too many to tell apart.
        message: what was expected and found.
        hint: what to try, or "".
        count: how often.
    """

    sender: str
    message: str
    hint: str
    count: int


class Refusals:
    """Counts refusals; a flood of senders is counted together."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(self, sender: str, error: MimikError) -> None:
        """Count one refusal."""
        key = (sender, str(error), error.hint)
        if key not in self._counts and len(self._counts) >= _MOST:
            key = (_OTHERS, "Expected face data, found many kinds of other datagrams.", "")
        self._counts[key] = self._counts.get(key, 0) + 1

    def all(self) -> tuple[Refusal, ...]:
        """Every kind so far, in the order first met."""
        return tuple(Refusal(*key, count) for key, count in tuple(self._counts.items()))
