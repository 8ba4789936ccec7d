"""A passphrase that a page sends for a study that is to be made."""

from __future__ import annotations

import os
import unicodedata

from mimik.errors import MimikError, StudyError
from mimik.study.sealing.passphrase import check_passphrase

__all__ = ["PassphraseError", "chosen_passphrase"]


class PassphraseError(MimikError):
    """A new passphrase can't be used. The message begins with "passphrase:" and never says what was typed."""


def chosen_passphrase(typed: str, again: str) -> str:
    """Return a passphrase that was typed twice.

    Args:
        typed: the first time.
        again: the second time.

    Raises:
        PassphraseError: the two differ, it is quickly guessed, or no terminal could ask for it again.
    """
    if typed != again:
        raise PassphraseError("passphrase: expected the same twice, found two.", hint="Type it again.")
    if not _can_be_typed(typed):
        raise PassphraseError(
            "passphrase: expected characters that can be typed, found others among them.",
            hint="Later it is asked for in a terminal: use letters, digits, signs and spaces.",
        )
    try:
        return check_passphrase(typed)
    except StudyError as error:
        raise PassphraseError(str(error), hint=error.hint) from error


def _can_be_typed(passphrase: str) -> bool:
    """Whether a terminal can take it, and the environment of this program hold it."""
    try:
        passphrase.encode()  # strictly: half a pair is no character, which the next line would let pass
        os.fsencode(passphrase)
    except UnicodeEncodeError:
        return False
    return not any(unicodedata.category(sign) == "Cc" for sign in passphrase)
