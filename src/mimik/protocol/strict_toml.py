"""Strict reading of TOML tables: each value is asked for by name and kind; whatever is left is an error."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from itertools import islice

from mimik.bounded import parse_toml
from mimik.errors import ProtocolError

__all__ = ["Table", "parse_table"]

_MISSING = object()
_MOST_COMPARED, _LONGEST_COMPARED = 1000, 100  # names and letters: comparing takes its time
_KINDS = {
    dict: "a table",
    list: "a list",
    bool: "true or false",
    str: "text",
    int: "a number",
    float: "a number",
}


def parse_table(text: str, *, where: str) -> Table:
    """Return the root table of a TOML text; ``where`` names the file in messages.

    Raises:
        ProtocolError: the text is not TOML.
    """
    try:
        return Table(parse_toml(text), where)
    except ValueError as error:
        raise ProtocolError(
            f"{where}: expected TOML, but found a fault: {error}",
            hint='Texts stand in quotes (name = "smile"); see https://toml.io for the rules.',
        ) from error


class Table:
    """One TOML table, emptied key by key.

    Every method that takes a ``key`` removes it and raises ``ProtocolError`` unless it holds what was asked
    for; ``close`` raises if anything is left.
    """

    def __init__(self, values: dict[str, object], where: str, path: str = "") -> None:
        self._values = dict(values)
        self._where = where
        self._path = path
        self._asked: list[str] = []

    def offers(self, key: str) -> bool:
        """Return whether an optional key is there."""
        if key not in self._asked:
            self._asked.append(key)
        return key in self._values

    def error(self, key: str, expected: str, found: object = _MISSING, hint: str = "") -> ProtocolError:
        """Return the error that says where, what was expected and what was found."""
        what = "nothing" if found is _MISSING else _shown(found)
        if found is _MISSING and (near := _nearest_names(key, self._values)):
            hint = f"Is `{near[0]}` meant to be `{key}`?"
        return ProtocolError(
            f"{self._where}: {self._under(key)}: expected {expected}, found {what}", hint=hint
        )

    def text(self, key: str, default: str | None = None) -> str:
        """Take one line of printable text that neither starts nor ends with space."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.isprintable() or not value or value != value.strip():
            raise self.error(key, "one line of text in quotes, not empty, without space around it", value)
        return value

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Take one of a few words."""
        value = self._take(key, default)
        if not isinstance(value, str) or value not in choices:
            hint = _nearest(str(value), choices)
            raise self.error(key, "one of " + ", ".join(f'"{c}"' for c in choices), value, hint)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Take true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.error(key, "true or false", value)
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Take a whole number from ``low`` to ``high``."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            span = f"a whole number from {low} to {high}" if low < high else f"{low}"
            raise self.error(key, span, value)
        return value

    def seconds(self, key: str, default: float | None = None) -> float:
        """Take a time from 0.01 seconds to a day."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= 86_400:
            raise self.error(key, "seconds, from 0.01 to 86400", value)
        return float(value)

    def share(self, key: str, default: float | None = None) -> float:
        """Take a number from 0 to 1."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(key, "a number from 0 to 1", value)
        return float(value)

    def arguments(self, key: str) -> tuple[str | int | float | bool, ...]:
        """Take a list of printable texts, numbers of at most 64 bits, true and false; absent is empty."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(map(_is_argument, value)):
            raise self.error(key, 'a list of texts and numbers, as ["red", 1, 0.5]', value)
        return tuple(value)

    def texts(self, key: str, languages: Collection[str]) -> dict[str, str]:
        """Take a text in every one of ``languages``, and in no other."""
        table = self.table(key)
        result = {language: table.text(language) for language in languages}
        table.close(hint="A text in another language needs that language in `languages`.")
        return result

    def words(self, key: str) -> tuple[str, ...]:
        """Take a list of different texts, at least one."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            raise self.error(key, 'a list of texts, as ["en"]', value)
        if len(set(value)) < len(value):
            raise self.error(key, "a list of different texts", value)
        return tuple(value)

    def table(self, key: str) -> Table:
        """Take a table."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.error(key, "a table", value)
        return Table(value, self._where, self._under(key))

    def tables(self, key: str) -> list[Table]:
        """Take a list of tables; messages count them from 1 (``trials[#1]``). Absent is empty."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.error(key, f"tables, each under [[{key}]]", value)
        return [Table(v, self._where, f"{self._under(key)}[#{i}]") for i, v in enumerate(value, start=1)]

    def close(self, hint: str = "") -> None:
        """Raise if a key is left that nobody asked for."""
        for key, value in self._values.items():
            known = ", ".join(self._asked) or "nothing"
            raise self.error(key, f"only {known} here", value, _nearest(key, self._asked) or hint)

    def _take(self, key: str, default: object = None) -> object:
        if key not in self._asked:
            self._asked.append(key)
        value = self._values.pop(key, default)
        return _MISSING if value is None else value

    def _under(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key


def _is_argument(value: object) -> bool:
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float) or (isinstance(value, str) and value.isprintable())


def _nearest_names(word: str, known: Collection[str]) -> list[str]:
    short = (name for name in islice(known, _MOST_COMPARED) if len(name) <= 2 * len(word) + 10)
    return difflib.get_close_matches(word[:_LONGEST_COMPARED], list(short), n=1)


def _nearest(word: str, known: Collection[str]) -> str:
    near = _nearest_names(word, known)
    return f"Did you mean {near[0]}?" if near else ""


def _shown(value: object) -> str:
    if isinstance(value, dict | list) and not value:
        return f"an empty {'table' if isinstance(value, dict) else 'list'}"
    if isinstance(value, dict):
        return _KINDS[dict]
    text = ("true" if value else "false") if isinstance(value, bool) else _repr(value)
    kind = _KINDS.get(type(value), type(value).__name__)
    return text if isinstance(value, bool) else f"{kind} {text}"


def _repr(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "of thousands of digits"
    return text if len(text) <= 60 else text[:57] + "..."
