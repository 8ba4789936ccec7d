"""The passphrase of an encrypted pack: from the environment, or typed."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from mimik.environment import PACK_PASSPHRASE, told_by_environment
from mimik.errors import StudyLocked

__all__ = ["new_pack_passphrase", "pack_passphrase"]


def new_pack_passphrase() -> str:
    """Return a new passphrase, typed twice unless the environment tells it.

    Raises:
        StudyError: it is too short.
        StudyLocked: there is none, and nobody at the terminal to ask.
    """
    from mimik.study.sealing.passphrase import check_passphrase

    typed = told_by_environment(PACK_PASSPHRASE)
    if not typed:
        if not sys.stdin.isatty():
            raise StudyLocked(
                "Expected somebody at the terminal to type a new passphrase for the pack, found none.",
                hint=f"Set {PACK_PASSPHRASE}.",
            )
        typed = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return check_passphrase(typed)


def pack_passphrase(pack: Path) -> str | None:
    """Return the passphrase of a pack where it is encrypted; None where it is not, or nobody tells it."""
    from mimik.study.exchange import is_encrypted_pack

    if not pack.is_file() or not is_encrypted_pack(pack):
        return None
    if typed := told_by_environment(PACK_PASSPHRASE):
        return typed
    if not sys.stdin.isatty():
        return None  # unpacking tells what is missing
    answer: str = typer.prompt(f"Passphrase of {pack}", hide_input=True, err=True)
    return answer
