"""The passphrase of a list of identities: from the environment, or typed."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from mimik.environment import IDENTITIES_PASSPHRASE, told_by_environment
from mimik.errors import StudyLocked

__all__ = ["identities_passphrase"]


def identities_passphrase(path: Path, *, new: bool = False) -> str:
    """Return the passphrase of a list; a new one is typed twice unless the environment tells it.

    Raises:
        StudyError: a new one is too short.
        StudyLocked: there is none, and nobody at the terminal to ask.
    """
    from mimik.study.sealing.passphrase import check_passphrase

    typed = told_by_environment(IDENTITIES_PASSPHRASE)
    if not typed:
        if not sys.stdin.isatty():
            raise StudyLocked(
                f"{path}: expected somebody at the terminal to type its passphrase, found none.",
                hint=f"Set {IDENTITIES_PASSPHRASE}.",
            )
        said = f"New passphrase of {path}" if new else f"Passphrase of {path}"
        typed = typer.prompt(said, hide_input=True, confirmation_prompt=new, err=True)
    return check_passphrase(typed) if new else typed
