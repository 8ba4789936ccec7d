"""What programs that were killed left half written: found, and cleared when no program holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimik.study.layout import CONSENT, is_participant, is_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimik.study.store import Store

__all__ = ["NEW", "clear_leftovers", "find_leftovers", "is_part"]

NEW = ".new-"
"""Beginning of the name of a session's folder before it has all that it needs."""


def is_part(name: str) -> bool:
    """Whether a name is that of a file that was being written."""
    return name.startswith(".") and name.endswith(".part")


def find_leftovers(store: Store) -> tuple[str, ...]:
    """Return the paths of files and folders that were being made, those of running programs included."""
    return tuple(path for path in _inside(store) if _is_leftover(path.rpartition("/")[2]))


def clear_leftovers(store: Store) -> None:
    """Remove what no running program holds: it was never told as stored, so nothing is lost.

    Raises:
        StudyReadOnly: the study may not be written.
    """
    new = []
    for path in find_leftovers(store):
        if is_part(path.rpartition("/")[2]):
            store.remove_unheld(path)
        else:
            new.append(path)
    if not new:
        return
    with store.lock() as held:  # who begins a session holds the study until its folder is there
        for path in new if held else ():
            store.remove(path)


def _is_leftover(name: str) -> bool:
    return is_part(name) or name.startswith(NEW)


def _inside(store: Store) -> Iterator[str]:
    """Yield the paths of all that Mimik itself may have been writing."""
    for name in store.list():
        yield name
        if name == CONSENT or is_participant(name):
            for inner in store.list(name):
                yield f"{name}/{inner}"
                if is_session(inner):
                    yield from (f"{name}/{inner}/{each}" for each in store.list(f"{name}/{inner}"))
