"""Keys of encrypted studies: asked for once, before a command begins, where somebody sits at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mimik.environment import PASSPHRASE, keep_passphrase
from mimik.errors import StudyLocked

if TYPE_CHECKING:
    from mimik.study.sealing.keys import Key

__all__ = ["new_key", "new_passphrase", "unlock"]

_TRIES = 3


def unlock(arguments: Iterable[Any]) -> None:
    """Ask for the passphrase of an encrypted study among a command's arguments, and keep it for this program.

    Child processes inherit it by their environment; it never stands on a command line.

    Raises:
        StudyLocked: no passphrase that was typed fits.
    """
    folders = [folder for folder in _folders(arguments) if folder.is_dir()]
    if not folders:
        return
    from mimik.study.layout import ENCRYPTION

    for folder in folders:
        if (folder / ENCRYPTION).is_file():
            _unlock(folder)


def new_key(study: Path, key_file: Path | None) -> Key:
    """Return the key with which a study is to be encrypted: a new key file, or a passphrase.

    Raises:
        StudyError: the key file would lie inside of the study.
        StudyLocked: there is none, and nobody at the terminal to ask.
    """
    from mimik.study.sealing.keyfile import used_key_file
    from mimik.study.sealing.keys import given_key

    if key_file is not None:
        return used_key_file(key_file, outside=study)
    return given_key(None) or new_passphrase()


def new_passphrase() -> str:
    """Return a new passphrase, typed twice; raises StudyLocked where nobody can be asked."""
    from mimik.study.sealing.passphrase import check_passphrase

    if not sys.stdin.isatty():
        raise StudyLocked(
            "Expected somebody at the terminal to type a new passphrase, found none.",
            hint=f"Set {PASSPHRASE}, or use a key file (--key-file FILE).",
        )
    typed: str = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return check_passphrase(typed)


def _unlock(folder: Path) -> None:
    from mimik.study.disk.folderstore import FolderStore
    from mimik.study.opening import study_store
    from mimik.study.sealing.encryption import read_encryption
    from mimik.study.sealing.keys import given_key

    known = {slot.kind for slot in read_encryption(FolderStore(folder)).slots}
    if given_key(None) is not None or not sys.stdin.isatty() or "passphrase" not in known:
        return  # opening it tells what is wrong
    for left in reversed(range(_TRIES)):
        typed: str = typer.prompt(f"Passphrase of {folder}", hide_input=True, err=True)
        try:
            study_store(folder, typed)
        except StudyLocked:
            if not left:
                raise
            typer.echo("That one does not open it.", err=True)
        else:
            keep_passphrase(typed)
            return


def _folders(arguments: Iterable[Any]) -> Iterator[Path]:
    for argument in arguments:
        if isinstance(argument, Path):
            yield argument
        elif isinstance(argument, list | tuple):
            yield from _folders(argument)
