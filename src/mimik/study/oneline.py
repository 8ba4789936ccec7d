"""Text that people type, brought into one line of a table."""

from __future__ import annotations

import unicodedata

from mimik.errors import StudyError

__all__ = ["LONGEST", "is_one_line", "one_line"]

LONGEST = 2000
"""Characters that a line may have."""

_JOINERS = "\u200c\u200d"  # some scripts and many emoji need them


def one_line(text: str, *, where: str) -> str:
    """Return text in one line: line breaks become " / ", tabs and other blanks one blank.

    What cannot be seen goes, such as control characters and marks that turn the direction of writing.

    Args:
        text: as typed.
        where: what messages begin with.

    Raises:
        StudyError: nothing is left to read, or too much.
    """
    found = _joined(text)
    if not _says_something(found):
        raise StudyError(f"{where}: expected some words, found none.")
    if len(found) > LONGEST:
        raise StudyError(
            f"{where}: expected at most {LONGEST:,} characters, found {len(found):,}.", hint="Say it shorter."
        )
    return found


def is_one_line(text: str) -> bool:
    """Whether text is a line already, of any length, with something to read in it."""
    return _says_something(text) and _joined(text) == text


def _joined(text: str) -> str:
    lines = (" ".join("".join(filter(_stays, line)).split()) for line in text.splitlines())
    return " / ".join(line for line in lines if line)


def _says_something(text: str) -> bool:
    return any(c.isprintable() and c != " " for c in text)


def _stays(character: str) -> bool:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs")
    return not hidden or character.isspace() or character in _JOINERS
