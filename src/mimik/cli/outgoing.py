"""What is told, in words and as plain data, of people's data that goes from one place to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mimik.cli.console import counted, headed, notes, out, synthetic

__all__ = ["Outgoing", "listed", "plain_outgoing", "show_amount", "show_left_out", "show_pseudonyms"]


class Outgoing(Protocol):
    """Whose data went, and how much."""

    @property
    def synthetic(self) -> bool:
        """Whether it is of simulated people."""

    @property
    def participants(self) -> int:
        """How many people."""

    @property
    def sessions(self) -> int:
        """How many of their sessions."""

    @property
    def frames(self) -> int:
        """How many frames."""

    @property
    def left_out(self) -> Mapping[str, str]:
        """Participant, or participant/session -> why it stays."""


class _Chosen(Outgoing, Protocol):
    @property
    def columns(self) -> Sequence[str]: ...

    @property
    def pseudonyms(self) -> Mapping[str, str]: ...


def listed(text: str) -> list[str]:
    """Return the names in a list separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def plain_outgoing(done: _Chosen, *, fresh: bool) -> dict[str, object]:
    """Return what holds for everything that goes, ready for JSON; ``fresh``: under new pseudonyms."""
    return {
        "synthetic": done.synthetic,
        "participants": done.participants,
        "sessions": done.sessions,
        "frames": done.frames,
        "columns": list(done.columns),
        "left_out": dict(done.left_out),
        "fresh_pseudonyms": dict(done.pseudonyms) if fresh else None,
    }


def show_amount(done: Outgoing, where: str) -> None:
    """Print how much went, and where."""
    amount = (
        f"{counted(done.participants, 'participant')}, {counted(done.sessions, 'session')}, "
        f"{counted(done.frames, 'frame')} {where}."
    )
    out.print(synthetic(amount) if done.synthetic else amount)


def show_left_out(left_out: Mapping[str, str]) -> None:
    """Print who stayed, and why."""
    for who, why in left_out.items():
        notes.print(headed("Left out:", f"{who}: {why}."))


def show_pseudonyms(pseudonyms: Mapping[str, str], heading: str = "New pseudonyms, shown only now:") -> None:
    """Print who got which new pseudonym; nothing where nobody did."""
    if pseudonyms:
        notes.print(heading)
    for old, new in pseudonyms.items():
        notes.print(f"  {old}  {new}")
