"""TOML files of a study: read with clear errors, written readable."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w

from mimik.errors import StudyDamaged

if TYPE_CHECKING:
    from mimik.study.store import Store

__all__ = ["field", "read_toml", "write_toml"]

T = TypeVar("T")


def read_toml(store: Store, path: str) -> dict[str, Any]:
    """Return what a TOML file holds; raises StudyDamaged if it is none."""
    try:
        return tomllib.loads(store.read(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
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
    if isinstance(found, bool) is not (kind is bool) or not isinstance(found, kind):
        shown = "nothing" if found is None else repr(found)
        raise StudyDamaged(
            f"{where}: expected {key!r} to be a {kind.__name__}, found {shown}.",
            hint="If the file was edited by hand, correct this value; else restore it from a copy.",
        )
    return found
