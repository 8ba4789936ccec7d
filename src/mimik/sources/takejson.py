"""``take.json``, which Live Link Face may write beside a take: facts about the device.

Only facts are read. Names of devices and subjects, which may be a person's, are not.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mimik.errors import TakeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["TakeDevice", "read_take_json"]

_MODEL = ("devicemodel", "model")
_APP = ("appversion", "applicationversion")
_RATE = ("framerate", "targetframerate", "fps")
_LARGEST = 1 << 20
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class TakeDevice:
    """What is known of the device that recorded a take; None where ``take.json`` is silent or absent.

    Attributes:
        model: such as "iPhone14,2".
        app_version: version of the app.
        rate: frames per second that were set in the app.
    """

    model: str | None = None
    app_version: str | None = None
    rate: float | None = None


def read_take_json(path: Path) -> TakeDevice:
    """Read the facts of a ``take.json``; all None if there is no such file.

    Its layout is not published, so the facts are looked for by name at any depth, whatever the case.

    Raises:
        TakeError: if the file is there but can't be read as JSON.
    """
    try:
        if not path.is_file():
            return TakeDevice()
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST))
    except OSError as error:
        raise TakeError(f"Expected a readable file at {path}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise TakeError(
            f"Expected JSON in {path}, found something else.",
            hint="Move it elsewhere to do without: only device model and app version are taken from it.",
        ) from error
    facts = {_plain(name): value for name, value in _items(content)}
    return TakeDevice(_text(facts, _MODEL), _text(facts, _APP), _number(facts, _RATE))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _items(content: Any) -> Iterator[tuple[str, Any]]:
    """Every name with its value, the outermost last so that it wins."""
    levels = [content]
    found: list[tuple[str, Any]] = []
    for level in levels:  # grows as it is walked
        inner = level.items() if isinstance(level, dict) else ()
        found += inner
        levels += [value for _, value in inner] if isinstance(level, dict) else []
        levels += level if isinstance(level, list) else []
    yield from reversed(found)


def _text(facts: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = facts.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()[:_LONGEST]
    return None


def _number(facts: dict[str, Any], names: tuple[str, ...]) -> float | None:
    for name in names:
        try:
            rate = float(facts.get(name, ""))
        except (TypeError, ValueError, OverflowError):
            continue
        if math.isfinite(rate) and rate > 0:
            return rate
    return None
