"""What a search looks for: words in every encoding in which programs write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Needle", "needles"]

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # UTF-32: texts of NumPy


@dataclass(frozen=True)
class Needle:
    """A word in one encoding.

    Attributes:
        word: its bytes, in small letters.
        longer: bytes of others' names that begin with it, such as sub-10 where sub-1 is looked for.
    """

    word: bytes
    longer: tuple[bytes, ...]

    def is_in(self, lowered: bytes) -> bool:
        """Whether it stands in bytes in small letters, other than as the beginning of a longer name."""
        if self.word not in lowered:
            return False
        return not self.longer or lowered.count(self.word) > sum(map(lowered.count, self.longer))


def needles(words: Iterable[str], others: Iterable[str] = ()) -> tuple[Needle, ...]:
    """Return what to look for.

    Args:
        words: capital letters don't count.
        others: names of other people, which are not looked for.
    """
    small = {each.lower() for each in others}
    found = []
    for word in map(str.lower, words):
        longer = {each for each in small if each.startswith(word) and each != word}
        least = sorted(each for each in longer if not any(each.startswith(b) for b in longer - {each}))
        for code in _ENCODINGS:
            found.append(Needle(word.encode(code), tuple(each.encode(code) for each in least)))
    return tuple(found)
