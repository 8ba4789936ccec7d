"""TOML files of a study: read with clear errors, written readable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w

from mimik.bounded import parse_toml
from mimik.errors import StudyDamaged

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["field", "read_toml", "write_toml"]

T = TypeVar("T")

_MOST = 1 << 63  # no number of ours needs more than 64 bits
_LONGEST = 80


def read_toml(store: Store, path: str) -> dict[str, Any]:
    """Return what a TOML file holds; raises StudyDamaged if it is none."""
    try:
        return parse_toml(store.read(path).decode("utf-8-sig"))
    except ValueError as error:
        raise StudyDamaged(
            f"{path}: expected TOML, found a fault: {error}.",
            hint="If the file was edited by hand, correct the place named; else restore it from a copy.",
        ) from error


def write_toml(store: Store, path: str, values: dict[str, Any]) -> None:
    """Write a TOML file in one step."""
    store.write(path, tomli_w.dumps(values).encode())


def field(values: Any, key: str, kind: type[T], *, where: str) -> T:
    """Return one value of the expected kind out of a table; raises StudyDamaged."""
    found = values.get(key) if isinstance(values, dict) else None
    wrong = isinstance(found, bool) is not (kind is bool) or _is_huge(found)
    if wrong or not isinstance(found, kind):
        raise StudyDamaged(
            f"{where}: expected {key!r} to be a {kind.__name__}, found {_shown(found)}.",
            hint="If the file was edited by hand, correct this value; else restore it from a copy.",
        )
    return found


def _is_huge(found: Any) -> bool:
    return isinstance(found, int) and not -_MOST <= found < _MOST


def _shown(found: Any) -> str:
    if found is None:
        return "nothing"
    if _is_huge(found):
        return "a number of more than 64 bits"
    if isinstance(found, dict | list):
        return "a table" if isinstance(found, dict) else "a list"
    text = repr(found)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
